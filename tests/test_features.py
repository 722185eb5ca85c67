"""Features of passages."""

from __future__ import annotations

import numpy as np
import pytest

from stancelib import InputError, PassageFeatures
from stancelib.lexicons import cue_names, pair_cue_names
from stancelib.token_features import negated_features, passage_features, token_features


def test_a_passage_has_words_pairs_characters_cues_and_negated_words() -> None:
    features = list(passage_features("Nobody fears it."))
    expected = {"word:fears", "pair:fears it", "characters:_fea", "negated:fears", "pair:\0 nobody"}
    assert expected <= set(features)
    assert "negated:nobody" not in features


def test_numbers_are_one_word_without_characters() -> None:
    assert token_features("0") == ("word:0",)
    assert "word:0" in set(passage_features("in 2031"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Norway backs it.", "Hungary backs it."),
        ("Iran’s envoy and two Finns in Oslo", "Spain's envoy and two Poles in Seoul"),
        ("NATO will not fight.", "ASEAN will not fight."),
    ],
)
def test_states_nationalities_capitals_and_blocs_are_not_told_apart(one: str, other: str) -> None:
    assert list(passage_features(one)) == list(passage_features(other))


def test_cues_are_found_for_words_and_for_pairs() -> None:
    assert cue_names("condemned") == ("refuse",)
    assert pair_cue_names("only", "if") == ("condition",)
    assert cue_names("table") == ()
    assert negated_features("risk") == ["negated:risk", "negated cue:risk"]


def test_rows_are_scaled_by_the_root_of_the_token_count() -> None:
    features = PassageFeatures(min_df=1, family_weights={"pair": 0, "negated": 0}).fit(["they back it", "no"])
    once, twice = (features.transform([text]).toarray()[0] for text in ("back", "back back"))
    np.testing.assert_allclose(twice, once * 2 / np.sqrt(2))


def test_training_rows_have_unit_length_on_average() -> None:
    texts = ["They back the pact.", "They reject it outright, and for good.", "Talks."]
    rows = PassageFeatures(min_df=1).fit_transform(texts).toarray()
    assert np.linalg.norm(rows, axis=1).mean() == pytest.approx(1.0)


def test_an_unknown_family_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="unknown feature families wrods; known are word, pair"):
        PassageFeatures(family_weights={"wrods": 1}).fit(["a b", "a c"])


def test_passages_without_a_common_feature_are_refused() -> None:
    with pytest.raises(InputError, match="no feature occurs in 2 of the 1 passages"):
        PassageFeatures().fit(["alone"])
