"""Reading, checking and splitting labelled examples."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from stancelib import Corpus, CorpusError, Example, InputError, read_corpus

GOOD = {"id": "1", "text": "Oslo backs the pact.", "stance": "supportive", "sentiment": "neutral", "holder": "Oslo"}


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_jsonl_is_read_in_order_and_unknown_fields_are_kept(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl", GOOD, {**GOOD, "id": "2", "text": "Oslo waits.", "stance": "neutral", "years": "1999"}
    )
    corpus = read_corpus(file)
    assert corpus.stances == ["supportive", "neutral"]
    assert corpus[1].more == {"years": "1999"}


def test_csv_with_byte_order_mark_and_commas_and_line_ends_in_texts(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes('\ufefftext,stance,holder\r\n"Yes, we back\nit.",supportive,we\r\nIt meets.,neutral,\r\n'.encode())
    corpus = read_corpus(file)
    assert corpus.texts == ["Yes, we back\nit.", "It meets."]
    assert [example.holder for example in corpus] == ["we", None]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{not json}\n", r"a\.jsonl:2: not valid JSON"),
        ("[1]\n", r":2: a JSON object is expected, got '\[1\]'"),
        ({**GOOD, "id": "2", "stance": "pro"}, r":2: stance must be one of supportive, .*, got 'pro'"),
        ({**GOOD, "id": "2", "sentiment": 1}, r":2: sentiment must be"),
        ({**GOOD, "id": "2", "text": "  "}, r":2: text must be a non-empty string, got '  '"),
        ({**GOOD, "id": "2", "holder": "Bergen"}, r":2: holder 'Bergen' is not in the text"),
        ({**GOOD, "id": "2", "target": "author"}, r":2: target 'author' is not in the text"),
        ({**GOOD, "text": "Other."}, r":2: id '1' was used before, at .*a\.jsonl:1"),
        ({**GOOD, "id": "2", "stance": "opposed"}, r":2: the same text has another stance \(supportive\) at"),
    ],
    ids=["json", "object", "stance", "sentiment", "text", "holder", "target", "id", "contradiction"],
)
def test_a_fault_is_reported_with_file_and_line(tmp_path: Path, row: object, message: str) -> None:
    file = write(tmp_path / "a.jsonl", {**GOOD, "holder": None}, row)
    with pytest.raises(CorpusError, match=message):
        read_corpus(file)


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", {**GOOD, "stance": "x"}, "{\n")
    (tmp_path / "b.csv").write_text("stance\nneutral\n", "utf-8")
    (tmp_path / "c.jsonl").write_bytes(b'{"text": "\xff"}\n')
    with pytest.raises(CorpusError, match="4 faults") as caught:
        read_corpus(tmp_path)
    places = [fault.split(": ")[0].rsplit("/", 1)[-1] for fault in caught.value.faults]
    assert places == ["a.jsonl:1", "a.jsonl:2", "b.csv:1", "c.jsonl:1"]


def test_a_csv_row_with_another_number_of_columns_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,stance\nIt meets.,neutral,extra\n", "utf-8")
    with pytest.raises(CorpusError, match=r"a\.csv:2: 2 columns expected"):
        read_corpus(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "Oslo \\ud800 waits.", "stance": "neutral"}\n', r"a\.jsonl:1: text has a lone surrogate"),
        ("[" * 100_000 + "\n", r"a\.jsonl:1: not valid JSON"),
        ('{"text": "a", "stance": ' + "9" * 5000 + "}\n", r"a\.jsonl:1: not valid JSON"),
    ],
    ids=["surrogate", "deep", "long number"],
)
def test_odd_json_is_a_fault_not_a_traceback(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_corpus(write(tmp_path / "a.jsonl", line))


def test_an_invalid_stance_does_not_accuse_its_valid_twin(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl", {"text": "Oslo waits.", "stance": 3}, {"text": "Oslo waits.", "stance": "neutral"}
    )
    with pytest.raises(CorpusError, match=r"1 fault .*\n.*:1: stance must be"):
        read_corpus(file)


def test_unusual_line_separators_do_not_break_csv_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,stance\nIt\u2028meets\x85today.,neutral\n", "utf-8")
    assert read_corpus(tmp_path / "a.csv").texts == ["It\u2028meets\x85today."]


def test_articles_and_sets_that_overlap_are_one_group() -> None:
    corpus = Corpus(
        [
            Example("1", "a", "neutral", article="x", set="s"),
            Example("2", "b", "neutral", article="y", set="s"),
            Example("3", "c", "neutral", article="y"),
            Example("4", "d", "neutral"),
        ]
    )
    assert len(set(corpus.groups[:3])) == 1
    assert len(set(corpus.groups)) == 2


def test_an_empty_corpus_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no example in it"):
        read_corpus(write(tmp_path / "a.jsonl", "\n"))


def test_a_missing_file_and_a_strange_ending_say_what_to_give(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"give a \.jsonl or \.csv file"):
        read_corpus(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match=r"ends in \.jsonl or \.csv, not in '\.txt'"):
        read_corpus(write(tmp_path / "a.txt", "text"))


def test_own_labels_can_be_given(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", {"text": "Yes.", "stance": "pro"})
    assert read_corpus(file, stances=["pro", "con"]).stances == ["pro"]


def test_a_split_never_tears_groups_apart_and_keeps_the_mix(corpus: Corpus) -> None:
    train, test = corpus.split(0.2)
    assert not set(train.groups) & set(test.groups)
    assert len(train) + len(test) == len(corpus)
    shares = [Counter(part.stances)["neutral"] / len(part) for part in (train, test)]
    assert abs(shares[0] - shares[1]) < 0.02


def test_a_split_depends_on_its_seed_alone(corpus: Corpus) -> None:
    ids = [[example.id for example in corpus.split(random_state=seed)[1]] for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]


def test_every_example_is_held_out_once(small_corpus: Corpus) -> None:
    held_out = [example.id for _, part in small_corpus.folds(4) for example in part]
    assert sorted(held_out) == sorted(example.id for example in small_corpus)


@pytest.mark.parametrize("share", [0, 1, -0.1, 0.6])
def test_an_impossible_share_is_refused(corpus: Corpus, share: float) -> None:
    with pytest.raises(InputError, match=rf"above 0 and at most 0\.5, got {share}"):
        corpus.split(share)


def test_too_few_groups_for_a_split_is_said() -> None:
    corpus = Corpus([Example("1", "a", "neutral", article="x"), Example("2", "b", "opposed", article="x")])
    with pytest.raises(InputError, match="5 folds asked of 1 groups"):
        corpus.split()
