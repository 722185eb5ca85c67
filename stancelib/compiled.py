"""The fast model: tables made from the reference classifiers, scored with numpy alone.

Every feature belongs to one token or to two adjacent tokens. So all that a known token adds to
the scores is folded into one row of a table, all that a pair adds into one row of another, and a
passage is scored by summing rows. Columns are the stances, then the sentiments, then one that
weighs English against foreign words (to notice other languages).

A token never crosses white space: the tokens of a stretch between two spaces are remembered, so
that splitting at white space is all that most text needs. Sums are in float64, tables in float32:
labels are those of the reference, probabilities differ by less than 1e-6.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelFolderError
from .evidence import evidence_spans, log_odds_direction
from .lexicons import NEGATIONS, SCOPE_ENDS, cue_names, english_balance
from .model_folder import ModelFolder
from .names import KINDS
from .scores import Finding, Floats, Scores, softmax
from .token_features import EDGE, canonical, negated_features, token_features
from .tokens import LONG_WHEN_LOWERED, NEGATION_REACH, NUMBER, check_texts, fold, token_texts

__all__ = ["KIND", "CompiledModel", "Tables", "hash_places"]

KIND = "compiled"
"""Kind of the model folders that hold such a model."""

BATCH = 512
"""Passages scored together: enough to make numpy's overhead small, few enough to stay in cache."""

MEMO = 3 << 13
"""Stretches between spaces that are remembered; a memo that has grown larger starts anew."""

ROOM = 1 << 14
"""Unknown words for whose rows there is room at first."""

GOLDEN = 0x9E3779B97F4A7C15
"""Odd constant near 2**64 / golden ratio, for Fibonacci hashing."""

LAST_64 = (1 << 64) - 1

LONG = 2_000
"""Characters from which a lone passage is scored like a batch."""


@dataclass(frozen=True)
class Tables:
    """The arrays of a compiled model; they are all there is in its folder.

    ``tokens`` and ``loose`` are names in UTF-8, separated by newlines: known tokens (the first is
    the edge of a passage), and the features of unknown words. ``*_rows`` hold one row per name
    (or pair), columns being stances, sentiments and the balance of English and foreign words. ``pair_keys`` is a
    hash table with open addressing: key ``left << 32 | right``, -1 where empty; ``pair_slots``
    gives the row of the pair.
    """

    tokens: NDArray[np.uint8]
    token_rows: NDArray[np.float32]
    negated_rows: NDArray[np.float32]
    pair_keys: NDArray[np.int64]
    pair_slots: NDArray[np.int32]
    pair_rows: NDArray[np.float32]
    loose: NDArray[np.uint8]
    loose_rows: NDArray[np.float32]
    intercept: NDArray[np.float64]

    def check(self, width: int, where: str) -> None:
        """Refuse tables that do not fit together.

        Parameters
        ----------
        width : int
            Number of columns: stances, sentiments and one more.
        where : str
            Named in the error.

        Raises
        ------
        ModelFolderError
        """
        rows = {
            "token_rows": _count_names(self.tokens),
            "negated_rows": _count_names(self.tokens),
            "loose_rows": _count_names(self.loose),
            "pair_rows": int(self.pair_slots.max(initial=-1)) + 1,
        }
        for name, count in rows.items():
            shape = getattr(self, name).shape
            if len(shape) != 2 or shape[1] != width or shape[0] < count:
                raise ModelFolderError(f"{where}: {name} has shape {shape}, expected ({count}, {width})")
        if self.pair_keys.shape != self.pair_slots.shape or len(self.pair_keys).bit_count() != 1:
            raise ModelFolderError(f"{where}: the pair table's size {self.pair_keys.shape} is no power of two")
        if not (self.pair_keys == -1).any() or self.intercept.shape != (width - 1,):
            raise ModelFolderError(f"{where}: the pair table is full, or the intercept has another length")
        numbers = (self.token_rows, self.negated_rows, self.pair_rows, self.loose_rows, self.intercept)
        if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers):
            raise ModelFolderError(f"{where}: a table holds something other than finite numbers")
        needed = {*NEGATIONS, *SCOPE_ENDS, NUMBER, *KINDS}
        if self.pair_slots.min(initial=0) < 0 or not needed <= set(_names(self.tokens)):
            raise ModelFolderError(f"{where}: a pair has no row, or a token that every model needs is missing")


