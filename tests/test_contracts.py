"""What every estimator over texts promises; scikit-learn's own checks see almost nothing of them."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import (
    check_estimator,
    check_get_params_invariance,
    check_mixin_order,
    check_no_attributes_set_in_init,
    check_parameters_default_constructible,
    check_set_params,
)

from stancelib import PassageFeatures, SentimentClassifier, StanceClassifier

TEXTS = [
    "Norway will send two frigates to the escort mission.",
    "The minister rejects the mission as a provocation.",
    "Lisbon shares the goal, but only if parliament agrees.",
    "Officials meet in The Hague on Tuesday.",
] * 3
STANCES = ["supportive", "opposed", "cautionary", "neutral"] * 3
SENTIMENTS = ["positive", "negative", "neutral", "neutral"] * 3

CASES = [
    pytest.param(PassageFeatures(min_df=1), None, id="PassageFeatures"),
    pytest.param(StanceClassifier(min_df=1, calibration_folds=2), STANCES, id="StanceClassifier"),
    pytest.param(SentimentClassifier(min_df=1, calibration_folds=2), SENTIMENTS, id="SentimentClassifier"),
]
contract = pytest.mark.parametrize(("estimator", "y"), CASES)
classifiers = pytest.mark.parametrize(("estimator", "y"), CASES[1:])


def output(estimator: Any, texts: list[str]) -> np.ndarray:
    """Whatever the estimator gives for texts, as a dense matrix."""
    return (
        estimator.predict_proba(texts) if hasattr(estimator, "predict_proba") else estimator.transform(texts).toarray()
    )


@contract
def test_scikit_learns_checks_pass(estimator: Any, y: Any) -> None:
    with pytest.warns(SkipTestWarning, match="Can't test estimator"):
        check_estimator(estimator)
    for check in (check_get_params_invariance, check_set_params, check_no_attributes_set_in_init, check_mixin_order):
        check(type(estimator).__name__, estimator)
    check_parameters_default_constructible(type(estimator).__name__, type(estimator)())


@contract
def test_nothing_is_learned_before_fit_and_using_it_says_so(estimator: Any, y: Any) -> None:
    fresh = clone(estimator)
    assert [name for name in vars(fresh) if name.endswith("_")] == []
    with pytest.raises(NotFittedError, match="not fitted yet"):
        output(fresh, TEXTS)


@contract
def test_fit_returns_itself_and_leaves_parameters_and_texts_alone(estimator: Any, y: Any) -> None:
    fresh, texts = clone(estimator), list(TEXTS)
    before = fresh.get_params()
    assert fresh.fit(texts, y) is fresh
    assert fresh.get_params() == before
    assert texts == TEXTS


@contract
def test_one_row_per_text_in_the_order_of_the_texts(estimator: Any, y: Any) -> None:
    fitted = clone(estimator).fit(TEXTS, y)
    rows = output(fitted, TEXTS[:4])
    assert rows.shape[0] == 4
    np.testing.assert_allclose(output(fitted, TEXTS[:4][::-1]), rows[::-1], atol=1e-12)


@contract
def test_a_pickled_copy_gives_the_same(estimator: Any, y: Any) -> None:
    fitted = clone(estimator).fit(TEXTS, y)
    np.testing.assert_array_equal(output(pickle.loads(pickle.dumps(fitted)), TEXTS), output(fitted, TEXTS))


@contract
def test_an_empty_text_gives_a_finite_row(estimator: Any, y: Any) -> None:
    rows = output(clone(estimator).fit(TEXTS, y), ["", "\n"])
    assert rows.shape[0] == 2
    assert np.isfinite(rows).all()


@contract
@pytest.mark.parametrize("bad", ["one string", b"bytes", [None, "text"], [b"bytes"], 7], ids=repr)
def test_anything_but_a_sequence_of_texts_is_refused(estimator: Any, y: Any, bad: Any) -> None:
    with pytest.raises(TypeError, match=r"a sequence of texts is expected|text 0 is"):
        clone(estimator).fit(bad, y)


@contract
def test_fitting_twice_gives_the_same(estimator: Any, y: Any) -> None:
    first, second = clone(estimator).fit(TEXTS, y), clone(estimator).fit(TEXTS, y)
    np.testing.assert_array_equal(output(first, TEXTS), output(second, TEXTS))


def test_columns_have_as_many_names() -> None:
    fitted = PassageFeatures(min_df=1).fit(TEXTS)
    assert fitted.transform(TEXTS).shape == (len(TEXTS), len(fitted.get_feature_names_out()))


@classifiers
def test_probabilities_sum_to_one_and_agree_with_predict(estimator: Any, y: Any) -> None:
    fitted = clone(estimator).fit(TEXTS, y)
    proba = fitted.predict_proba(TEXTS)
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)
    assert (fitted.classes_[proba.argmax(axis=1)] == fitted.predict(TEXTS)).all()


def test_a_grid_search_and_a_pipeline_accept_the_estimators() -> None:
    from sklearn.linear_model import LogisticRegression

    pipeline = make_pipeline(PassageFeatures(min_df=1), LogisticRegression()).fit(TEXTS, STANCES)
    assert pipeline.score(TEXTS, STANCES) == 1.0
    search = GridSearchCV(StanceClassifier(min_df=1, calibration_folds=0), {"C": [1, 10]}, cv=StratifiedGroupKFold(2))
    groups = [f"g{i // 4}" for i in range(12)]
    assert search.fit(TEXTS, STANCES, groups=groups).best_score_ > 0.9
