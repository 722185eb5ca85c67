"""Passages: one to four sentences that belong together, cut evenly, quotations kept whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelib.errors import InputError, TextTypeError
from stancelib.passages import MAX_SENTENCES, MAX_WORDS, UNITS, split_passages
from stancelib.sentences import SPACES, split_sentences

MEETING = "The ministers of the nine coastal states met in the old customs house on Monday to plan the fleet. "
BRIEF = "Nobody objected."

hostile_pieces = json.loads((Path(__file__).parent / "data" / "hostile_pieces.json").read_text("utf-8"))
hostile_texts = st.lists(st.sampled_from(hostile_pieces), max_size=60).map("".join) | st.text(max_size=80)


def passages_of(text: str, unit: str = "paragraph") -> list[str]:
    return [passage.text for passage in split_passages(text, unit)]


@given(hostile_texts, st.sampled_from(UNITS))
def test_offsets_point_into_the_untouched_text(text: str, unit: str) -> None:
    assert all(text[start:end] == words for start, end, words in split_passages(text, unit))


@given(hostile_texts, st.sampled_from(["sentence", "paragraph"]))
def test_every_character_but_space_lies_in_exactly_one_passage(text: str, unit: str) -> None:
    inside = [at for start, end, _ in split_passages(text, unit) for at in range(start, end)]
    assert inside == sorted(set(inside))
    assert all(text[at] in SPACES for at in set(range(len(text))) - set(inside))


@given(hostile_texts)
def test_windows_cover_every_character_but_space(text: str) -> None:
    inside = {at for start, end, _ in split_passages(text, "window") for at in range(start, end)}
    assert all(text[at] in SPACES for at in set(range(len(text))) - inside)


@given(st.lists(st.integers(1, 130), min_size=1, max_size=30))
def test_passages_keep_to_four_sentences_and_ninety_words(lengths: list[int]) -> None:
    text = " ".join("So" + " on" * (length - 1) + "." for length in lengths)
    for passage in split_passages(text):
        count = len(split_sentences(passage.text))
        assert count == 1 or (count <= MAX_SENTENCES and len(passage.text.split()) <= MAX_WORDS)


def test_a_short_paragraph_is_one_passage() -> None:
    assert passages_of("Oslo pays. Rome waits. Bonn thinks.") == ["Oslo pays. Rome waits. Bonn thinks."]


def test_a_long_paragraph_is_cut_evenly() -> None:
    words = [len(passage.split()) for passage in passages_of(MEETING * 6)]
    assert words == [57, 57]


def test_no_short_tail_is_left_alone() -> None:
    assert passages_of(MEETING * 4 + BRIEF)[-1].endswith("fleet. " + BRIEF)


def test_five_short_sentences_are_two_passages() -> None:
    assert len(passages_of("Oslo pays. " * 5)) == 2


def test_a_very_long_sentence_stays_whole() -> None:
    endless = "The fleet sails " + "on and on " * 60 + "at last."
    assert endless in passages_of(MEETING * 3 + endless + " " + MEETING * 3)


def test_a_heading_and_a_caption_are_their_own_passages() -> None:
    article = f"Nine states plan a fleet\n\nPhoto: a frigate leaves port\n{MEETING}{BRIEF}"
    assert passages_of(article)[:2] == ["Nine states plan a fleet", "Photo: a frigate leaves port"]


@pytest.mark.parametrize(
    "quotation",
    [
        '"We have the ships. We have the crews. We lack a mandate," the admiral said.',
        "“Nobody has asked our sailors about it.” The chairman of the union said so on Monday.",
        "He answered at once: “We cannot do it alone. We have nine ships in all.”",
        '"It is a start," said Ana Reis of the naval staff. "It is not a fleet that can hold the strait."',
        "‘We have nine ships in all. None can stay out for a week,’ she added on Monday.",
    ],
    ids=["several sentences", "said after", "colon before", "said between", "single marks"],
)
@pytest.mark.parametrize("sentences_before", [1, 2, 3])
def test_a_quotation_stays_with_its_speaker(quotation: str, sentences_before: int) -> None:
    passages = passages_of(MEETING * sentences_before + quotation + " " + MEETING * 2)
    assert any(quotation in passage for passage in passages)


def test_an_apostrophe_is_no_quotation() -> None:
    owned = MEETING.replace("fleet", "states' fleet")
    assert passages_of(owned * 4) == [(owned * 2).strip()] * 2


def test_passages_never_cross_paragraphs() -> None:
    assert passages_of("Oslo pays.\n\nRome waits.") == ["Oslo pays.", "Rome waits."]


def test_sentences_are_passages_on_request() -> None:
    assert split_passages(MEETING + BRIEF, unit="sentence") == split_sentences(MEETING + BRIEF)


def test_windows_are_three_sentences_and_overlap_by_two() -> None:
    assert passages_of("One. Two. Six. Ten.", "window") == ["One. Two. Six.", "Two. Six. Ten."]


def test_windows_read_single_sentence_paragraphs_as_one_text() -> None:
    article = "Fleet planned\nOslo pays.\nRome waits.\nBonn thinks.\nBern left. It snowed."
    windows = ["Fleet planned", "Oslo pays.\nRome waits.\nBonn thinks.", "Bern left. It snowed."]
    assert passages_of(article, "window") == windows


def test_an_unknown_unit_is_refused_with_the_choices() -> None:
    with pytest.raises(InputError, match="'line'; choose one of 'sentence', 'paragraph', 'window'"):
        split_passages("Oslo pays.", unit="line")


def test_what_is_no_text_is_refused_with_the_way_out() -> None:
    with pytest.raises(TextTypeError, match="bytes was received: decode it first"):
        split_passages(b"Oslo pays.")  # type: ignore[arg-type]
