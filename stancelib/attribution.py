"""Holder and initiative for the fast model: every stretch of a passage is scored, the best one wins.

A stretch's score is what its first token says for beginning, its tokens for being inside, its last
for ending, and its length; against it stands the score of "nobody is named" (for the holder: the
author speaks), a sum over the passage's words. All are sums of rows of one hashed table, learned by
`stancelib.attribution_training`; numpy is all that is needed here.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .errors import ModelFolderError
from .records import HolderKind, Span
from .resolution import whole_name
from .span_features import BUCKETS, FAR, PAIR, Tokens, TypeMemo, context_buckets, type_buckets
from .tokens import token_offsets

__all__ = ["CHANNELS", "LONGEST", "Attribution", "SpanTables", "Spotter", "best_spans", "span_scores"]

LONGEST = 12
"""Tokens of the longest name that is looked for."""

CHANNELS = ("start", "inside", "end", "nobody") * 2 + ("group start", "group end")
"""Columns of the weights: holder, initiative, and whether a holder is a group."""

HOLDER, INITIATIVE, GROUP = 0, 4, 8
"""First column of each."""

OUTSIDE = -1e6
"""Far below any score: that of a stretch which leaves its passage."""

BATCH = 256
"""Passages that are read together."""

MEMO = 1 << 14
"""Types of tokens that are remembered; a memo that has grown larger starts anew."""

Floats = NDArray[np.float32]


class Attribution(NamedTuple):
    """Who takes a passage's stance, and toward what; offsets in characters of the passage."""

    holder: Span | None = None
    holder_kind: HolderKind | None = None
    initiative: Span | None = None


@dataclass(frozen=True)
class SpanTables:
    """The arrays of a spotter, as they are kept in the model folder.

    ``span_weights`` has a row per hashed feature and a column per channel, in steps of
    ``span_scales``; ``span_lengths`` has a row each for holder and initiative and a column per
    length; ``span_biases`` are those of nobody (holder, initiative) and of groups.
    """

    span_weights: NDArray[np.int8]
    span_scales: NDArray[np.float32]
    span_lengths: NDArray[np.float32]
    span_biases: NDArray[np.float32]

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], where: str) -> SpanTables | None:
        """The tables among a model folder's arrays; None where there are none.

        Raises
        ------
        ModelFolderError
            When some are missing or have another shape.
        """
        found = {name: arrays[name] for name in cls.__dataclass_fields__ if name in arrays}
        if not found:
            return None
        shapes = ((BUCKETS, len(CHANNELS)), (len(CHANNELS),), (2, LONGEST), (3,))
        for name, shape in zip(cls.__dataclass_fields__, shapes, strict=True):
            if name not in found or found[name].shape != shape or not np.isfinite(found[name]).all():
                raise ModelFolderError(f"{where}: {name} is missing, not finite or not of shape {shape}")
        return cls(**found)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, for a model folder."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Spotter:
    """Finds holders and initiatives in passages.

    Parameters
    ----------
    tables : SpanTables
    """

    def __init__(self, tables: SpanTables) -> None:
        self.tables = tables
        self._lock = threading.Lock()
        self._memo = TypeMemo()
        self._rows = _no_rows()

    def __reduce__(self) -> tuple[Any, ...]:
        return Spotter, (self.tables,)

    def find(self, texts: Sequence[str], held: Sequence[bool]) -> list[Attribution]:
        """Holder and initiative of each passage.

        Parameters
        ----------
        texts : sequence of str
            Passages.
        held : sequence of bool
            Whether each takes a stance; one that takes none has no holder.

        Returns
        -------
        list of Attribution
            One per passage, in the same order.
        """
        found: list[Attribution] = []
        with self._lock:
            for start in range(0, len(texts), BATCH):
                found += self._batch(texts[start : start + BATCH], held[start : start + BATCH])
        return found

    def _batch(self, texts: Sequence[str], held: Sequence[bool]) -> list[Attribution]:
        if len(self._memo) > MEMO:
            self._forget()
        tokens = self._memo.tokens(texts)
        scores = self._token_scores(tokens)
        holders = self._best(scores, tokens, HOLDER)
        initiatives = self._best(scores, tokens, INITIATIVE)
        kinds = self._kinds(scores, tokens, holders)
        found = []
        for text, takes_stance, holder, kind, initiative in zip(texts, held, holders, kinds, initiatives, strict=True):
            spans = (holder if takes_stance else None, initiative)
            count = max((span[1] + 1 for span in spans if span), default=0)
            offsets = token_offsets(text, count) if count else []
            of_holder, of_initiative = (_span(text, offsets, span) for span in spans)
            found.append(Attribution(of_holder, kind if takes_stance else None, of_initiative))
        return found

    def _token_scores(self, tokens: Tokens) -> Floats:
        """What every token says on every channel, of shape (n_tokens, n_channels)."""
        self._learn_new_types()
        context = self.tables.span_weights.take(context_buckets(tokens, self._memo), axis=0)
        scores = context.sum(axis=0, dtype=np.float32)
        nobody = [HOLDER + 3, INITIATIVE + 3]
        scores[:, nobody] = context[PAIR][:, nobody]
        rows = self._rows.take(tokens.ids, axis=0)
        for column, place in enumerate(FAR):
            first, last = max(0, -place), len(rows) - max(0, place)
            scores[first:last] += rows[first + place : last + place, column]
        return np.asarray(scores * self.tables.span_scales)

    def _learn_new_types(self) -> None:
        """Rows for the types that were met for the first time: one column of channels per place."""
        known = len(self._rows)
        forms = self._memo.forms[known:]
        if not forms:
            return
        weights = self.tables.span_weights
        far, near = type_buckets(forms)
        rows = weights[far].sum(axis=1, dtype=np.float32)
        middle = FAR.index(0)
        rows[:, middle - 1 : middle + 2] += weights[near].sum(axis=1, dtype=np.float32)
        nobody = [HOLDER + 3, INITIATIVE + 3]
        rows[:, :, nobody] = 0.0
        rows[:, middle, nobody] = weights[far[:, :, middle]][:, :, nobody].sum(axis=1, dtype=np.float32)
        self._rows = np.concatenate([self._rows, rows])

    def _best(self, scores: Floats, tokens: Tokens, first: int) -> list[tuple[int, int] | None]:
        which = int(first == INITIATIVE)
        nobody = nobody_scores(scores[:, first + 3], tokens) + self.tables.span_biases[which]
        spans = span_scores(scores[:, first : first + 3], tokens, self.tables.span_lengths[which])
        return best_spans(spans, nobody, tokens)

    def _kinds(self, scores: Floats, tokens: Tokens, holders: Sequence[tuple[int, int] | None]) -> list[HolderKind]:
        first, last = scores[:, GROUP].tolist(), scores[:, GROUP + 1].tolist()
        least = -float(self.tables.span_biases[2])
        return [
            "author" if span is None else "group" if first[start + span[0]] + last[start + span[1]] > least else "named"
            for start, span in zip(tokens.starts.tolist(), holders, strict=True)
        ]

    def _forget(self) -> None:
        self._memo = TypeMemo()
        self._rows = _no_rows()


