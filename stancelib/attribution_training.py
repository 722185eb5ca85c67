"""Learns the tables that find holders and initiatives, from a corpus that names them.

Of all stretches of a passage, and nobody, the named one is to have the greatest score: a conditional
logit over stretches, learned with Adagrad in small batches. Whether a holder is a group is learned
with scikit-learn's logistic regression on its first and last token. Same corpus, same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .attribution import CHANNELS, GROUP, HOLDER, INITIATIVE, LONGEST, SpanTables, nobody_scores, span_scores
from .corpus import AUTHOR, Corpus
from .errors import InputError
from .records import NO_STANCE
from .span_features import BUCKETS, FAR, NEAR, PAIR, Tokens, TypeMemo, context_buckets, type_buckets
from .tokens import token_offsets

__all__ = ["fit_attribution"]

GROUP_KIND = "group"

PASSAGES, RATE, EPOCHS = 64, 0.15, 4
"""Passages of a step, size of the steps, and how often the corpus is gone through."""

DROPPED = 0.3
"""Share of the features that each step goes without, so that none is relied on alone."""

NOBODY_BIAS = -0.4
"""Added to the score of nobody: a name that is missed costs as much as a wrong one, but is the likelier fault."""

GROUP_C = 0.3
"""Inverse strength of the regularisation for groups."""

Floats = NDArray[np.float32]
Place = tuple[int, int] | None


@dataclass(frozen=True)
class _Passages:
    """Tokens of a corpus, and per token the rows of its features: nobody's first, then the others."""

    tokens: Tokens
    rows: NDArray[np.int32]

    def part(self, numbers: NDArray[np.int64]) -> tuple[Tokens, NDArray[np.int32]]:
        """Some of the passages, each with the edge after it."""
        sizes = self.tokens.lengths[numbers] + 1
        starts = np.cumsum(sizes) - sizes
        places = np.repeat(self.tokens.starts[numbers] - starts, sizes) + np.arange(sizes.sum())
        return Tokens(self.tokens.ids[places], starts, sizes - 1), self.rows[places]


NOBODY_ROWS = 3
"""Features that also count for nobody: word, class, and the pair of words."""


def fit_attribution(corpus: Corpus, *, random_state: int = 0) -> SpanTables:
    """Tables learned from a corpus's fields ``holder``, ``target`` and ``holder_kind``.

    Parameters
    ----------
    corpus : Corpus
        Passages that are not neutral teach holders, all of them initiatives; those with a
        ``holder_kind`` teach what a group is.
    random_state : int, default 0
        Seed of the order in which passages are gone through.

    Returns
    -------
    SpanTables

    Raises
    ------
    InputError
        When no passage names a holder, an initiative or a group.
    """
    memo = TypeMemo()
    passages = _read(corpus, memo)
    weights = np.zeros((BUCKETS, len(CHANNELS)), np.float32)
    lengths, biases = np.zeros((2, LONGEST), np.float32), np.zeros(3, np.float32)
    held = [number for number, stance in enumerate(corpus.stances) if stance != NO_STANCE]
    holders = [None if example.holder == AUTHOR else example.holder for example in corpus]
    targets = [example.target for example in corpus]
    for row, (first, words, numbers) in enumerate(
        ((HOLDER, holders, held), (INITIATIVE, targets, list(range(len(corpus)))))
    ):
        places = [_place(example.text, name) for example, name in zip(corpus, words, strict=True)]
        numbers = [number for number in numbers if _learnable(places[number], words[number])]
        if not any(places[number] for number in numbers):
            raise InputError(f"no example names {'a holder' if first == HOLDER else 'an initiative'}")
        learner = _Learner()
        learner.learn(passages, places, np.array(numbers), np.random.RandomState(random_state))
        weights[:, first : first + 4] = learner.weights
        lengths[row], biases[row] = learner.lengths, learner.bias[0] + NOBODY_BIAS
    weights[:, GROUP:], biases[2] = _group_weights(corpus, passages)
    scales = np.maximum(np.abs(weights).max(axis=0), 1e-6).astype(np.float32) / np.float32(127)
    return SpanTables(np.rint(weights / scales).astype(np.int8), scales, lengths, biases)


def _read(corpus: Corpus, memo: TypeMemo) -> _Passages:
    tokens = memo.tokens(corpus.texts)
    far, near = type_buckets(memo.forms)
    context = context_buckets(tokens, memo)
    middle = FAR.index(0)
    columns = [far[tokens.ids, form, middle] for form in range(2)] + [context[PAIR]]
    for column, place in enumerate(FAR):
        ids = np.roll(tokens.ids, -place)
        if place:
            columns += [far[ids, form, column] for form in range(2)]
        if place in NEAR:
            columns += [near[ids, form, NEAR.index(place)] for form in range(near.shape[1])]
    columns += [row for number, row in enumerate(context) if number != PAIR]
    return _Passages(tokens, np.stack([column.astype(np.int32) for column in columns], axis=1))


def _place(text: str, words: str | None) -> Place:
    """First and last token of words in a text."""
    start = text.find(words) if words else -1
    if start < 0 or not words:
        return None
    inside = [n for n, (a, b) in enumerate(token_offsets(text)) if b > start and a < start + len(words)]
    return (inside[0], inside[-1]) if inside else None


def _learnable(place: Place, words: str | None) -> bool:
    return not words if place is None else place[1] - place[0] < LONGEST


