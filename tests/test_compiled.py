"""The compiled model is the same function as the reference classifiers."""

from __future__ import annotations

import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tokens import hostile_text

from stancelib.classifier import SentimentClassifier, StanceClassifier
from stancelib.compiled import CompiledModel
from stancelib.corpus import Corpus
from stancelib.lexicons import CUES
from stancelib.tokens import tokenize
from stancelib.unknown_words import MEMO_BITS

TOLERANCE = 1e-6


def varied_passages(corpus: Corpus, n: int) -> list[str]:
    """Corpus passages cut, joined, shuffled, misspelt, in capitals: many unknown words and pairs."""
    chance = random.Random(0)
    words = [word for text in corpus.texts[::7] for word in text.split()]
    passages = []
    for number in range(n):
        drawn = chance.sample(words, chance.randint(0, 60))
        if number % 3 == 0:
            drawn = [word[: len(word) // 2] + chance.choice("xqzß0") + word[len(word) // 2 :] for word in drawn]
        passages.append(" ".join(drawn).upper() if number % 11 == 0 else " ".join(drawn))
    return passages


def test_labels_and_probabilities_are_those_of_the_reference_on_twenty_thousand_passages(
    corpus: Corpus,
    compiled_model: CompiledModel,
    stance_classifier: StanceClassifier,
    sentiment_classifier: SentimentClassifier,
) -> None:
    passages = corpus.texts + varied_passages(corpus, 20_000 - min(len(corpus), 12_000))
    scores = compiled_model.scores(passages)
    reference = stance_classifier.predict_proba(passages)
    np.testing.assert_allclose(scores.stances, reference, atol=TOLERANCE, rtol=0)
    np.testing.assert_allclose(scores.sentiments, sentiment_classifier.predict_proba(passages), atol=TOLERANCE, rtol=0)
    clear = np.diff(np.sort(reference, axis=1)[:, -2:], axis=1)[:, 0] > TOLERANCE
    assert (scores.stances.argmax(axis=1) == reference.argmax(axis=1))[clear].all()


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(hostile_text, max_size=5))
def test_hostile_texts_are_scored_like_the_reference(texts: list[str]) -> None:
    model, reference = hostile_models()
    np.testing.assert_allclose(model.scores(texts).stances, reference.predict_proba([*texts, ""])[:-1], atol=TOLERANCE)
    for text in texts:
        alone = model.scores([text])
        np.testing.assert_allclose(alone.stances[0], reference.predict_proba([text])[0], atol=TOLERANCE)


_models: list[tuple[CompiledModel, StanceClassifier]] = []


def hostile_models() -> tuple[CompiledModel, StanceClassifier]:
    return _models[0]


@pytest.fixture(autouse=True, scope="module")
def _keep_models(compiled_model: CompiledModel, stance_classifier: StanceClassifier) -> None:
    _models.append((compiled_model, stance_classifier))


def test_exchanging_states_changes_no_score(compiled_model: CompiledModel) -> None:
    texts = [
        "Norway and Norwegian envoys in Oslo reject NATO's force.",
        "Serbia and Serbian envoys in Belgrade reject ASEAN's force.",
    ]
    first, second = compiled_model.scores(texts).stances
    np.testing.assert_array_equal(first, second)


def test_a_passage_alone_scores_as_in_a_batch(corpus: Corpus, compiled_model: CompiledModel) -> None:
    texts = corpus.texts[:700]
    alone = np.concatenate([compiled_model.scores([text]).stances for text in texts])
    np.testing.assert_allclose(alone, compiled_model.scores(texts).stances, atol=1e-7)


def test_token_weights_add_up_to_the_log_odds(
    compiled_model: CompiledModel, stance_classifier: StanceClassifier
) -> None:
    text = "Nobody should fear this alliance, the minister said, but questions remain about its cost."
    from stancelib.compiled import _Batch

    batch = _Batch([text], compiled_model._vocabulary)
    direction = np.array([[1.0, -1.0, 0.0, 0.0]])
    weights = batch.token_weights(direction)[1:-1]
    total = weights.sum() + compiled_model.tables.intercept[:4] @ direction[0]
    scores = stance_classifier.decision_function([text])[0]
    assert total == pytest.approx(scores[0] - scores[1], abs=1e-5)
    assert len(weights) == len(tokenize(text))


def test_a_word_that_was_forgotten_gets_the_same_row_again(compiled_model: CompiledModel) -> None:
    text = "zweckverband qrstuv, not xylokratisch"
    first = compiled_model.scores([text]).stances
    # Three times as many words as are remembered leave hardly any in its place.
    compiled_model.scores([f"wort{n}heim" for n in range(3 << MEMO_BITS)])
    np.testing.assert_array_equal(compiled_model.scores([text]).stances, first)


def test_unknown_words_take_no_memory_beyond_the_memo(compiled_model: CompiledModel) -> None:
    tracemalloc.start()
    compiled_model.scores([f"wort{n}heim" for n in range(2000)])
    before = tracemalloc.get_traced_memory()[0]
    for start in range(2000, 40_000, 2000):
        compiled_model.scores([f"wort{n}heim" for n in range(start, start + 2000)])
    growth = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert growth < 1 << 20


def test_threads_that_learn_unknown_words_at_once_get_the_same_scores(compiled_model: CompiledModel) -> None:
    texts = [f"quabb{n} rejects the plan{n % 700}x of wort{n % 99}heim" for n in range(3000)]
    expected = compiled_model.scores(texts).stances
    with ThreadPoolExecutor(4) as pool:
        for scores in pool.map(compiled_model.scores, [texts] * 8):
            np.testing.assert_array_equal(scores.stances, expected)


def test_one_passage_with_more_unknown_words_than_the_memo_holds(
    compiled_model: CompiledModel, stance_classifier: StanceClassifier
) -> None:
    text = " ".join(f"w{n}q" for n in range((1 << MEMO_BITS) + 500))
    np.testing.assert_allclose(
        compiled_model.scores([text]).stances, stance_classifier.predict_proba([text]), atol=TOLERANCE
    )


def test_no_passages_give_empty_scores(compiled_model: CompiledModel) -> None:
    scores = compiled_model.scores([])
    assert scores.stances.shape == (0, 4)
    assert compiled_model.explain([])[1] == []


def test_cues_of_two_words_have_no_wildcard_which_compilation_could_not_list() -> None:
    paired = [entry for entries in CUES.values() for entry in entries.split() if "_" in entry]
    assert paired
    assert [entry for entry in paired if "*" in entry or entry.count("_") != 1] == []