def _no_rows() -> Floats:
    return np.zeros((0, len(FAR), len(CHANNELS)), np.float32)


def span_scores(scores: Floats, tokens: Tokens, lengths: Floats) -> Floats:
    """The score of every stretch of at most `LONGEST` tokens.

    Parameters
    ----------
    scores : ndarray of shape (n_tokens, 3)
        Of beginning, being inside and ending.
    tokens : Tokens
        With at least one edge after each passage.
    lengths : ndarray of shape (LONGEST,)

    Returns
    -------
    ndarray of shape (n_tokens, LONGEST)
        Row by first token, column by length less one; below `OUTSIDE` where the stretch holds an edge.
    """
    inside = np.cumsum(np.where(tokens.ids == 0, 2 * OUTSIDE, scores[:, 1]), dtype=np.float64)
    ends = np.full(len(scores) + LONGEST - 1, 2 * OUTSIDE + inside[-1])
    ends[: len(scores)] = inside + scores[:, 2]
    before = scores[:, 0].astype(np.float64)
    before[1:] -= inside[:-1]
    return np.asarray(before[:, None] + sliding_window_view(ends, LONGEST) + lengths)


def nobody_scores(scores: Floats, tokens: Tokens) -> Floats:
    """What the words of each passage say for nobody being named, over the root of their number."""
    sums = np.concatenate([[0.0], np.cumsum(scores, dtype=np.float64)])
    total = sums[tokens.starts + tokens.lengths] - sums[tokens.starts]
    return np.asarray(total / np.sqrt(np.maximum(tokens.lengths, 1)))


def best_spans(spans: Floats, nobody: Floats, tokens: Tokens) -> list[tuple[int, int] | None]:
    """First and last token of each passage's best stretch, counted in the passage; None where nobody scores more."""
    longest = spans.argmax(axis=1)
    best = spans[np.arange(len(spans)), longest]
    found: list[tuple[int, int] | None] = []
    for start, length, least in zip(tokens.starts.tolist(), tokens.lengths.tolist(), nobody.tolist(), strict=True):
        first = int(best[start : start + length].argmax()) if length else 0
        named = length and best[start + first] > least
        found.append((first, first + int(longest[start + first])) if named else None)
    return found


def _span(text: str, offsets: list[tuple[int, int]], tokens: tuple[int, int] | None) -> Span | None:
    if tokens is None:
        return None
    return whole_name(text, offsets[tokens[0]][0], offsets[tokens[1]][1])
