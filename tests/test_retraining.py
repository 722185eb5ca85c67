"""A model from one's own examples."""

from __future__ import annotations

import numpy as np
import pytest

import stancelib
from stancelib import Corpus, Example, InputError, Labeler

BACK, FIGHT = "Oslo backs the pact in full, number {}.", "Oslo fights the pact in full, number {}."


def examples(sentiments: tuple[str | None, str | None] = ("positive", "negative"), n: int = 8) -> list[Example]:
    texts = [(BACK, "supportive", sentiments[0]), (FIGHT, "opposed", sentiments[1])]
    return [Example(f"{i}{s}", text.format(i), s, tone) for i in range(n) for text, s, tone in texts]


def test_it_learns_the_examples_and_keeps_its_name() -> None:
    labeler = stancelib.train(Corpus(examples()), name="mine")
    assert isinstance(labeler, Labeler)
    assert labeler.name == "mine"
    assert labeler.predict([BACK.format(99), FIGHT.format(99)]).tolist() == ["supportive", "opposed"]
    assert labeler.sentiment_classes_.tolist() == ["positive", "negative"]


def test_probabilities_are_calibrated_when_there_are_groups_enough(small_corpus: Corpus) -> None:
    labeler = stancelib.train(small_corpus)
    reference = stancelib.StanceClassifier().fit(small_corpus.texts, small_corpus.stances, groups=small_corpus.groups)
    assert reference.temperature_ != 1.0
    np.testing.assert_allclose(
        labeler.predict_proba(small_corpus.texts[:50]), reference.predict_proba(small_corpus.texts[:50]), atol=1e-6
    )


def test_too_few_groups_for_calibration_are_said() -> None:
    one = [*examples(), Example("x", "Oslo waits for a word from Riga.", "neutral", "neutral")]
    with pytest.warns(UserWarning, match="not calibrated: neutral occurs in only 1 group"):
        stancelib.train(Corpus(one))


@pytest.mark.parametrize(
    ("corpus", "message"),
    [
        (Corpus([]), r"two different stances are needed, got \[\]"),
        (Corpus(examples()[::2]), r"two different stances are needed, got \['supportive'\]"),
        (Corpus([*examples(), Example("x", "Oslo waits.", "neutral")]), "1 of 17 examples have no sentiment, x first"),
        (Corpus(examples(("neutral", "neutral"))), "have the sentiment neutral"),
    ],
    ids=["empty", "one stance", "partly toned", "one sentiment"],
)
def test_unusable_corpora_are_refused(corpus: Corpus, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stancelib.train(corpus)


def test_without_sentiments_the_bundled_ones_are_taken(small_corpus: Corpus, labeler: Labeler) -> None:
    bare = Corpus(Example(e.id, e.text, e.stance, article=e.article, set=e.set) for e in small_corpus)
    mine = stancelib.train(bare)
    texts = small_corpus.texts
    bundled = labeler.predict_sentiment_proba(texts).argmax(axis=1)
    assert (mine.predict_sentiment_proba(texts).argmax(axis=1) == bundled).mean() > 0.9