class CompiledModel:
    """Scores passages with the tables of a compiled model.

    Parameters
    ----------
    tables : Tables
        From `compile_classifiers` or a model folder.
    stances, sentiments : sequence of str
        Names of the classes, in the order of the columns.
    """

    def __init__(self, tables: Tables, stances: Sequence[str], sentiments: Sequence[str]) -> None:
        self.tables = tables
        self.stances = tuple(stances)
        self.sentiments = tuple(sentiments)
        self._vocabulary = _Vocabulary(tables)
        self._lock = threading.Lock()  # the vocabulary learns unknown words while it scores

    def __reduce__(self) -> tuple[Any, ...]:
        return CompiledModel, (self.tables, self.stances, self.sentiments)

    @classmethod
    def from_folder(cls, content: ModelFolder) -> CompiledModel:
        """The model that a verified model folder holds.

        Raises
        ------
        ModelFolderError
            When an array is missing or its shape does not fit the others.
        """
        missing = sorted(set(Tables.__dataclass_fields__) - set(content.arrays))
        if missing:
            raise ModelFolderError(f"{content.path}: arrays missing: {', '.join(missing)}")
        tables = Tables(**{name: content.arrays[name] for name in Tables.__dataclass_fields__})
        try:
            stances, sentiments = content.settings["stances"], content.settings["sentiments"]
            tables.check(len(stances) + len(sentiments) + 1, str(content.path))
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ModelFolderError(f"{content.path}: settings or tables are malformed ({error!r})") from error
        return cls(tables, stances, sentiments)

    def to_folder(self, settings: Mapping[str, Any], files: Mapping[str, bytes]) -> ModelFolder:
        """The content of a model folder, not yet written."""
        named = {"stances": list(self.stances), "sentiments": list(self.sentiments)}
        arrays = {name: getattr(self.tables, name) for name in Tables.__dataclass_fields__}
        return ModelFolder(KIND, {**settings, **named}, arrays, files)

    def scores(self, texts: Sequence[str]) -> Scores:
        """Probabilities of stances and sentiments.

        Parameters
        ----------
        texts : sequence of str
            Passages, as many as there are.

        Returns
        -------
        Scores
            One row per passage, in the same order.
        """
        passages = check_texts(texts)
        with self._lock:
            if len(passages) == 1 and len(passages[0]) < LONG:
                return self._finish(*_lone_sums(passages[0], self._vocabulary))
            batches = (_Batch(part, self._vocabulary) for part in _batches(passages))
            return self._joined([self._finish(*self._sums(batch)) for batch in batches])

    def explain(self, texts: Sequence[str]) -> tuple[Scores, list[Finding]]:
        """Scores, and the words that moved each passage's stance.

        Parameters
        ----------
        texts : sequence of str
            Passages.

        Returns
        -------
        scores : Scores
        findings : list of Finding
            The evidence of each passage.
        """
        passages = check_texts(texts)
        parts: list[Scores] = []
        findings: list[Finding] = []
        for part in _batches(passages):
            with self._lock:
                batch = _Batch(part, self._vocabulary)
            scores = self._finish(*self._sums(batch))
            weights = batch.token_weights(log_odds_direction(scores.stances))
            parts.append(scores)
            findings += map(Finding, map(evidence_spans, part, weights))
        return self._joined(parts), findings

    def _sums(self, batch: _Batch) -> tuple[Floats, NDArray[np.int64]]:
        return np.add.reduceat(batch.rows, batch.edges[:-1], axis=0, dtype=np.float64), np.diff(batch.edges) - 1

    def _finish(self, sums: Floats, lengths: NDArray[np.int64]) -> Scores:
        counted = np.maximum(lengths, 1)
        scores = sums[:, :-1] / np.sqrt(counted)[:, None] + self.tables.intercept
        n = len(self.stances)
        return Scores(softmax(scores[:, :n]), softmax(scores[:, n:]), sums[:, -1], lengths)

    def _joined(self, parts: list[Scores]) -> Scores:
        if not parts:
            width = self.tables.token_rows.shape[1]
            return self._finish(np.zeros((0, width)), np.zeros(0, np.int64))
        if len(parts) == 1:
            return parts[0]
        columns = ([getattr(part, name) for part in parts] for name in Scores.__dataclass_fields__)
        return Scores(*(np.concatenate(column) for column in columns))


