"""The fast model: tables made from the reference classifiers, scored with numpy alone.

Every feature belongs to one token or to two adjacent tokens. So all that a known token adds to
the scores is folded into one row of a table, all that a pair adds into one row of another, and a
passage is scored by summing rows. Columns are the stances, then the sentiments, then one that
weighs English against foreign words (to notice other languages).

Tokens are arrays from the first step on, looked up by 64-bit keys; no Python object is made for
any but an unknown word. Sums are in float64, tables in float32: labels are those of the reference,
probabilities differ by less than 1e-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ModelFolderError
from .evidence import evidence_spans, log_odds_direction
from .lexicons import NEGATIONS, SCOPE_ENDS
from .model_folder import ModelFolder
from .placed_tables import PlacedTable
from .scores import Finding, Floats, Scores, softmax
from .token_arrays import EDGE_CODE, TokenArrays, find_tokens, joined_keys
from .token_features import EDGE
from .tokens import NEGATION_REACH, NUMBER, check_texts
from .unknown_words import UnknownWords

__all__ = ["KIND", "CompiledModel", "Tables", "pair_keys"]

KIND = "compiled"
"""Kind of the model folders that hold such a model."""

BATCH = 256
"""Passages scored together: enough to make numpy's overhead small, few enough to stay in cache."""

EDGE_ID = 0
"""Id of the edge of a passage."""


@dataclass(frozen=True)
class Tables:
    """The arrays of a compiled model; they are all there is in its folder.

    ``token_*`` and ``pair_*`` with salt, shifts, keys and ids are each a `PlacedTable`: from a token's
    key to its row in ``token_rows`` and ``negated_rows``, and from the ids of two tokens to a row in
    ``pair_rows``. The first token is the edge of a passage, which needs no key; the last row of each of
    these three, all zeros, stands for what is unknown. Rows of unknown words are made of ``run_rows``,
    one per run of characters, whose keys ``run_keys`` are sorted, and of ``cue_rows``, one per feature
    named in ``cues`` (UTF-8, separated by newlines). Columns are stances, sentiments and the balance
    of English and foreign words.
    """

    token_salt: NDArray[np.uint64]
    token_shifts: NDArray[np.int32]
    token_keys: NDArray[np.uint64]
    token_ids: NDArray[np.int32]
    token_rows: NDArray[np.float32]
    negated_rows: NDArray[np.float32]
    pair_salt: NDArray[np.uint64]
    pair_shifts: NDArray[np.int32]
    pair_keys: NDArray[np.uint64]
    pair_ids: NDArray[np.int32]
    pair_rows: NDArray[np.float32]
    run_keys: NDArray[np.uint64]
    run_rows: NDArray[np.float32]
    cues: NDArray[np.uint8]
    cue_rows: NDArray[np.float32]
    intercept: NDArray[np.float64]

    def placed_table(self, name: str) -> PlacedTable:
        """The table of the tokens or of the pairs."""
        # A view without the memory map's class, whose calls cost more; the memory is the same.
        parts = (np.asarray(getattr(self, f"{name}_{part}")) for part in ("salt", "shifts", "keys", "ids"))
        return PlacedTable(*parts)

    def cue_names(self) -> list[str]:
        """Names of the features in ``cue_rows``."""
        return self.cues.tobytes().decode("utf-8").split("\n") if len(self.cues) else []

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
            "token_rows": len(self.token_rows),
            "negated_rows": len(self.token_rows),
            "pair_rows": len(self.pair_rows),
            "run_rows": len(self.run_keys),
            "cue_rows": len(self.cue_names()),
        }
        for name, count in rows.items():
            shape = getattr(self, name).shape
            if shape != (count, width):
                raise ModelFolderError(f"{where}: {name} has shape {shape}, expected ({count}, {width})")
        if self.intercept.shape != (width - 1,):
            raise ModelFolderError(
                f"{where}: the intercept has another length, {self.intercept.shape}, not ({width - 1},)"
            )
        for name in ("token", "pair"):
            if not self.placed_table(name).is_sound(len(getattr(self, f"{name}_rows"))):
                raise ModelFolderError(f"{where}: the table of the {name}s leads outside itself or its rows")
        numbers = (self.token_rows, self.negated_rows, self.pair_rows, self.run_rows, self.cue_rows, self.intercept)
        if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in numbers):
            raise ModelFolderError(f"{where}: a table holds something other than finite numbers")
        if (self.placed_table("token").find(joined_keys([*NEGATIONS, *SCOPE_ENDS, NUMBER]), -1) < 0).any():
            raise ModelFolderError(f"{where}: a token that every model needs is missing")


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
        batches = (_Batch(part, self._vocabulary) for part in _batches(check_texts(texts)))
        return self._joined([self._finish(batch) for batch in batches])

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
        parts: list[Scores] = []
        findings: list[Finding] = []
        for passages in _batches(check_texts(texts)):
            batch = _Batch(passages, self._vocabulary)
            scores = self._finish(batch)
            weights = batch.token_weights(log_odds_direction(scores.stances))
            parts.append(scores)
            findings += map(Finding, evidence_spans(passages, batch.tokens, batch.edges, weights))
        return self._joined(parts), findings

    def _finish(self, batch: _Batch) -> Scores:
        return self._scores(np.add.reduceat(batch.rows, batch.edges[:-1], axis=0, dtype=np.float64), batch.lengths)

    def _scores(self, sums: Floats, lengths: NDArray[np.int64]) -> Scores:
        scores = sums[:, :-1] / np.sqrt(np.maximum(lengths, 1))[:, None] + self.tables.intercept
        n = len(self.stances)
        return Scores(softmax(scores[:, :n]), softmax(scores[:, n:]), sums[:, -1], lengths)

    def _joined(self, parts: list[Scores]) -> Scores:
        if not parts:
            width = self.tables.token_rows.shape[1]
            return self._scores(np.zeros((0, width)), np.zeros(0, np.int64))
        if len(parts) == 1:
            return parts[0]
        columns = ([getattr(part, name) for part in parts] for name in Scores.__dataclass_fields__)
        return Scores(*(np.concatenate(column) for column in columns))


