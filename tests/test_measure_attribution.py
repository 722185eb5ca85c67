"""The tool that measures holders and initiatives, and the articles it measures on."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from stancelib import STANCES, LabeledPassage, Span, split_passages
from stancelib.records import HOLDER_KINDS

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))

import measure_attribution

ARTICLES = [json.loads(line) for line in measure_attribution.ARTICLES.read_text("utf-8").splitlines()]


def test_agreement_counts_exact_words_and_shared_words() -> None:
    found = measure_attribution.agreement(["the pact", "Oslo", None, None], ["pact", "Oslo", "Rome", None])
    assert found.exact == pytest.approx(2 * 1 / 5)
    assert found.exact_without_article == pytest.approx(2 * 2 / 5)
    assert found.overlap == pytest.approx(2 * 2 / 6)


def test_a_holder_is_right_with_its_titles_and_wrong_as_a_part_of_another_word() -> None:
    passage = LabeledPassage(0, 1, "x", "opposed", 0.9, {}, "neutral", {}, Span(0, 1, "Foreign Minister Ana Kovar"))
    assert measure_attribution.is_holder(passage, "Ana Kovar")
    assert not measure_attribution.is_holder(passage, "Ana Kova")
    assert not measure_attribution.is_holder(passage, "author")
    assert measure_attribution.is_holder(replace(passage, holder=None, holder_kind="author"), "author")


def test_a_short_form_of_the_initiative_is_right() -> None:
    assert measure_attribution.is_short_for(Span(0, 1, "The mission"), "the Gulf mission")
    assert not measure_attribution.is_short_for(Span(0, 1, "the fuel pact"), "the Gulf mission")
    assert not measure_attribution.is_short_for(None, "the Gulf mission")


def test_there_are_twenty_articles() -> None:
    assert len({article["id"] for article in ARTICLES}) == 20


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])
def test_an_article_names_its_holders_and_is_cut_at_its_paragraphs(article: dict) -> None:
    texts = [passage["text"] for passage in article["passages"]]
    text = "\n\n".join(texts)
    assert article["initiative"] in text
    assert [span.text for span in split_passages(text, "paragraph")] == texts
    for passage in article["passages"]:
        assert passage["stance"] in STANCES
        assert (passage["holder"] is None) == (passage["stance"] == "neutral")
        assert passage["kind"] in (None, *HOLDER_KINDS)
        assert passage["holder"] in (None, "author") or passage["holder"] in text
