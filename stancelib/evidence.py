"""From weights of tokens to the words that moved a stance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .records import Evidence
from .tokens import token_offsets

__all__ = ["evidence_spans", "log_odds_direction"]

MOST = 6
"""Tokens shown at most; more would no longer be a reason but the passage again."""

LEAST_WEIGHT = 0.05
"""Change of the log-odds below which a token did not move anything."""

LEAST_SHARE = 0.2
"""Weights below this share of the strongest one are left out."""


def log_odds_direction(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """How the log-odds of the most probable class change with each class's score.

    Parameters
    ----------
    probabilities : ndarray of shape (n_passages, n_classes)

    Returns
    -------
    ndarray of shape (n_passages, n_classes)
        1 for the most probable class; for the others minus their share among the others.

    Examples
    --------
    >>> log_odds_direction(np.array([[0.5, 0.25, 0.25]])).tolist()
    [[1.0, -0.5, -0.5]]
    """
    top = probabilities.argmax(axis=1)
    rows = np.arange(len(top))
    others = probabilities.copy()
    others[rows, top] = 0.0
    direction = -others / np.maximum(others.sum(axis=1, keepdims=True), np.finfo(float).tiny)
    direction[rows, top] = 1.0
    return np.asarray(direction)


def evidence_spans(passage: str, weights: NDArray[np.float64]) -> tuple[Evidence, ...]:
    """The words with the greatest weights, neighbours merged, strongest first.

    Parameters
    ----------
    passage : str
    weights : ndarray of shape (n_tokens,)
        What each token of `tokenize` adds to the log-odds of the stance.

    Returns
    -------
    tuple of Evidence
        Whole words; offsets in characters of the passage, end exclusive. A word that moved the
        log-odds by less than 0.05, or less than a fifth of the strongest, is left out.
    """
    if not len(weights):
        return ()
    size = np.abs(weights)
    strong = np.flatnonzero(size >= max(LEAST_WEIGHT, LEAST_SHARE * float(size.max())))
    if len(strong) > MOST:
        strong = np.sort(strong[np.argsort(-size[strong], kind="stable")[:MOST]])
    offsets = token_offsets(passage)
    merged: list[list[float]] = []
    last = -2
    for token in strong.tolist():
        begin, end = offsets[token]
        if not passage[begin].isalnum():
            continue
        weight = float(weights[token])
        if token == last + 1 and weight * merged[-1][2] > 0:
            merged[-1][1:] = [end, merged[-1][2] + weight]
        else:
            merged.append([begin, end, weight])
        last = token
    merged.sort(key=lambda part: -abs(part[2]))
    return tuple(
        Evidence(int(begin), int(end), passage[int(begin) : int(end)], weight) for begin, end, weight in merged
    )
