"""The register of known initiatives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import stancelib
from stancelib import Initiative, InputError, LabeledPassage, Register, Span, read_register

WATCH = Register([Initiative("Black Sea Watch", ("BSW", "Constanta mission")), Initiative("Fuel Pact")])


def write(folder: Path, rows: Any) -> Path:
    file = folder / "register.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows), "utf-8")
    return file


def passage(text: str, words: str | None) -> LabeledPassage:
    start = text.index(words) if words else 0
    initiative = Span(start, start + len(words), words) if words else None
    return LabeledPassage(0, len(text), text, "supportive", 0.9, {}, "neutral", {}, initiative=initiative)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("the Black Sea watch", "Black Sea Watch"),
        ("BSW", "Black Sea Watch"),
        ("joining the Constanta mission", "Black Sea Watch"),
        ("the fuel pact's", "Fuel Pact"),
        ("the pact", None),
        ("a watch on the Black Sea", None),
        ("the Fuel Pact and the BSW", None),
        ("", None),
    ],
)
def test_names_and_aliases_are_known(words: str, name: str | None) -> None:
    assert WATCH.name_of(words) == name


def test_a_short_form_stands_for_the_one_named_last_with_that_word() -> None:
    passages = [
        passage("The Black Sea Watch sails.", "The Black Sea Watch"),
        passage("They back the watch.", "the watch"),
        passage("They back the pact.", "the pact"),
        passage("They back nothing.", None),
    ]
    named = WATCH.name(passages)
    assert [part.initiative_name for part in named] == ["Black Sea Watch", "Black Sea Watch", None, None]
    assert [part.initiative for part in named] == [part.initiative for part in passages]


def test_an_empty_register_knows_nothing() -> None:
    assert Register([]).name_of("NATO") is None


def test_a_file_is_read_with_all_its_fields(tmp_path: Path) -> None:
    row = {"name": "A", "aliases": ["B"], "members": ["Oslo"], "dates": {"start": "2020-01", "end": None}}
    register = read_register(write(tmp_path, [row, {"name": "C"}]))
    assert register.initiatives == (Initiative("A", ("B",), ("Oslo",), "2020-01"), Initiative("C"))
    assert len(register) == 2


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ('[{"name": "A"},\n oops]', r"register.json:2: not valid JSON"),
        ({}, "a register is a list of at least one initiative, got dict"),
        ([], "a register is a list of at least one initiative"),
        ([{"name": "A"}, "B"], "entry 2: an object with a non-empty string 'name' is expected, got 'B'"),
        ([{"name": " "}], "entry 1: an object with a non-empty string 'name'"),
        ([{"name": "A", "alias": ["B"]}], r"entry 1 \(A\): unknown alias; known are name, aliases, members, dates"),
        ([{"name": "A", "aliases": "B"}], r"entry 1 \(A\): aliases must be a list of non-empty strings, got 'B'"),
        ([{"name": "A", "dates": ["2020"]}], r"entry 1 \(A\): dates must be an object with start and end"),
        ([{"name": "A", "dates": {"start": 2020}}], r"entry 1 \(A\): a date is a string like 2022 or 2022-10-13"),
        ([{"name": "A"}, {"name": "B", "aliases": ["the a"]}], r"entry 2 \(B\): 'the a' also names entry 1"),
    ],
    ids=lambda value: "" if isinstance(value, list | dict) else value[:30],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, rows: Any, message: str) -> None:
    file = write(tmp_path, rows)
    with pytest.raises(InputError, match=message):
        read_register(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no register at .*none\.json: give 'common' or a JSON file"):
        read_register(tmp_path / "none.json")


def test_the_included_register_knows_common_initiatives() -> None:
    register = read_register()
    assert 25 <= len(register) <= 40
    assert register.name_of("the European Sky Shield") == "European Sky Shield Initiative"
    assert all(entry.start and entry.start.isdigit() for entry in register.initiatives)


def test_labels_are_reported_under_the_registered_name() -> None:
    text = "Norway backs the European Sky Shield Initiative and will send two batteries."
    passage_of = stancelib.load().label(text, register=read_register())[0]
    assert passage_of.initiative_name in ("European Sky Shield Initiative", None)
    assert (passage_of.initiative_name is None) == (passage_of.initiative is None)
    assert "initiative_name" in passage_of.to_dict()


def test_a_register_needs_the_initiatives_to_be_found() -> None:
    labeler = stancelib.load()
    with pytest.raises(InputError, match="leave out holders=False"):
        labeler.label("Norway backs it.", holders=False, register=WATCH)
