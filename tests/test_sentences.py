"""Sentences: every offset right, nothing lost, and the hard cases of news English."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelib.errors import TextTypeError
from stancelib.sentences import SPACES, split_paragraphs, split_sentences

DATA = Path(__file__).parent / "data"
EXPECTED_SHARE = 0.98

hostile_pieces = json.loads((DATA / "hostile_pieces.json").read_text(encoding="utf-8"))
hostile_texts = st.lists(st.sampled_from(hostile_pieces), max_size=60).map("".join) | st.text(max_size=80)


def sentences_of(text: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(text)]


def read_hard_sentences() -> list[dict[str, object]]:
    lines = (DATA / "hard_sentences.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@given(hostile_texts)
def test_offsets_point_into_the_untouched_text(text: str) -> None:
    assert all(text[start:end] == words for start, end, words in split_sentences(text))


@given(hostile_texts)
def test_sentences_are_trimmed_and_never_empty(text: str) -> None:
    assert all(words and words == words.strip(SPACES) == words.strip() for words in sentences_of(text))


@given(hostile_texts)
def test_every_character_but_space_lies_in_exactly_one_sentence(text: str) -> None:
    inside = [at for start, end, _ in split_sentences(text) for at in range(start, end)]
    assert inside == sorted(set(inside))
    outside = set(range(len(text))) - set(inside)
    assert all(text[at] in SPACES for at in outside)


def test_spaces_are_those_of_python_and_three_zero_width_ones() -> None:
    python = {chr(code) for code in range(0x110000) if chr(code).isspace()}
    assert set(SPACES) == python | {"\u200b", "\u2060", "\ufeff"}


@pytest.mark.parametrize("blind", [False, True], ids=["tuned on", "never tuned on"])
def test_nearly_all_hard_sentences_are_split_exactly(blind: bool) -> None:
    rows = [row for row in read_hard_sentences() if row["blind"] is blind]
    wrong = [row["text"] for row in rows if sentences_of(str(row["text"])) != row["sentences"]]
    assert 1 - len(wrong) / len(rows) >= EXPECTED_SHARE, wrong


def test_the_hard_set_is_large_enough_and_has_a_blind_third() -> None:
    rows = read_hard_sentences()
    assert len({row["text"] for row in rows}) == len(rows) >= 160
    assert 0.3 < sum(row["blind"] is True for row in rows) / len(rows) < 0.4


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\u200b", "\ufeff\n\xa0"])
def test_a_text_of_nothing_but_space_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Gen. Rusk met Mrs. Okoye. They spoke.", 2),
        ("J. D. Harlan landed. He left.", 2),
        ("The U.S. Secretary left. It rained.", 2),
        ("It needs the U.S. The rest can wait.", 2),
        ("Some, e.g. Malta, are neutral.", 1),
        ("He left No. 10. She stayed.", 2),
        ("Will he go? No. He will not.", 3),
        ("It rose by 3.5 at 10.30 p.m. Monday.", 1),
        ("St. Petersburg slept… and woke.", 1),
        ("He paused… Then he left.", 2),
        ("I… I cannot stay.", 1),
        ("Mr. So of Seoul spoke.", 1),
        ("Two cities, i.e. The Hague and Bonn, bid.", 1),
        ("It needs the U.S. Diplomats say so.", 2),
        ("He said “no.” She said (softly) yes.) Then it rained.", 3),
        ("'Go.' 'Where?'", 2),
        ("They agreed – at last. It is over.", 2),
        ("• Poland sends tanks\n• Norway pays", 2),
        ("Caption: ships leave\r\nThe navy was silent.", 2),
        ("It held.\xa0It broke.\u200b It mended.", 3),
        ("It works!🎉 Cafe\u0301s open. E\u0301lan!", 3),
    ],
)
def test_promised_cases_have_the_right_number_of_sentences(text: str, count: int) -> None:
    assert len(split_sentences(text)) == count


def test_a_question_stays_with_the_words_that_attribute_it() -> None:
    assert len(split_sentences("“Who pays?” Chancellor Adler asked. Nobody knew.")) == 2
    assert len(split_sentences("“Who pays?” The room was silent.")) == 2
    assert len(split_sentences("“Who pays?” Oslo was silent.")) == 2


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The ministers of eleven coastal states met in the old customs house.\n"
        "They agreed to keep the sea lanes open until the end of the year, and\n"
        "Norway will lead."
    )
    assert [len(sentences) for sentences in split_paragraphs(wrapped)] == [2]


def test_a_wrapped_text_shows_how_its_two_line_paragraphs_were_wrapped() -> None:
    first = "The ministers of the eleven coastal states met in the customs house and\nagreed on nothing."
    second = "Later that evening the hosts invited the delegations of lovely little\nRiga to dinner."
    assert len(split_paragraphs(second)) == 2
    assert len(split_paragraphs(f"{first}\n\n{second}")) == 2


def test_each_line_of_a_web_copy_is_a_paragraph() -> None:
    copied = "Who pays for the force?\nOslo pays. Rome waits.\nThe rest is silent."
    assert [len(sentences) for sentences in split_paragraphs(copied)] == [1, 2, 1]


def test_a_long_heading_is_no_wrapped_line() -> None:
    article = "Eleven coastal states agree on a joint fleet for the strait\nOslo pays. Rome waits."
    assert [len(sentences) for sentences in split_paragraphs(article)] == [1, 2]


def test_a_bullet_never_continues_a_wrapped_line() -> None:
    listed = "The eleven coastal states of the region have now promised each to\n- send ships\n- pay"
    assert len(split_paragraphs(listed)) == 3


LONG_PIECES = [".", "…", "a", "A. ", '."', ".( ", "x.\n", " \n", "(", '" ', "No. ", "[1]", "! \xa0"]


@pytest.mark.parametrize("piece", LONG_PIECES)
def test_megabytes_of_one_pattern_take_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        begun = time.process_time()
        split_sentences(text)
        return time.process_time() - begun

    assert seconds(800_000) < 30 * seconds(100_000) + 0.5


@pytest.mark.parametrize(("data", "way_out"), [(b"", "decode it first"), (None, "pass a str"), (3, "int")])
def test_what_is_no_text_is_refused_with_the_way_out(data: object, way_out: str) -> None:
    with pytest.raises(TextTypeError, match=way_out):
        split_sentences(data)  # type: ignore[arg-type]
