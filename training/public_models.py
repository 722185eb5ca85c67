"""The fast model on a public set: a linear classifier on stancelib's features of a text and its target."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from public_formats import Case
from recipes import STANCE_SETTINGS
from sklearn.linear_model import LogisticRegression

from stancelib.features import PassageFeatures

Predictor = Callable[[Sequence[Case]], NDArray[np.str_]]

NEAR = 40
"""Characters on either side of a target that count as its words: six or seven words."""


@dataclass(frozen=True)
class Run:
    """How the accurate model is trained; the fast one has nothing to set and no chance in it."""

    seed: int = 0
    epochs: int = 3
    threads: int = 2
    base: Path | None = None


def train_fast(train: Sequence[Case], run: Run) -> Predictor:
    """A linear classifier fitted to cases: gives the labels of others.

    A row joins the features of the text, those of the target's own words and, where the targets
    stand in their texts, those of the words beside it. Classifier and settings are those of the
    shipped stance model, on every set; nothing is searched for any of them.

    Parameters
    ----------
    train : sequence of Case
        With at least two different labels.
    run : Run

    Returns
    -------
    callable
        From cases to an array of labels, in the same order.
    """
    views: list[Callable[[Case], str]] = [lambda case: case.text, lambda case: case.target]
    if all(case.span for case in train):
        views.append(words_beside)
    features = [PassageFeatures().fit([view(case) for case in train]) for view in views]

    def rows(cases: Sequence[Case]) -> sparse.csr_matrix:
        parts = [part.transform([view(case) for case in cases]) for part, view in zip(features, views, strict=True)]
        return sparse.csr_matrix(sparse.hstack(parts))

    model = LogisticRegression(**STANCE_SETTINGS, class_weight="balanced", max_iter=1000).fit(
        rows(train), [case.label for case in train]
    )
    return lambda cases: model.predict(rows(cases))


def words_beside(case: Case) -> str:
    """The words shortly before and after the target, without it; empty when it is not in the text."""
    if case.span is None:
        return ""
    start, end = case.span
    return f"{case.text[max(0, start - NEAR) : start]} {case.text[end : end + NEAR]}"
