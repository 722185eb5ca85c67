"""From the reference classifiers to the tables of the fast model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import CompiledModel, Tables, pair_keys
from .lexicons import CUES, ENGLISH_WORDS, FOREIGN_WORDS, NEGATIONS, SCOPE_ENDS, english_balance
from .names import KINDS, NAME_KINDS
from .placed_tables import PlacedTable, build_table
from .scores import Floats
from .token_arrays import joined_keys
from .token_features import EDGE, canonical, negated_features, pair_features, token_features
from .tokens import NUMBER

__all__ = ["compile_classifiers"]

RUN = "characters:"
"""How the names of the features of a word's characters begin."""


def compile_classifiers(stance: Any, sentiment: Any) -> CompiledModel:
    """Turn fitted reference classifiers into a compiled model.

    Parameters
    ----------
    stance : StanceClassifier
    sentiment : SentimentClassifier
        Both fitted; not necessarily on the same passages.

    Returns
    -------
    CompiledModel
        With the same labels, and the same probabilities to 1e-6.
    """
    weights = _feature_rows(stance, sentiment)
    width = len(stance.classes_) + len(sentiment.classes_) + 1
    rows = _RowSums(weights, width)
    pairs = _known_pairs(weights)
    tokens = _known_tokens(weights, pairs)
    numbers = {token: number for number, token in enumerate(tokens)}
    nothing: Sequence[str] = ()
    features = [nothing, *map(token_features, tokens[1:]), nothing]
    token_rows = rows.of(features)
    token_rows[1:-1, -1] = [english_balance(token) for token in tokens[1:]]
    negated = [nothing, *map(negated_features, tokens[1:]), nothing]
    token_table = _token_table(numbers)
    ids = np.array([[numbers[left], numbers[right]] for left, right in pairs], np.int32).reshape(-1, 2)
    pair_table = build_table(pair_keys(*np.ascontiguousarray(ids.T)), np.arange(len(ids)))
    runs = _sorted_by_key([name for name in weights if name.startswith(RUN)])
    cues = [name for name in weights if name.startswith(("cue:", "negated cue:"))]
    intercept = [stance.intercept_ / stance.temperature_, sentiment.intercept_ / sentiment.temperature_]
    tables = Tables(
        *_arrays(token_table),
        token_rows,
        rows.of(negated),
        *_arrays(pair_table),
        rows.of([*(pair_features(left, right) for left, right in pairs), nothing]),
        run_keys=_run_keys(runs),
        run_rows=rows.of([[name] for name in runs]),
        cues=np.frombuffer("\n".join(cues).encode("utf-8"), dtype=np.uint8),
        cue_rows=rows.of([[name] for name in cues]),
        intercept=np.concatenate(intercept),
    )
    return CompiledModel(tables, stance.classes_.tolist(), sentiment.classes_.tolist())


class _RowSums:
    """Sums of features' rows, for tables."""

    def __init__(self, weights: Mapping[str, Floats], width: int) -> None:
        self.weights = weights
        self.nothing = np.zeros(width)

    def of(self, features: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        sums = [sum((self.weights.get(name, self.nothing) for name in names), self.nothing) for names in features]
        return np.array(sums, dtype=np.float32).reshape(len(features), len(self.nothing))


def _feature_rows(stance: Any, sentiment: Any) -> dict[str, Floats]:
    """Per feature its row: what one occurrence adds to every score."""
    n, width = len(stance.classes_), len(stance.classes_) + len(sentiment.classes_) + 1
    names = sorted(set(stance.features_.vocabulary_) | set(sentiment.features_.vocabulary_))
    rows = {name: np.zeros(width) for name in names}
    for model, columns in ((stance, slice(0, n)), (sentiment, slice(n, width - 1))):
        weights = (model.coef_ * model.features_.column_weights_ / model.temperature_).T
        for name, column in model.features_.vocabulary_.items():
            rows[name][columns] = weights[column]
    return rows


def _known_pairs(weights: Mapping[str, Floats]) -> list[tuple[str, str]]:
    named = (name.removeprefix("pair:").split(" ") for name in weights if name.startswith("pair:"))
    cues = (entry.split("_") for entry in " ".join(CUES.values()).split() if "_" in entry)
    return sorted({(left, right) for left, right in chain(named, cues)})


def _known_tokens(weights: Mapping[str, Floats], pairs: list[tuple[str, str]]) -> list[str]:
    named = (name.split(":", 1)[1] for name in weights if name.startswith(("word:", "negated:")))
    known = {*named, *chain.from_iterable(pairs), *ENGLISH_WORDS, *FOREIGN_WORDS, *NEGATIONS, *SCOPE_ENDS}
    return [EDGE, *sorted({*map(canonical, known - {EDGE}), NUMBER, *KINDS})]


def _token_table(numbers: Mapping[str, int]) -> PlacedTable:
    """From tokens to their rows; every name of a state leads to the row that they share."""
    rows = {token: number for token, number in numbers.items() if token != EDGE}
    rows |= {name: numbers[kind] for name, kind in NAME_KINDS.items()}
    return build_table(joined_keys(list(rows)), np.fromiter(rows.values(), np.int32, len(rows)))


def _arrays(table: PlacedTable) -> tuple[Any, Any, Any, Any]:
    return table.salt, table.shifts, table.keys, table.values


def _sorted_by_key(runs: list[str]) -> list[str]:
    keys = _run_keys(runs)
    if len(np.unique(keys)) < len(keys):
        raise ValueError("two runs of characters have the same 64-bit key")
    return [runs[number] for number in np.argsort(keys)]


def _run_keys(runs: list[str]) -> NDArray[np.uint64]:
    return joined_keys([name.removeprefix(RUN) for name in runs])
