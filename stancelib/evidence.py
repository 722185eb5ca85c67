"""From weights of tokens to the words that moved a stance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .records import Evidence
from .token_arrays import TokenArrays

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


def evidence_spans(
    passages: Sequence[str], tokens: TokenArrays, edges: NDArray[np.int64], weights: NDArray[np.float64]
) -> list[tuple[Evidence, ...]]:
    """The words with the greatest weights in each passage, neighbours merged, strongest first.

    Parameters
    ----------
    passages : sequence of str
    tokens : TokenArrays
        Tokens of all passages, with one more before, between and after them.
    edges : ndarray of int64, shape (n_passages + 1,)
        Which tokens those are.
    weights : ndarray of shape (n_tokens,)
        What each token adds to the log-odds of its passage's stance.

    Returns
    -------
    list of tuple of Evidence
        Whole words; offsets in characters of the passage, end exclusive. A word that moved the
        log-odds by less than 0.05, or less than a fifth of the strongest, is left out.
    """
    chosen, owners = _strongest(edges, weights, tokens.is_word())
    if not len(chosen):
        return [()] * len(passages)
    signs = weights[chosen] > 0
    merged = (np.diff(chosen) == 1) & (signs[1:] == signs[:-1])
    firsts = np.append(0, 1 + np.flatnonzero(~merged))
    lasts = np.append(firsts[1:], len(chosen)) - 1
    totals = np.add.reduceat(weights[chosen], firsts)
    order = np.lexsort((-np.abs(totals), owners[firsts]))
    owners, offsets = owners[firsts][order], tokens.starts[edges[:-1]] + 1
    begins = tokens.starts[chosen[firsts]][order] - offsets[owners]
    ends = tokens.ends[chosen[lasts]][order] - offsets[owners]
    columns = (owners, begins, ends, totals[order])
    found: list[list[Evidence]] = [[] for _ in passages]
    for owner, begin, end, weight in zip(*(column.tolist() for column in columns), strict=True):
        found[owner].append(Evidence(begin, end, passages[owner][begin:end], weight))
    return [*map(tuple, found)]


def _strongest(
    edges: NDArray[np.int64], weights: NDArray[np.float64], is_word: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Words that count among the strongest tokens of their passage, and the passage of each."""
    sizes = np.abs(weights)
    sizes[edges] = 0.0
    least = np.maximum(LEAST_WEIGHT, LEAST_SHARE * np.maximum.reduceat(sizes, edges))
    numbers = np.repeat(np.arange(len(edges)), np.diff(edges, append=len(weights)))
    strong = (sizes >= least.take(numbers)).nonzero()[0]
    owners = numbers.take(strong)
    ranked = np.lexsort((-sizes[strong], owners))
    ranks = np.arange(len(strong)) - owners.searchsorted(owners)
    # Sorting by owner leaves each passage's tokens in the same stretch, so ranks fit both orders.
    strong = np.sort(strong[ranked[ranks < MOST]])
    strong = strong[is_word[strong]]
    return strong, numbers.take(strong)
