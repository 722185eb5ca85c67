"""The table that a terminal gets."""

from __future__ import annotations

import pytest

from stancelib import Labeler
from stancelib.batch import output_row
from stancelib.records import Article
from stancelib.tables import passage_table


def table(labeler: Labeler, text: str, **settings: object) -> str:
    article = Article(text, id="a.txt")
    rows = [output_row(article, passage, "fast", "") for passage in labeler.label(article)]
    return passage_table(rows, 100, **settings)  # type: ignore[arg-type]


def test_abstention_is_marked_and_explained(labeler: Labeler) -> None:
    shown = table(labeler, "Ukraine's role", color=False)
    assert "\n?" in shown
    assert "too short" in shown


def test_colors_are_left_out_where_asked(labeler: Labeler, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Oslo rejects the pact as a dangerous provocation."
    assert "\033[31m" in table(labeler, text, color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in table(labeler, text)


def test_control_characters_of_an_article_do_not_reach_the_terminal(labeler: Labeler) -> None:
    shown = table(labeler, "Oslo rejects \033[2J the \ud800 pact as a provocation.", color=False)
    assert "\033" not in shown
    assert "\\x1b" in shown
    assert shown.encode("utf-8")


def test_who_takes_the_stance_is_shown(labeler: Labeler) -> None:
    row = labeler.label("Norway rejects the naval mission as a dangerous provocation.")[0].to_dict()
    row |= {"article": "a", "holder": {"text": "Norway"}, "initiative": {"text": "the naval mission"}}
    assert "  Norway → the naval mission" in passage_table([row], 100, False)
    row |= {"holder": None, "holder_kind": "author", "initiative_name": "Gulf Escort"}
    assert "  the author → Gulf Escort" in passage_table([row], 100, False)
