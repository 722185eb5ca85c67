"""Logistic regression on the rows of any matrix, calibrated with one temperature on held-out groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from .errors import InputError
from .scores import Floats

__all__ = ["CalibratedRegression", "FittedRegression", "ordered_classes"]

TEMPERATURES = (0.2, 5.0)
"""Bounds of the calibration: outside them the held-out groups are too few or unlike the rest."""


class FittedRegression(NamedTuple):
    """Scores are ``rows @ coefficients.T + intercept``; divided by ``temperature`` they are calibrated.

    ``coefficients`` has shape (n_classes, n_columns) and ``intercept`` (n_classes,).
    """

    coefficients: Floats
    intercept: Floats
    temperature: float
    iterations: int


@dataclass(frozen=True)
class CalibratedRegression:
    """How to fit: a multinomial logistic regression, then the temperature of grouped folds.

    ``C`` and ``class_weight`` are those of scikit-learn's ``LogisticRegression``. Below two
    ``folds`` the temperature is 1. ``random_state`` is the seed of the folds.
    """

    C: float
    class_weight: Mapping[str, float] | str | None
    folds: int
    random_state: int | None

    def fit(
        self,
        rows: Any,
        labels: NDArray[np.str_],
        classes: Sequence[str],
        weights: Floats | None = None,
        groups: Sequence[str] | None = None,
    ) -> FittedRegression:
        """Coefficients and temperature for labelled rows.

        Parameters
        ----------
        rows : array or sparse matrix of shape (n_rows, n_columns)
        labels : ndarray of str, shape (n_rows,)
        classes : sequence of str
            The labels, of at least two kinds, in the order that the result shall have.
        weights : ndarray of shape (n_rows,), optional
            What each row counts. Default 1.
        groups : sequence of str, optional
            Rows of one group are held out together. Default: every row by itself.

        Returns
        -------
        FittedRegression

        Raises
        ------
        InputError
            When a label occurs in fewer groups than there are folds.
        """
        counted = np.ones(len(labels)) if weights is None else weights
        temperature = self._temperature(rows, labels, classes, counted, groups)
        model = self._fitted(rows, labels, counted)
        return FittedRegression(*_ordered(model, classes), temperature, int(np.max(model.n_iter_)))

    def _fitted(self, rows: Any, labels: NDArray[np.str_], weights: Floats) -> Any:
        regression = LogisticRegression(C=self.C, class_weight=self.class_weight, max_iter=1000, tol=1e-4)
        return regression.fit(rows, labels, sample_weight=weights)

    def _temperature(
        self,
        rows: Any,
        labels: NDArray[np.str_],
        classes: Sequence[str],
        weights: Floats,
        groups: Sequence[str] | None,
    ) -> float:
        """The temperature that makes scores of held-out groups most likely; 1 without calibration."""
        if self.folds < 2:
            return 1.0
        by_group = np.arange(len(labels)) if groups is None else np.asarray(groups)
        _check_calibration(labels, by_group, self.folds)
        splitter = StratifiedGroupKFold(self.folds, shuffle=True, random_state=self.random_state)
        scores = np.full((len(labels), len(classes)), np.nan)
        for train, held_out in splitter.split(rows, labels, by_group):
            if set(labels[train]) == set(labels):
                model = self._fitted(rows[train], labels[train], weights[train])
                coefficients, intercept = _ordered(model, classes)
                scores[held_out] = rows[held_out] @ coefficients.T + intercept
        scored = ~np.isnan(scores[:, 0])
        truth = np.array([list(classes).index(label) for label in labels])
        return _best_temperature(scores[scored], truth[scored], weights[scored])


def ordered_classes(labels: Sequence[str], known: Sequence[str]) -> list[str]:
    """The labels that occur: known ones in their own order, then the others sorted.

    Raises
    ------
    InputError
        When there are fewer than two.

    Examples
    --------
    >>> ordered_classes(["pro", "neutral", "con", "supportive"], ["supportive", "opposed", "neutral"])
    ['supportive', 'neutral', 'con', 'pro']
    """
    kinds = set(labels)
    if len(kinds) < 2:
        raise InputError(f"at least two different labels are needed, got {sorted(kinds)}")
    first = [label for label in known if label in kinds]
    return first + sorted(kinds - set(first))


def _ordered(model: Any, classes: Sequence[str]) -> tuple[Floats, Floats]:
    """Coefficients and intercept in the order of ``classes``; scikit-learn sorts alphabetically."""
    coefficients, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        intercept = np.concatenate([-intercept, intercept]) / 2
    order = [list(model.classes_).index(label) for label in classes]
    return coefficients[order], intercept[order]


def _check_calibration(labels: NDArray[np.str_], groups: NDArray[Any], folds: int) -> None:
    groups_of = {label: len(set(groups[labels == label])) for label in set(labels)}
    rare = sorted(label for label, count in groups_of.items() if count < folds)
    if rare:
        counts = Counter(labels.tolist())
        raise InputError(
            f"calibration with {folds} folds needs every label in at least {folds} groups; "
            + ", ".join(f"{label} has {counts[label]} passages in {groups_of[label]}" for label in rare)
            + ". Give more examples, or calibration_folds=0 for uncalibrated probabilities."
        )


def _best_temperature(scores: Floats, truth: NDArray[np.int_], weights: Floats) -> float:
    def loss(log_temperature: float) -> float:
        likely = log_softmax(scores / np.exp(log_temperature), axis=1)[np.arange(len(truth)), truth]
        return -float(np.average(likely, weights=weights))

    low, high = np.log(TEMPERATURES)
    return float(np.exp(minimize_scalar(loss, bounds=(low, high), method="bounded").x))
