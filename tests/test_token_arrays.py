"""Tokens found with numpy are those that the regular expression finds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tokens import hostile_text

from stancelib.token_arrays import ROOM, find_tokens, joined_keys
from stancelib.tokens import normalize, token_offsets

apostrophes = st.text(
    alphabet="ab1_' \u2019\u00b2\u0664\u00df\u65e5\u03a3\U0001f600\U0001d400\u0130\u0301-\x1c", max_size=14
)


@settings(max_examples=500, deadline=None)
@given(text=st.one_of(hostile_text, apostrophes))
def test_tokens_numbers_and_keys_are_those_of_the_regular_expression(text: str) -> None:
    text = f" {text} ".replace("\0", " ")
    tokens, offsets, folded = find_tokens(text), token_offsets(text), normalize(text)
    assert [*zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)] == offsets
    assert tokens.is_number().tolist() == [folded[start].isdigit() for start, _ in offsets]
    assert tokens.is_word().tolist() == [folded[start].isalnum() for start, _ in offsets]
    np.testing.assert_array_equal(tokens.keys, joined_keys([folded[start:end] for start, end in offsets]))


def test_only_the_first_of_two_apostrophes_in_a_word_joins_it() -> None:
    tokens = find_tokens(" a'b'c'd ")
    assert [*zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)] == [(1, 4), (4, 5), (5, 8)]


def test_words_have_the_same_keys_wherever_they_stand() -> None:
    text = " frigate" * (ROOM // 4) + " "
    assert set(find_tokens(text).keys.tolist()) == set(joined_keys(["frigate"]).tolist())