class _Vocabulary:
    """Rows of every token; an unknown word gets a row of its own when it is first met."""

    def __init__(self, tables: Tables) -> None:
        names = _names(tables.tokens)
        self.tables = tables
        self.n_known = len(names)
        self.tokens = dict(zip(names, range(len(names)), strict=True))
        self.rows: NDArray[np.float32] = tables.token_rows
        self.negated_rows: NDArray[np.float32] = tables.negated_rows
        self.negations = frozenset(self.tokens[word] for word in NEGATIONS)
        self.is_negation = np.zeros(self.n_known, bool)
        self.is_negation[list(self.negations)] = True
        self.ends_scope = np.zeros(self.n_known, bool)
        self.ends_scope[[self.tokens[token] for token in (EDGE, *SCOPE_ENDS)]] = True
        self.pairs = _PairMemo(tables)
        self._loose: dict[str, int] = {}
        self._loose_rows = np.asarray(tables.loose_rows)
        self._start_memo()

    def ids(self, text: str) -> list[int]:
        """Row numbers of the tokens of a text, which is lowered here and folded stretch by stretch."""
        if len(self.stretches) > MEMO:
            self._forget()
        lowered = text.replace(LONG_WHEN_LOWERED, "i").lower()
        return list(chain.from_iterable(map(self.stretches.__getitem__, lowered.split())))

    def token_id(self, token: str) -> int:
        known = self.tokens.get(token)
        if known is not None:
            return known
        name = canonical(token)
        if name != token:
            return self.tokens[name]
        row = self._next_row
        if row == len(self.rows):
            self._grow()
        self._next_row += 1
        self.tokens[token] = row
        self._unknown.append(token)
        self.rows[row] = self._loose_sum(token_features(token))
        self.rows[row, -1] = english_balance(token)
        if cue_names(token):
            self.negated_rows[row] = self._loose_sum(negated_features(token))
        return row

    def _forget(self) -> None:
        for token in self._unknown:
            del self.tokens[token]
        self._start_memo()

    def _start_memo(self) -> None:
        self.stretches = _StretchMemo(self)
        self._unknown: list[str] = []
        self._next_row = self.n_known
        for name in ("rows", "negated_rows", "is_negation", "ends_scope"):
            known = getattr(self, name)[: self.n_known]
            setattr(self, name, np.concatenate([known, np.zeros((ROOM, *known.shape[1:]), known.dtype)]))

    def _grow(self) -> None:
        """More room, for a batch with many unknown words."""
        for name in ("rows", "negated_rows", "is_negation", "ends_scope"):
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros_like(old)]))

    def _loose_sum(self, features: Sequence[str]) -> Floats:
        if not self._loose:
            names = _names(self.tables.loose)
            self._loose = dict(zip(names, range(len(names)), strict=True))
        rows = [row for row in map(self._loose.get, features) if row is not None]
        return np.asarray(self._loose_rows.take(rows, axis=0).sum(axis=0, dtype=np.float64))


class _StretchMemo(dict[str, tuple[int, ...]]):
    """Row numbers of the tokens in a stretch without white space."""

    def __init__(self, vocabulary: _Vocabulary) -> None:
        self.vocabulary = vocabulary

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        self[stretch] = ids = tuple(map(self.vocabulary.token_id, token_texts(fold(stretch))))
        return ids


