"""The reference classifiers: plain scikit-learn, easy to read and to change.

`StanceClassifier` and `SentimentClassifier` are the same estimator over texts with other labels:
`PassageFeatures`, a multinomial logistic regression, and one temperature that is learned on
held-out groups so that probabilities mean what they say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from .errors import InputError
from .features import PassageFeatures
from .records import SENTIMENTS, STANCES
from .regression import CalibratedRegression, ordered_classes
from .tokens import check_texts

__all__ = ["SentimentClassifier", "StanceClassifier"]


class _PassageClassifier(ClassifierMixin, BaseEstimator):
    """What both classifiers share; see `StanceClassifier`."""

    _label_order: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        *,
        C: float = 5.0,
        class_weight: Mapping[str, float] | str | None = "balanced",
        min_df: int = 2,
        family_weights: Mapping[str, float] | None = None,
        calibration_folds: int = 4,
        random_state: int | None = 0,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.min_df = min_df
        self.family_weights = family_weights
        self.calibration_folds = calibration_folds
        self.random_state = random_state

    def fit(
        self,
        X: Sequence[str],
        y: Sequence[str],
        sample_weight: Sequence[float] | None = None,
        groups: Sequence[str] | None = None,
    ) -> Self:
        """Fit to labelled passages, and calibrate on held-out groups.

        Parameters
        ----------
        X : sequence of str
            Passages.
        y : sequence of str
            One label per passage, of at least two kinds.
        sample_weight : sequence of float, optional
            What each passage counts.
        groups : sequence of str, optional
            Passages of one group (article, contrast set) are held out together for calibration.
            Default: every passage by itself.

        Returns
        -------
        StanceClassifier or SentimentClassifier
            Itself.

        Raises
        ------
        InputError
            When lengths differ or there are fewer than two labels.
        """
        texts, labels = _check_examples(X, y)
        weights = np.ones(len(texts)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
        self.classes_ = np.array(ordered_classes(labels.tolist(), self._label_order))
        self.features_ = PassageFeatures(min_df=self.min_df, family_weights=self.family_weights).fit(texts)
        regression = CalibratedRegression(self.C, self.class_weight, self.calibration_folds, self.random_state)
        rows = self.features_.transform(texts)  # the held-out ones shape it too, but it knows no label
        self.coef_, self.intercept_, self.temperature_, self.n_iter_ = regression.fit(
            rows, labels, self.classes_.tolist(), weights, groups
        )
        return self

    def decision_function(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated scores: their softmax is `predict_proba`.

        Parameters
        ----------
        X : sequence of str
            Passages.

        Returns
        -------
        ndarray of shape (n_passages, n_classes)
            Columns as ``classes_``.
        """
        check_is_fitted(self)
        scores = self.features_.transform(X) @ self.coef_.T + self.intercept_
        return np.asarray(scores / self.temperature_)

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Calibrated probabilities.

        Parameters
        ----------
        X : sequence of str
            Passages.

        Returns
        -------
        ndarray of shape (n_passages, n_classes)
            0 to 1, rows sum to 1, columns as ``classes_``.
        """
        return np.asarray(softmax(self.decision_function(X), axis=1))

    def predict(self, X: Sequence[str]) -> NDArray[np.str_]:
        """The most probable label of each passage.

        Parameters
        ----------
        X : sequence of str
            Passages.

        Returns
        -------
        ndarray of str, shape (n_passages,)
        """
        return np.asarray(self.classes_[self.decision_function(X).argmax(axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


class StanceClassifier(_PassageClassifier):
    """Tells a passage's stance toward an initiative.

    Parameters
    ----------
    C : float, default 5
        Inverse strength of the regularisation.
    class_weight : mapping, "balanced" or None, default "balanced"
        As in scikit-learn's ``LogisticRegression``.
    min_df : int, default 2
        A feature must occur in at least so many training passages.
    family_weights : mapping of str to float, optional
        As in `PassageFeatures`.
    calibration_folds : int, default 4
        Grouped folds whose held-out scores calibrate the probabilities; below 2: no calibration.
    random_state : int or None, default 0
        Seed of the folds.

    Attributes
    ----------
    classes_ : ndarray of str
        Labels in the order of `stancelib.records.STANCES`, others after them; the order of every
        column of probabilities.
    temperature_ : float
        What scores are divided by before the softmax.
    features_ : PassageFeatures
    coef_ : ndarray of shape (n_classes, n_features)
    intercept_ : ndarray of shape (n_classes,)

    Examples
    --------
    >>> texts = ["They back the pact.", "They reject the pact."] * 4
    >>> model = StanceClassifier(calibration_folds=0).fit(texts, ["supportive", "opposed"] * 4)
    >>> model.predict(["They reject it."]).tolist()
    ['opposed']
    """

    _label_order = STANCES


class SentimentClassifier(_PassageClassifier):
    """Tells the tone of a passage's language: positive, neutral or negative.

    Parameters and attributes are those of `StanceClassifier`.

    Examples
    --------
    >>> texts = ["A great success.", "A terrible attack."] * 4
    >>> model = SentimentClassifier(calibration_folds=0).fit(texts, ["positive", "negative"] * 4)
    >>> model.predict(["A success."]).tolist()
    ['positive']
    """

    _label_order = SENTIMENTS


def _check_examples(X: Sequence[str], y: Sequence[str]) -> tuple[list[str], NDArray[np.str_]]:
    texts = check_texts(X)
    labels = np.asarray(list(y), dtype=str)
    if len(texts) != len(labels):
        raise InputError(f"one label per text is needed, got {len(texts)} texts and {len(labels)} labels")
    return texts, labels
