"""A model from your own examples."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .accurate import AccurateModel, Head
from .corpus import Corpus
from .errors import InputError
from .fast import FastModel
from .labeler import Labeler, load
from .records import SENTIMENTS, STANCES
from .scores import Floats

if TYPE_CHECKING:
    from .regression import CalibratedRegression

__all__ = ["train"]

CALIBRATION_FOLDS = 4

KNOWN = {"stance": STANCES, "sentiment": SENTIMENTS}
"""The labels that come first, in this order."""

HEAD_C = 0.03
"""Inverse strength of the regularisation of heads on the encoder's vectors; chosen by grouped
cross-validation on passages that the encoder was not trained on."""


def train(corpus: Corpus, *, base: str | Path = "fast", name: str = "trained", random_state: int = 0) -> Labeler:
    """Train a model on labelled examples.

    Parameters
    ----------
    corpus : Corpus
        From `stancelib.read_corpus`; at least two stances, the library's or your own. Where no
        example has a sentiment, the bundled model's sentiments are taken for the truth (fast) or the
        base keeps its own (accurate).
    base : str or Path, default "fast"
        ``"fast"`` trains a fast model from scratch; holder and initiative are found as by the bundled
        one. ``"accurate"`` (needs the extra ``accurate``)
        fits new heads, and nothing else, on the encoder's vectors; so does a model folder with an
        encoder.
    name : str, default "trained"
        Named in every output line.
    random_state : int, default 0
        Seed of the folds that calibrate the probabilities.

    Returns
    -------
    Labeler
        Ready to use; keep it with `stancelib.save`. Known stances come first in its ``classes_``,
        in the library's order, your own after them, sorted.

    Raises
    ------
    InputError
        When there are fewer than two stances, some examples lack a sentiment that others have, or
        the base has no encoder.
    MissingExtraError
        When the base needs packages that are not installed.
    """
    if len(set(corpus.stances)) < 2:
        raise InputError(f"at least two different stances are needed, got {sorted(set(corpus.stances))}")
    if base == "fast":
        return Labeler(_fast_model(corpus, random_state), name)
    return Labeler(_model_with_new_heads(corpus, base, random_state), name)


def _fast_model(corpus: Corpus, random_state: int) -> FastModel:
    from .classifier import SentimentClassifier, StanceClassifier
    from .compilation import compile_classifiers

    texts, groups = corpus.texts, corpus.groups
    sentiments = _given_sentiments(corpus) or _bundled_sentiments(corpus)
    if len(set(sentiments)) < 2:
        raise InputError(
            f"all {len(corpus)} examples have the sentiment {sentiments[0]} (given, or guessed by the bundled model "
            f"where none is given); give examples with at least two sentiments"
        )
    stance = StanceClassifier(
        calibration_folds=_folds(corpus.stances, groups, "stance"), random_state=random_state
    ).fit(texts, corpus.stances, groups=groups)
    sentiment = SentimentClassifier(
        calibration_folds=_folds(sentiments, groups, "sentiment"), random_state=random_state
    ).fit(texts, sentiments, groups=groups)
    bundled = load().model
    return FastModel(compile_classifiers(stance, sentiment), getattr(bundled, "spotter", None))


def _model_with_new_heads(corpus: Corpus, base: str | Path, random_state: int) -> AccurateModel:
    from .encoder_features import load_encoder
    from .regression import CalibratedRegression

    labels = {"stance": corpus.stances, "sentiment": _given_sentiments(corpus)}
    _, model = load_encoder(base)
    vectors = model.encoder.encode(corpus.texts).vectors.astype(np.float64)
    heads = dict(model.heads)
    for kind, given in labels.items():
        if given:
            folds = _folds(given, corpus.groups, kind)
            regression = CalibratedRegression(HEAD_C, "balanced", folds, random_state)
            heads[kind] = _fitted_head(regression, vectors, given, corpus.groups, KNOWN[kind])
    return AccurateModel(model.encoder, model.files, heads)


def _fitted_head(
    regression: CalibratedRegression,
    vectors: Floats,
    labels: Sequence[str],
    groups: Sequence[str],
    known: Sequence[str],
) -> Head:
    from .regression import ordered_classes

    classes = ordered_classes(labels, known)
    fitted = regression.fit(vectors, np.array(labels), classes, groups=groups)
    weights = np.column_stack([fitted.coefficients, fitted.intercept]) / fitted.temperature
    return Head(tuple(classes), weights)


def _given_sentiments(corpus: Corpus) -> list[str]:
    """The sentiments of all examples, or an empty list where none has one."""
    missing = [example.id for example in corpus if example.sentiment is None]
    if missing and len(missing) < len(corpus):
        raise InputError(
            f"{len(missing)} of {len(corpus)} examples have no sentiment, {missing[0]} first; "
            f"give it for all examples or for none"
        )
    return [] if missing else [str(sentiment) for sentiment in corpus.sentiments]


def _bundled_sentiments(corpus: Corpus) -> list[str]:
    bundled = load()
    proba = bundled.predict_sentiment_proba(corpus.texts)
    return [str(sentiment) for sentiment in bundled.sentiment_classes_[proba.argmax(axis=1)]]


def _folds(labels: Sequence[str], groups: Sequence[str], kind: str) -> int:
    """Folds for calibration: as many as the rarest label has groups, none below two."""
    groups_of = {
        label: len({g for g, other in zip(groups, labels, strict=True) if other == label}) for label in set(labels)
    }
    rarest = min(groups_of.values())
    if rarest < 2:
        warnings.warn(
            f"{kind} probabilities are not calibrated: {min(groups_of, key=lambda label: groups_of[label])} "
            f"occurs in only {rarest} group of examples; two are needed",
            stacklevel=4,
        )
        return 0
    return min(CALIBRATION_FOLDS, rarest)