class _Vocabulary:
    """Where the tables have the tokens, and which of those negate or end the scope of a negation."""

    def __init__(self, tables: Tables) -> None:
        self.tokens = tables.placed_table("token")
        self.pairs = tables.placed_table("pair")
        self.rows = np.asarray(tables.token_rows)
        self.negated_rows = np.asarray(tables.negated_rows)
        self.pair_rows = np.asarray(tables.pair_rows)
        self.unknown_id = len(self.rows) - 1
        self.unknown_pair = len(self.pair_rows) - 1
        self.unknown = UnknownWords(tables.run_keys, tables.run_rows, tables.cue_names(), tables.cue_rows)
        self.number_id = self._ids([NUMBER])[0]
        self.negates = np.zeros(len(self.rows), bool)
        self.negates[self._ids(sorted(NEGATIONS))] = True
        self.ends_scope = np.zeros(len(self.rows), bool)
        self.ends_scope[[EDGE_ID, *self._ids(sorted(SCOPE_ENDS))]] = True

    def _ids(self, words: list[str]) -> list[int]:
        return [int(number) for number in self.tokens.find(joined_keys(words), self.unknown_id)]


class _Batch:
    """The rows of every token of some passages, edges between them."""

    def __init__(self, passages: list[str], vocabulary: _Vocabulary) -> None:
        joined = EDGE.join(["", *passages, ""])
        if joined.count(EDGE) > len(passages) + 1:
            joined = EDGE.join(["", *(passage.replace(EDGE, " ") for passage in passages), ""])
        self.tokens = tokens = find_tokens(joined)
        self.edges = (tokens.first_codes == EDGE_CODE).nonzero()[0]
        self.lengths = self.edges[1:] - self.edges[:-1] - 1
        self.ids = ids = _token_ids(tokens, self.edges, vocabulary)
        self.rows = vocabulary.rows.take(ids, axis=0)
        negated = _negated(ids, vocabulary)
        if negated is not None:
            places = negated.nonzero()[0]
            self.rows[places] += vocabulary.negated_rows.take(ids.take(places), axis=0)
        unknown = (ids == vocabulary.unknown_id).nonzero()[0]
        if len(unknown):
            self._add_unknown(unknown, negated, vocabulary)
        pairs = vocabulary.pairs.find(pair_keys(ids[:-1], ids[1:]), vocabulary.unknown_pair)
        self.pair_rows = vocabulary.pair_rows.take(pairs, axis=0)
        self.rows[:-1] += self.pair_rows

    def _add_unknown(
        self, unknown: NDArray[np.int64], negated: NDArray[np.bool_] | None, vocabulary: _Vocabulary
    ) -> None:
        starts, ends = self.tokens.starts.take(unknown), self.tokens.ends.take(unknown)
        rows, negated_rows = vocabulary.unknown.rows(self.tokens.text, starts, ends, self.tokens.keys.take(unknown))
        if negated is not None:
            rows += negated_rows * negated.take(unknown)[:, None]
        self.rows[unknown] = rows

    def token_weights(self, direction: Floats) -> Floats:
        """What each token adds to a direction in the space of the stances' scores.

        Parameters
        ----------
        direction : ndarray of shape (n_passages, n_stances)

        Returns
        -------
        ndarray of shape (n_tokens,)
            Edges count as tokens; a pair counts half for each of its words.
        """
        along = np.append(direction, np.zeros((1, direction.shape[1])), axis=0)
        along[:-1] /= np.sqrt(np.maximum(self.lengths, 1))[:, None]
        along = np.repeat(along, np.diff(self.edges, append=len(self.ids)), axis=0)
        weights = np.einsum("ij,ij->i", self.rows[:, : along.shape[1]], along)
        halves = np.einsum("ij,ij->i", self.pair_rows[:, : along.shape[1]], along[:-1]) / 2.0
        # A pair with an edge counts for its word alone.
        halves[self.edges[:-1]] *= 2.0
        halves[self.edges[1:] - 1] = 0.0
        weights[:-1] -= halves
        weights[1:] += halves
        return np.asarray(weights)


