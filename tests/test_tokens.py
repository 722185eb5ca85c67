"""Tokens and their offsets."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelib.tokens import check_texts, negated_flags, normalize, token_offsets, token_texts, tokenize

HOSTILE = json.loads((Path(__file__).parent / "data" / "hostile_pieces.json").read_text("utf-8"))
hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=12).map("".join)


def test_no_character_changes_its_length_when_normalized() -> None:
    assert [code for code in range(sys.maxunicode + 1) if len(normalize(chr(code))) != 1] == []


@given(hostile_text)
def test_offsets_point_at_the_tokens_of_the_untouched_text(text: str) -> None:
    tokens = tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert [normalize(text)[start:end] for start, end in token_offsets(text)] == token_texts(normalize(text))


@given(hostile_text)
def test_tokens_never_cross_white_space(text: str) -> None:
    stretches = normalize(text).split()
    assert [token for stretch in stretches for token in token_texts(stretch)] == token_texts(normalize(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("They won’t; we can't.", ["they", "won't", ";", "we", "can't", "."]),
        ("EU-led €5m “shield”", ["eu", "-", "led", "€", "5m", '"', "shield", '"']),
        ("İzmir ﬁnds Straße", ["izmir", "ﬁnds", "straße"]),
        ("snake_case 3.5%", ["snake", "case", "3", ".", "5", "%"]),
    ],
    ids=["apostrophes", "marks", "letters", "numbers"],
)
def test_words_numbers_and_marks_are_told_apart(text: str, tokens: list[str]) -> None:
    assert token_texts(normalize(text)) == tokens


def test_a_negation_reaches_four_tokens_but_not_past_its_clause() -> None:
    assert negated_flags("not a b c d e".split()) == [False, True, True, True, True, False]
    assert negated_flags("never , we hope".split()) == [False, False, False, False]
    assert negated_flags("not not x".split()) == [False, True, True]


@pytest.mark.parametrize("bad", ["a text", b"bytes", None, 3, ["ok", None], ["ok", 3.5]], ids=repr)
def test_what_is_no_sequence_of_texts_is_refused_with_the_way_out(bad: object) -> None:
    with pytest.raises(TypeError, match=r"put it in a list|a sequence of texts is expected|text 1 is"):
        check_texts(bad)  # type: ignore[arg-type]
