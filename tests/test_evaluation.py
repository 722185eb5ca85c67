"""Scores and their intervals."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stancelib import Corpus, Example, InputError, Labeler, evaluate
from stancelib.evaluation import measure

CLASSES = ["a", "b"]


def test_scores_of_a_known_table() -> None:
    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.3, 0.7]])
    scores = measure(["a", "a", "b", "b"], proba, CLASSES)
    assert scores.accuracy == 0.75
    assert scores.confusion == ((2, 0), (1, 1))
    assert scores.f1 == pytest.approx({"a": 0.8, "b": 2 / 3})
    assert scores.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert scores.surest_half == 1.0


def test_calibration_error_is_the_gap_between_probability_and_accuracy() -> None:
    proba = np.array([[0.95, 0.05]] * 4)
    assert measure(["a", "a", "a", "b"], proba, CLASSES).calibration_error == pytest.approx(0.2)
    assert measure(["a"] * 4, proba, CLASSES).calibration_error == pytest.approx(0.05)


def test_intervals_contain_the_score_and_are_wider_when_groups_are_large() -> None:
    generator = np.random.default_rng(0)
    truth = generator.choice(CLASSES, 400)
    sure = generator.random(400)
    proba = np.column_stack([sure, 1 - sure])
    groups = [str(i // 40) for i in range(400)]
    truth = np.where([int(g) % 2 for g in groups], truth, np.where(sure > 0.5, "a", "b"))
    alone, grouped = measure(truth, proba, CLASSES), measure(truth, proba, CLASSES, groups)
    assert grouped.accuracy_interval[0] <= grouped.accuracy <= grouped.accuracy_interval[1]
    assert np.diff(grouped.accuracy_interval) > np.diff(alone.accuracy_interval)


def test_an_unknown_label_and_an_empty_corpus_are_refused() -> None:
    with pytest.raises(InputError, match="does not know: c; it knows a, b"):
        measure(["c"], np.array([[0.5, 0.5]]), CLASSES)
    with pytest.raises(InputError, match="at least one passage"):
        measure([], np.zeros((0, 2)), CLASSES)


def test_a_labeler_is_evaluated_on_both_kinds_of_labels(labeler: Labeler, small_corpus: Corpus) -> None:
    evaluation = evaluate(labeler, small_corpus)
    assert evaluation.sentiment is not None
    assert evaluation.stance.n == evaluation.sentiment.n == len(small_corpus)
    assert json.loads(json.dumps(evaluation.to_dict()))["stance"]["accuracy"] == evaluation.stance.accuracy
    assert f"macro-F1           {evaluation.stance.macro_f1:.3f}" in str(evaluation)


def test_without_sentiments_only_the_stance_is_scored(labeler: Labeler) -> None:
    evaluation = evaluate(labeler, Corpus([Example("1", "Oslo rejects the pact as a sham.", "opposed")]))
    assert evaluation.sentiment is None
    assert evaluation.stance.n == 1


def test_calibration_bins_do_not_cancel_each_other() -> None:
    proba = np.array([[0.95, 0.05]] * 10 + [[0.55, 0.45]] * 10)
    truth = ["a"] * 5 + ["b"] * 5 + ["a"] * 10
    assert measure(truth, proba, CLASSES).calibration_error == pytest.approx(0.45)


def test_intervals_are_those_of_95_percent() -> None:
    truth = ["a", "b"] * 200
    proba = np.array([[0.9, 0.1]] * 400)
    low, high = measure(truth, proba, CLASSES).accuracy_interval
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / np.sqrt(400), abs=0.012)
