"""From passages to a matrix: words, word pairs, characters in words, cues, negation.

A row is divided by the root of its token count instead of by its norm. So the score of a passage
is a sum over its tokens, which is what makes compiled inference fast and evidence exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.utils.validation import check_is_fitted

from .errors import InputError
from .token_features import FAMILIES, passage_features
from .tokens import check_texts, normalize, token_texts

__all__ = ["FAMILY_WEIGHTS", "PassageFeatures"]

FAMILY_WEIGHTS: Mapping[str, float] = {"characters": 0.15, "cue": 2.0, "negated cue": 2.0}
"""What a feature of a family counts against a word; chosen by grouped cross-validation."""


class PassageFeatures(TransformerMixin, BaseEstimator):
    """Sparse matrix of weighted feature counts, one row per passage.

    The entry of a feature is its count × inverse document frequency × weight of its family,
    divided by the root of the passage's token count and by one number for the whole matrix that
    brings the training rows to unit length on average.

    Parameters
    ----------
    min_df : int, default 2
        A feature must occur in at least so many training passages.
    family_weights : mapping of str to float, optional
        Weight by family (``word``, ``pair``, ``characters``, ``cue``, ``negated``,
        ``negated cue``); 1 where none is given, 0 leaves the family out. Default
        `FAMILY_WEIGHTS`.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each feature, features in alphabetical order.
    column_weights_ : ndarray of shape (n_features,)
        What one occurrence counts before the division by the root of the token count.

    Examples
    --------
    >>> texts = ["They back the pact.", "They reject the pact."]
    >>> PassageFeatures(min_df=1).fit_transform(texts).shape[0]
    2
    """

    def __init__(self, *, min_df: int = 2, family_weights: Mapping[str, float] | None = None) -> None:
        self.min_df = min_df
        self.family_weights = family_weights

    def fit(self, X: Sequence[str], y: Any = None) -> Self:
        """Learn vocabulary, document frequencies and scale from passages.

        Parameters
        ----------
        X : sequence of str
            Passages.
        y : ignored

        Returns
        -------
        PassageFeatures
            Itself.
        """
        texts = check_texts(X)
        family_weights = _family_weights(self.family_weights)
        if not isinstance(self.min_df, int) or self.min_df < 1:
            raise InputError(f"min_df must be a whole number of at least 1, got {self.min_df!r}")
        if not any(family_weights.values()):
            raise InputError("every family of features has the weight 0; leave at least one")
        vectorizer = CountVectorizer(analyzer=passage_features, min_df=self.min_df)
        try:
            counts = vectorizer.fit_transform(texts)
        except ValueError as error:
            raise InputError(
                f"no feature occurs in {self.min_df} of the {len(texts)} passages; "
                f"give more passages or a smaller min_df"
            ) from error
        self.vocabulary_ = {name: int(column) for name, column in sorted(vectorizer.vocabulary_.items())}
        names = self.get_feature_names_out()
        weights = np.array([family_weights[name.split(":", 1)[0]] for name in names])
        column_weights = TfidfTransformer(norm=None).fit(counts).idf_ * weights
        rows = sparse.diags_array(_row_scale(texts)) @ counts @ sparse.diags_array(column_weights)
        self.column_weights_ = column_weights / np.sqrt(rows.multiply(rows).sum(axis=1)).mean()
        self._vectorizer = CountVectorizer(analyzer=passage_features, vocabulary=self.vocabulary_)
        return self

    def transform(self, X: Sequence[str]) -> sparse.csr_matrix:
        """Weighted feature counts of passages.

        Parameters
        ----------
        X : sequence of str
            Passages.

        Returns
        -------
        sparse matrix of shape (n_passages, n_features), float64
            Columns as `get_feature_names_out`. An empty passage gives an empty row.
        """
        check_is_fitted(self)
        texts = check_texts(X)
        counts = self._vectorizer.transform(texts)
        scaled = sparse.diags_array(_row_scale(texts)) @ counts @ sparse.diags_array(self.column_weights_)
        return sparse.csr_matrix(scaled)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns: ``family:value``.

        Parameters
        ----------
        input_features : ignored

        Returns
        -------
        ndarray of str, shape (n_features,)
        """
        check_is_fitted(self, "vocabulary_")
        return np.array(list(self.vocabulary_), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _family_weights(given: Mapping[str, float] | None) -> dict[str, float]:
    given = FAMILY_WEIGHTS if given is None else given
    unknown = sorted(set(given) - set(FAMILIES))
    if unknown:
        raise InputError(f"unknown feature families {', '.join(unknown)}; known are {', '.join(FAMILIES)}")
    return {family: given.get(family, 1.0) for family in FAMILIES}


def _row_scale(texts: list[str]) -> NDArray[np.float64]:
    """One over the root of the token count; 1 for a passage without tokens."""
    counts = [len(token_texts(normalize(text))) for text in texts]
    return 1.0 / np.sqrt(np.maximum(counts, 1.0))