class _Learner:
    """Weights of one name's four channels, learned step by step."""

    def __init__(self) -> None:
        self.weights = np.zeros((BUCKETS, 4), np.float32)
        self.lengths = np.zeros(LONGEST, np.float32)
        self.bias = np.zeros(1, np.float32)
        self._squares = [np.full_like(array, 0.01) for array in (self.weights, self.lengths, self.bias)]

    def learn(
        self,
        passages: _Passages,
        places: Sequence[Place],
        numbers: NDArray[np.int64],
        random_state: np.random.RandomState,
    ) -> None:
        numbers = numbers[passages.tokens.lengths[numbers] > 0]
        for part in _parts(numbers, random_state):
            tokens, rows = passages.part(part)
            kept = (random_state.random_sample(rows.size) > DROPPED).astype(np.float32) / np.float32(1 - DROPPED)
            self._step(tokens, rows, kept, [places[number] for number in part.tolist()])

    def _step(self, tokens: Tokens, rows: NDArray[np.int32], kept: Floats, places: Sequence[Place]) -> None:
        used, inverse = np.unique(rows, return_inverse=True)
        columns: NDArray[np.int32] = inverse.reshape(rows.shape).astype(np.int32)
        counts = _counts(columns, kept, len(used))
        nobody_columns = columns[:, :NOBODY_ROWS]
        nobody_counts = _counts(nobody_columns, np.ones(nobody_columns.size, np.float32), len(used))
        weights = self.weights[used]
        scores = counts @ weights[:, :3]
        nobody = nobody_scores(nobody_counts @ weights[:, 3], tokens) + self.bias
        on_tokens, on_nobody, on_lengths = _slopes(span_scores(scores, tokens, self.lengths), nobody, tokens, places)
        spread = np.repeat(on_nobody / np.sqrt(tokens.lengths), tokens.lengths + 1) * (tokens.ids > 0)
        slopes = np.column_stack([counts.T @ on_tokens, nobody_counts.T @ spread]).astype(np.float32)
        self._move(0, self.weights, slopes, used)
        self._move(1, self.lengths, on_lengths.astype(np.float32))
        self._move(2, self.bias, on_nobody.sum(keepdims=True).astype(np.float32))

    def _move(self, number: int, array: Floats, slopes: Floats, rows: NDArray[np.int32] | None = None) -> None:
        """One step of Adagrad, on some rows or on all."""
        where = slice(None) if rows is None else rows
        scaled = slopes * np.float32(8 / PASSAGES)
        self._squares[number][where] += scaled * scaled
        array[where] -= RATE * scaled / np.sqrt(self._squares[number][where])


def _parts(numbers: NDArray[np.int64], random_state: np.random.RandomState) -> Iterator[NDArray[np.int64]]:
    for _ in range(EPOCHS):
        order = random_state.permutation(numbers)
        for start in range(0, len(order), PASSAGES):
            yield order[start : start + PASSAGES]


def _counts(columns: NDArray[np.int32], values: Floats, width: int) -> Any:
    """A sparse matrix with a row per token, and a value for each of its features."""
    from scipy import sparse

    n, per_row = columns.shape
    ends = np.arange(0, n * per_row + 1, per_row)
    return sparse.csr_matrix((values, columns.ravel(), ends), shape=(n, width))


def _slopes(
    spans: Floats, nobody: Floats, tokens: Tokens, places: Sequence[Place]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Slopes of the loss: by the tokens' three scores, by nobody's score, by the lengths' scores."""
    starts, sizes = tokens.starts, tokens.lengths + 1
    top = np.maximum(np.maximum.reduceat(spans.max(axis=1), starts), nobody)
    shares = np.exp(spans - np.repeat(top, sizes)[:, None], dtype=np.float64)
    on_nobody = np.exp(nobody - top, dtype=np.float64)
    total = np.add.reduceat(shares.sum(axis=1), starts) + on_nobody
    shares /= np.repeat(total, sizes)[:, None]
    on_nobody /= total
    for number, (start, place) in enumerate(zip(starts.tolist(), places, strict=True)):
        if place is None:
            on_nobody[number] -= 1.0
        else:
            shares[start + place[0], place[1] - place[0]] -= 1.0
    n = len(shares)
    lasts = np.arange(n)[:, None] + np.arange(LONGEST)
    on_last = np.bincount(lasts.ravel(), shares.ravel(), minlength=n + LONGEST)
    on_first = shares.sum(axis=1)
    change = on_first - np.concatenate([[0.0], on_last[: n - 1]])
    return np.column_stack([on_first, np.cumsum(change), on_last[:n]]), on_nobody, shares.sum(axis=0)


def _group_weights(corpus: Corpus, passages: _Passages) -> tuple[Floats, float]:
    """Weights of a holder's first and last token for being a group, and the intercept."""
    from sklearn.linear_model import LogisticRegression

    rows, groups = [], []
    for number, example in enumerate(corpus):
        place = _place(example.text, example.holder) if example.holder != AUTHOR else None
        if place is not None and example.holder_kind:
            start = int(passages.tokens.starts[number])
            last = passages.rows[start + place[1]] + np.int32(BUCKETS)
            rows.append(np.concatenate([passages.rows[start + place[0]], last]))
            groups.append(example.holder_kind == GROUP_KIND)
    if len(set(groups)) < 2:
        raise InputError("both kinds of holders, groups and others, must be among the examples")
    ends = np.stack(rows)
    counts = _counts(ends, np.ones(ends.size, np.float32), 2 * BUCKETS)
    fitted = LogisticRegression(C=GROUP_C, solver="liblinear", random_state=0).fit(counts, np.array(groups))
    return fitted.coef_.reshape(2, BUCKETS).T.astype(np.float32), float(fitted.intercept_[0])