class _PairMemo(dict[tuple[int, int], int]):
    """Row of a pair of tokens, -1 for an unknown pair; for passages that are scored alone."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def __missing__(self, pair: tuple[int, int]) -> int:
        if len(self) > MEMO:
            self.clear()
        keys, key = self.tables.pair_keys, pair[0] << 32 | pair[1]
        place = ((key * GOLDEN) & LAST_64) >> (64 - (len(keys).bit_length() - 1))
        while keys[place] != -1 and keys[place] != key:
            place = (place + 1) & (len(keys) - 1)
        self[pair] = row = int(self.tables.pair_slots[place]) if keys[place] == key else -1
        return row


class _Batch:
    """The rows of every token of some passages, edges between them."""

    def __init__(self, passages: list[str], vocabulary: _Vocabulary) -> None:
        joined = f" {EDGE} ".join(passages)
        if joined.count(EDGE) >= len(passages):
            joined = f" {EDGE} ".join(passage.replace(EDGE, " ") for passage in passages)
        self.ids = np.array(vocabulary.ids(f"{EDGE} {joined} {EDGE}"))
        self.edges = np.flatnonzero(self.ids == 0)
        self.rows = vocabulary.rows.take(self.ids, axis=0)
        negated = _negated_positions(self.ids, vocabulary)
        self.rows[negated] += vocabulary.negated_rows.take(self.ids[negated], axis=0)
        self.lefts, slots = _found_pairs(self.ids, vocabulary.tables)
        self.pair_rows = vocabulary.tables.pair_rows.take(slots, axis=0)
        self.rows[self.lefts] += self.pair_rows

    def token_weights(self, direction: Floats) -> list[Floats]:
        """What each token adds to a direction in the space of the stances' scores.

        Parameters
        ----------
        direction : ndarray of shape (n_passages, n_stances)

        Returns
        -------
        list of ndarray of shape (n_tokens,)
            One array per passage; a pair counts half for each of its words.
        """
        spans = np.diff(self.edges, append=len(self.ids))
        along = np.append(direction, np.zeros((1, direction.shape[1])), axis=0)
        along /= np.sqrt(np.maximum(spans - 1, 1))[:, None]
        along = np.repeat(along, spans, axis=0)
        weights = np.einsum("ij,ij->i", self.rows[:, : along.shape[1]], along)
        pairs = np.einsum("ij,ij->i", self.pair_rows[:, : along.shape[1]], along[self.lefts])
        moved = np.where(self.ids[self.lefts] == 0, pairs, pairs / 2.0)
        moved[self.ids[self.lefts + 1] == 0] = 0.0
        weights[self.lefts] -= moved
        weights[self.lefts + 1] += moved
        return [weights[start + 1 : end] for start, end in pairwise(self.edges.tolist())]


def _batches(passages: list[str]) -> list[list[str]]:
    return [passages[start : start + BATCH] for start in range(0, len(passages), BATCH)]


def _lone_sums(passage: str, vocabulary: _Vocabulary) -> tuple[Floats, NDArray[np.int64]]:
    """Row sums of one passage, with as few calls of numpy as possible."""
    ids = [0, *vocabulary.ids(passage.replace(EDGE, " ")), 0]
    sums = vocabulary.rows.take(ids, axis=0).sum(axis=0, dtype=np.float64)
    pairs = [row for row in map(vocabulary.pairs.__getitem__, pairwise(ids)) if row >= 0]
    sums += vocabulary.tables.pair_rows.take(pairs, axis=0).sum(axis=0, dtype=np.float64)
    if not vocabulary.negations.isdisjoint(ids):
        array = np.array(ids)
        negated = array[_negated_positions(array, vocabulary)]
        sums += vocabulary.negated_rows.take(negated, axis=0).sum(axis=0, dtype=np.float64)
    return sums[None, :], np.array([len(ids) - 2])


def _negated_positions(ids: NDArray[np.int64], vocabulary: _Vocabulary) -> NDArray[np.int64]:
    starts = np.flatnonzero(vocabulary.is_negation[ids])
    ends = np.cumsum(vocabulary.ends_scope[ids])
    reach = starts[:, None] + np.arange(1, NEGATION_REACH + 1)
    reach = np.minimum(reach, len(ids) - 1)
    return np.unique(reach[ends[reach] == ends[starts][:, None]])


def _found_pairs(ids: NDArray[np.int64], tables: Tables) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Positions of the left words of known pairs, and the pairs' rows."""
    keys = (ids[:-1] << 32) | ids[1:]
    places = hash_places(keys, len(tables.pair_keys))
    found, slots = [], []
    open_positions = np.arange(len(keys))
    while len(open_positions):
        stored = tables.pair_keys.take(places)
        hit = stored == keys
        found.append(open_positions[hit])
        slots.append(tables.pair_slots.take(places[hit]))
        again = (stored != -1) & ~hit
        open_positions, keys = open_positions[again], keys[again]
        places = (places[again] + 1) & (len(tables.pair_keys) - 1)
    return np.concatenate(found), np.concatenate(slots)


def hash_places(keys: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Fibonacci hashing: the upper bits of a product with `GOLDEN`.

    Parameters
    ----------
    keys : ndarray of int64
    size : int
        Size of the table, a power of two.

    Returns
    -------
    ndarray of int64
        First place to look at, 0 to ``size - 1``.
    """
    product = keys.astype(np.uint64) * np.uint64(GOLDEN)
    return (product >> np.uint64(64 - (size.bit_length() - 1))).astype(np.int64)


def _count_names(array: NDArray[np.uint8]) -> int:
    return int((array == ord("\n")).sum()) + 1 if len(array) else 0


def _names(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode("utf-8", "surrogatepass").split("\n") if len(array) else []
