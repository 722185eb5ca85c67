"""From the reference classifiers to the tables of the fast model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .compiled import CompiledModel, Tables, hash_places
from .lexicons import CUES, ENGLISH_WORDS, FOREIGN_WORDS, NEGATIONS, SCOPE_ENDS, english_balance
from .names import KINDS
from .scores import Floats
from .token_features import EDGE, canonical, negated_features, pair_features, token_features
from .tokens import NUMBER

__all__ = ["compile_classifiers"]


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
    token_rows = rows.of([token_features(token) if token != EDGE else () for token in tokens])
    token_rows[:, -1] = [english_balance(token) for token in tokens]
    keys, slots = _hash_table([numbers[left] << 32 | numbers[right] for left, right in pairs])
    loose = [name for name in weights if name.startswith(("characters:", "cue:", "negated cue:"))]
    intercept = [stance.intercept_ / stance.temperature_, sentiment.intercept_ / sentiment.temperature_]
    tables = Tables(
        tokens=_bytes(tokens),
        token_rows=token_rows,
        negated_rows=rows.of([negated_features(token) if token != EDGE else () for token in tokens]),
        pair_keys=keys,
        pair_slots=slots,
        pair_rows=rows.of([pair_features(left, right) for left, right in pairs]),
        loose=_bytes(loose),
        loose_rows=rows.of([[name] for name in loose]),
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


def _hash_table(keys: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Open addressing at most a quarter full; every key is put in and none can be lost unnoticed."""
    size = 1 << max(4, (4 * len(keys) - 1).bit_length())
    table, slots = np.full(size, -1, np.int64), np.zeros(size, np.int32)
    for slot, (key, place) in enumerate(zip(keys, hash_places(np.array(keys, np.int64), size).tolist(), strict=True)):
        while table[place] != -1:
            if table[place] == key:
                raise ValueError(f"the pair with key {key} is there twice")
            place = (place + 1) & (size - 1)
        table[place], slots[place] = key, slot
    return table, slots


def _bytes(names: list[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(names).encode("utf-8", "surrogatepass"), dtype=np.uint8)
