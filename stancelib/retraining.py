"""A model from your own examples."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from .corpus import Corpus
from .errors import InputError
from .labeler import Labeler, load

__all__ = ["train"]

CALIBRATION_FOLDS = 4


def train(corpus: Corpus, *, name: str = "trained", random_state: int = 0) -> Labeler:
    """Train a fast model on labelled examples.

    Parameters
    ----------
    corpus : Corpus
        From `stancelib.read_corpus`; at least two stances. Where no example has a sentiment, the
        bundled model's sentiments are taken for the truth.
    name : str, default "trained"
        Named in every output line.
    random_state : int, default 0
        Seed of the folds that calibrate the probabilities.

    Returns
    -------
    Labeler
        Ready to use; keep it with `stancelib.save`.

    Raises
    ------
    InputError
        When there are fewer than two stances or some examples lack a sentiment that others have.
    """
    from .classifier import SentimentClassifier, StanceClassifier
    from .compilation import compile_classifiers

    texts, groups = corpus.texts, corpus.groups
    sentiments = _sentiments(corpus)
    stance = StanceClassifier(
        calibration_folds=_folds(corpus.stances, groups, "stance"), random_state=random_state
    ).fit(texts, corpus.stances, groups=groups)
    sentiment = SentimentClassifier(
        calibration_folds=_folds(sentiments, groups, "sentiment"), random_state=random_state
    ).fit(texts, sentiments, groups=groups)
    return Labeler(compile_classifiers(stance, sentiment), name)


def _sentiments(corpus: Corpus) -> list[str]:
    given = corpus.sentiments
    missing = [example.id for example in corpus if example.sentiment is None]
    if not missing:
        return [str(sentiment) for sentiment in given]
    if len(missing) < len(corpus):
        raise InputError(
            f"{len(missing)} of {len(corpus)} examples have no sentiment, {missing[0]} first; "
            f"give it for all examples or for none"
        )
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
            stacklevel=3,
        )
        return 0
    return min(CALIBRATION_FOLDS, rarest)
