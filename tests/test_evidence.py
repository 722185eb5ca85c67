"""Evidence found in arrays is that of a plain loop."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stancelib.evidence import LEAST_SHARE, LEAST_WEIGHT, MOST, evidence_spans
from stancelib.token_arrays import find_tokens
from stancelib.tokens import token_offsets

PASSAGES = [
    "No, the pact won't hold; it fails us all, again.",
    "",
    "!?",
    "Rome (and Oslo) agree.",
    "one two three four " * 3,
]


def plain_spans(passage: str, weights: NDArray[np.float64]) -> list[tuple[int, int, float]]:
    """Strongest words of one passage, neighbours of the same sign merged."""
    sizes = np.abs(weights)
    strong = [t for t in np.argsort(-sizes, kind="stable") if sizes[t] >= max(LEAST_WEIGHT, LEAST_SHARE * sizes.max())]
    merged: list[tuple[int, int, float]] = []
    last = -2
    for token in sorted(strong[:MOST]):
        begin, end = token_offsets(passage)[token]
        if not passage[begin].isalnum():
            continue
        weight = float(weights[token])
        if token == last + 1 and weight * merged[-1][2] > 0:
            begin, _, before = merged.pop()
            weight += before
        merged.append((begin, end, weight))
        last = int(token)
    return sorted(merged, key=lambda part: -abs(part[2]))


def test_the_strongest_words_are_those_of_a_plain_loop() -> None:
    tokens = find_tokens("\0" + "\0".join(PASSAGES) + "\0")
    edges = np.flatnonzero(tokens.first_codes == 0)
    chance = np.random.default_rng(0)
    for _ in range(200):
        # Rounded, so that ties occur.
        weights = np.round(chance.normal(size=len(tokens.starts)) * chance.choice([0.03, 0.3, 1.0]), 1)
        found = evidence_spans(PASSAGES, tokens, edges, weights)
        for passage, parts, (start, end) in zip(PASSAGES, found, pairwise(edges.tolist()), strict=True):
            expected = plain_spans(passage, weights[start + 1 : end]) if end > start + 1 else []
            assert [part[:2] for part in parts] == [part[:2] for part in expected]
            np.testing.assert_allclose([part.weight for part in parts], [part[2] for part in expected])
            assert all(passage[part.start : part.end] == part.text for part in parts)
