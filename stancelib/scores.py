"""What every model gives back: probabilities of many passages, findings in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .records import Evidence, HolderKind, Span

__all__ = ["Finding", "Floats", "Scores", "softmax"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scores:
    """Probabilities of passages.

    ``stances`` and ``sentiments`` are of shape (n_passages, n_classes), rows summing to 1;
    ``english`` is the number of English words less that of foreign ones; ``lengths`` counts tokens.
    """

    stances: Floats
    sentiments: Floats
    english: Floats
    lengths: NDArray[np.int64]


class Finding(NamedTuple):
    """What a model found in one passage; offsets are in characters of the passage, end exclusive."""

    evidence: tuple[Evidence, ...]
    holder: Span | None = None
    holder_kind: HolderKind | None = None
    initiative: Span | None = None


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores, row by row.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0]])).tolist()
    [[0.5, 0.5]]
    """
    powers: Floats = np.exp(scores - scores.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    return powers