def _batches(passages: list[str]) -> list[list[str]]:
    return [passages[start : start + BATCH] for start in range(0, len(passages), BATCH)]


def _token_ids(tokens: TokenArrays, edges: NDArray[np.int64], vocabulary: _Vocabulary) -> NDArray[np.int32]:
    ids = vocabulary.tokens.find(tokens.keys, vocabulary.unknown_id)
    ids[tokens.is_number()] = vocabulary.number_id
    ids[edges] = EDGE_ID
    return ids


def _negated(ids: NDArray[np.int32], vocabulary: _Vocabulary) -> NDArray[np.bool_] | None:
    """Which tokens are in the scope of a negation; None when no token negates."""
    reached = vocabulary.negates.take(ids).nonzero()[0]
    if not len(reached):
        return None
    negated = np.zeros(len(ids), bool)
    for _ in range(NEGATION_REACH):
        reached += 1
        # The edge behind every passage ends the scope, so none is left there.
        reached = reached[~vocabulary.ends_scope.take(ids.take(reached))]
        negated[reached] = True
    return negated


def pair_keys(lefts: NDArray[np.int32], rights: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Keys of pairs of tokens, given by their ids; no key is 0.

    Parameters
    ----------
    lefts, rights : ndarray of int32

    Returns
    -------
    ndarray of uint64
    """
    keys = lefts.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= rights.view(np.uint32)
    keys += np.uint64(1)
    return keys
