"""The reference classifiers beyond their contract."""

from __future__ import annotations

import numpy as np
import pytest

from stancelib import Corpus, InputError, SentimentClassifier, StanceClassifier
from stancelib.evaluation import measure


def test_classes_are_in_the_order_of_the_library_not_of_the_alphabet(
    stance_classifier: StanceClassifier, sentiment_classifier: SentimentClassifier
) -> None:
    assert stance_classifier.classes_.tolist() == ["supportive", "cautionary", "opposed", "neutral"]
    assert sentiment_classifier.classes_.tolist() == ["positive", "neutral", "negative"]


def test_it_learns_far_more_than_the_majority(small_corpus: Corpus) -> None:
    train, test = small_corpus.split(0.25)
    model = StanceClassifier().fit(train.texts, train.stances, groups=train.groups)
    assert measure(test.stances, model.predict_proba(test.texts), model.classes_).macro_f1 > 0.4


def test_calibration_brings_probability_and_accuracy_together(small_corpus: Corpus) -> None:
    train, test = small_corpus.split(0.3)
    errors = []
    for folds in (0, 4):
        model = StanceClassifier(C=1000, calibration_folds=folds).fit(train.texts, train.stances, groups=train.groups)
        errors.append(measure(test.stances, model.predict_proba(test.texts), model.classes_).calibration_error)
    assert errors[1] < errors[0]
    assert errors[1] < 0.1


def test_sample_weights_change_the_model() -> None:
    texts, stances = ["we back it", "we back it", "we meet"], ["supportive", "opposed", "neutral"]
    models = [
        StanceClassifier(min_df=1, calibration_folds=0, class_weight=None).fit(texts, stances, sample_weight=weights)
        for weights in ([5, 1, 1], [1, 5, 1])
    ]
    assert [model.predict(["we back it"])[0] for model in models] == ["supportive", "opposed"]


def test_two_labels_and_labels_of_ones_own_work() -> None:
    texts, labels = ["we back it now", "we fight it now"] * 3, ["pro", "con"] * 3
    model = StanceClassifier(calibration_folds=2).fit(texts, labels)
    assert model.classes_.tolist() == ["con", "pro"]
    assert model.predict(texts[:2]).tolist() == ["pro", "con"]
    np.testing.assert_allclose(model.predict_proba(texts).sum(axis=1), 1.0)


def test_a_label_too_rare_for_calibration_is_named_with_the_way_out() -> None:
    texts, labels = ["we back it", "we fight it"] * 4 + ["we wait"], ["supportive", "opposed"] * 4 + ["neutral"]
    with pytest.raises(InputError, match=r"neutral has 1 passages in 1.*calibration_folds=0"):
        StanceClassifier(min_df=1).fit(texts, labels)


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        (["a", "b"], ["x"], "2 texts and 1 labels"),
        (["a", "b"], ["x", "x"], r"two different labels are needed, got \['x'\]"),
    ],
    ids=["lengths", "one label"],
)
def test_unusable_examples_are_refused(texts: list[str], labels: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        StanceClassifier().fit(texts, labels)
