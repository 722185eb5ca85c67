"""From articles to labelled passages."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tokens import hostile_text

import stancelib
from stancelib import Article, InputError, Labeler

ARTICLES = sorted((Path(__file__).parent.parent / "examples" / "articles").glob("*.txt"))


@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: file.stem)
@pytest.mark.parametrize("unit", ["paragraph", "sentence", "window"])
def test_every_offset_points_into_the_article(labeler: Labeler, file: Path, unit: str) -> None:
    text = file.read_text("utf-8")
    passages = labeler.label(text, unit=unit)
    assert len(passages) >= 8
    for passage in passages:
        spans = [passage, *passage.evidence, *filter(None, [passage.holder, passage.initiative])]
        assert all(text[span.start : span.end] == span.text for span in spans)
        assert all(passage.start <= part.start < part.end <= passage.end for part in passage.evidence)


def test_probabilities_sum_to_one_and_name_the_label(labeler: Labeler, article: str) -> None:
    for passage in labeler.label(article):
        assert sum(passage.probabilities.values()) == pytest.approx(1.0)
        assert sum(passage.sentiment_probabilities.values()) == pytest.approx(1.0)
        assert max(passage.probabilities, key=passage.probabilities.__getitem__) == passage.stance
        assert passage.probabilities[passage.stance] == passage.probability


def test_all_ways_of_labelling_agree(labeler: Labeler, article: str) -> None:
    passages = labeler.label(article)
    texts = [passage.text for passage in passages]
    proba = labeler.predict_proba(texts)
    assert labeler.classes_.tolist() == ["supportive", "cautionary", "opposed", "neutral"]
    assert labeler.predict(texts).tolist() == [passage.stance for passage in passages]
    assert [p.stance for p in labeler.label_passages(texts)] == [passage.stance for passage in passages]
    np.testing.assert_allclose(proba[:, 0], [p.probabilities["supportive"] for p in passages], atol=1e-7)
    assert proba.dtype == np.float64


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Norway will send two frigates to the escort mission, the minister announced.", "supportive"),
        ("Hungary rejects the force as a dangerous provocation and will veto it.", "opposed"),
        ("Lisbon shares the goal, but questions remain about the mandate and its costs.", "cautionary"),
        ("Defence chiefs of the eleven nations meet in The Hague on Tuesday to discuss the agenda.", "neutral"),
    ],
)
def test_plain_cases_are_labelled_right(labeler: Labeler, text: str, stance: str) -> None:
    assert labeler.predict([text]).tolist() == [stance]


def test_evidence_is_what_moved_the_stance(labeler: Labeler) -> None:
    text = "Hungary rejects the force as a dangerous provocation and will veto it."
    passage = labeler.label(text)[0]
    strongest = passage.evidence[0]
    without = text[: strongest.start] + text[strongest.end :]
    assert labeler.label(without)[0].probabilities["opposed"] < passage.probability
    weights = [abs(part.weight) for part in passage.evidence]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] > 0.2


@pytest.mark.parametrize("empty", ["", "   ", "\n\n\t\n", "\u200b", Article("")], ids=repr)
def test_an_empty_article_gives_an_empty_list(labeler: Labeler, empty: str | Article) -> None:
    assert labeler.label(empty) == []


@pytest.mark.parametrize("bad", [b"bytes", None, 3, 2.5, ["a list"], Article(None)], ids=repr)  # type: ignore[arg-type]
def test_what_is_no_article_is_refused_with_the_way_out(labeler: Labeler, bad: object) -> None:
    with pytest.raises(TypeError, match="an article is a str or an Article of a str, got"):
        labeler.label(bad)  # type: ignore[arg-type]


@pytest.mark.parametrize("call", ["label_passages", "predict", "predict_proba"])
def test_a_lone_string_is_refused_where_passages_are_expected(labeler: Labeler, call: str) -> None:
    with pytest.raises(stancelib.InputError, match=r"put it in a list: \[text\]"):
        getattr(labeler, call)("One passage.")


def test_settings_that_cannot_be_used_are_refused(labeler: Labeler) -> None:
    with pytest.raises(stancelib.InputError, match="min_probability must be between 0 and 1, got 2"):
        labeler.label("A text of words.", min_probability=2)
    with pytest.raises(stancelib.InputError, match="paragraph"):
        labeler.label("A text of words.", unit="page")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Ukraine's role", "too short: 2 words"),
        ("Die Bundesregierung begrüßt die Initiative und wird zwei Fregatten zur Mission entsenden.", "other language"),
        ("Il ministro ha detto che la missione non sarà prolungata oltre giugno.", "other language"),
        ("El ministro dijo que la misión no será prolongada.", "other language"),
        ("De minister zei dat de missie niet wordt verlengd en het mandaat eindigt.", "other language"),
        ("Le ministre a dit que la mission ne serait pas prolongée.", "other language"),
        ("O ministro disse que a missão não será prolongada em junho.", "other language"),
        ("Statsrådet sade att uppdraget inte förlängs och att fartygen återvänder.", "other language"),
        ("Делегации тринадцати стран встретились в Киеве, чтобы обсудить новую коалицию.", "other language"),
    ],
    ids=["heading", "German", "Italian", "Spanish", "Dutch", "French", "Portuguese", "Swedish", "Russian"],
)
def test_it_abstains_with_a_reason(labeler: Labeler, text: str, reason: str) -> None:
    passage = labeler.label(text)[0]
    assert passage.abstained
    assert str(passage.reason).startswith(reason)
    assert passage.stance in labeler.classes_


@pytest.mark.parametrize(
    "text",
    [
        "Participating states: Belgium, Canada, Denmark, Estonia, Finland, Germany, Italy, Latvia.",
        "Poland pledges 300 troops, Norway two frigates, Canada nothing yet.",
        "Charles de Gaulle sails for Djibouti with La Fayette as escort.",
    ],
)
def test_lists_of_names_and_telegrams_are_english(labeler: Labeler, text: str) -> None:
    assert labeler.label(text)[0].reason is None


def test_threads_that_share_a_labeler_get_the_same_as_one(labeler: Labeler) -> None:
    sets = [[f"Oslo sends wort{n}heim and {k} zq{n}x ships to the mission." for n in range(60)] for k in range(24)]
    fresh = stancelib.load(Path(stancelib.__file__).parent / "models" / "fast")
    with ThreadPoolExecutor(4) as pool:
        threaded = list(pool.map(fresh.predict_proba, sets))
    for texts, proba in zip(sets, threaded, strict=True):
        np.testing.assert_allclose(proba, labeler.predict_proba(texts), atol=1e-9)


def test_it_abstains_below_the_asked_probability_only(labeler: Labeler, article: str) -> None:
    passages = labeler.label(article, min_probability=0.6)
    assert {p.abstained for p in passages if p.probability < 0.6} == {True}
    assert any(not p.abstained for p in passages if p.probability >= 0.6)
    assert all(p.reason is None for p in passages if not p.abstained)


def test_almost_no_english_passage_is_taken_for_another_language(labeler: Labeler, corpus: stancelib.Corpus) -> None:
    passages = labeler.label_passages(corpus.texts)
    foreign = [passage.text for passage in passages if (passage.reason or "").startswith("other language")]
    assert len(foreign) <= 0.001 * len(passages)


def test_a_line_of_a_megabyte_is_labelled(labeler: Labeler) -> None:
    text = "The mission will protect ships, and " * 30_000
    passages = labeler.label(text)
    assert passages[-1].end >= len(text.rstrip()) - 1
    assert all(text[p.start : p.end] == p.text for p in passages)


@settings(max_examples=60, deadline=None)
@given(text=hostile_text)
def test_hostile_texts_keep_their_offsets(text: str) -> None:
    for passage in stancelib.load().label(text):
        assert text[passage.start : passage.end] == passage.text
        assert all(text[part.start : part.end] == part.text for part in passage.evidence)


@given(texts=st.lists(hostile_text, max_size=4))
@settings(max_examples=40, deadline=None)
def test_as_many_passages_as_texts(texts: list[str]) -> None:
    assert [p.text for p in stancelib.load().label_passages(texts)] == texts


def test_a_passage_becomes_plain_json(labeler: Labeler, article: str) -> None:
    row = json.loads(json.dumps(labeler.label(article)[0].to_dict()))
    assert {"start", "end", "text", "stance", "probability", "evidence", "holder", "reason"} <= set(row)
    assert row["evidence"] == [] or set(row["evidence"][0]) == {"start", "end", "text", "weight"}


def test_an_article_record_is_labelled_like_its_text(labeler: Labeler, article: str) -> None:
    assert labeler.label(Article(article, title="T", id="1")) == labeler.label(article)


def test_without_its_evidence_a_passage_is_labelled_anew(labeler: Labeler) -> None:
    article = "Talks ended on Friday.\n\nHungary rejects the force as a dangerous provocation."
    passage = labeler.label(article)[-1]
    strongest = passage.evidence[0]
    shorter = labeler.without(passage, strongest)
    assert shorter.text == passage.text.replace(strongest.text, "", 1)
    assert shorter.probabilities[passage.stance] < passage.probability
    with pytest.raises(InputError, match="no evidence of the passage"):
        labeler.without(shorter, strongest)


def test_a_labeler_that_is_saved_again_keeps_its_card(labeler: Labeler, tmp_path: Path) -> None:
    stancelib.save(labeler, tmp_path / "copy")
    copy = stancelib.load(tmp_path / "copy")
    assert "Known weaknesses" in copy.card
    assert copy.card == labeler.card


@pytest.mark.parametrize("model", [None, 3, ["fast"]])
def test_what_names_no_model_is_refused(model: object) -> None:
    with pytest.raises(InputError, match="a model is named by a str or a Path"):
        stancelib.load(model)
