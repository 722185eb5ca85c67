"""Public sets for stance and for sentiment toward a target, read in the form their authors publish.

A folder holds one subfolder per set, named as in `FORMS`, with the official files under their
official names. Where those are absent, the plain form is read: ``train.jsonl`` and one or more of
``test.jsonl``, ``dev.jsonl`` and so on, a line being an object with ``id``, ``text``, ``target``,
``label`` and, where the target stands in the text, ``start`` and ``end`` in characters.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stancelib.errors import CorpusError, StanceError

PLAIN_TESTS = ("test", "test_rw", "test_mt", "dev", "dev_rw", "dev_mt")
"""Names of the plain files that are measured on."""


@dataclass(frozen=True)
class Case:
    """A text, the target that it is judged toward, and the label that its authors give.

    ``span`` is where the target stands in the text, in characters, end exclusive; None where the
    target need not be named in the text. ``part`` is the share of a test that the case belongs to.
    """

    id: str
    text: str
    target: str
    label: str
    span: tuple[int, int] | None = None
    part: str | None = None


@dataclass(frozen=True)
class PublicSet:
    """A set split as published: ``tests`` by name; ``official`` when read from the official files."""

    name: str
    train: list[Case]
    tests: Mapping[str, list[Case]]
    official: bool


@dataclass(frozen=True)
class Form:
    """An official form of a set: the files it consists of, and what reads them from their folder."""

    files: tuple[str, ...]
    read: Callable[[Path], tuple[list[Case], dict[str, list[Case]]]]


class SetMissingError(StanceError, FileNotFoundError):
    """The folder lacks the files of a set."""


class _FaultError(Exception):
    """What is wrong with one line."""


def read_public_set(folder: Path, name: str) -> PublicSet:
    """A set from its subfolder: the official form if its files are there, else the plain one.

    Parameters
    ----------
    folder : Path
        Holds one subfolder per set.
    name : str
        A key of `FORMS`.

    Returns
    -------
    PublicSet

    Raises
    ------
    SetMissingError
        When neither form is complete.
    CorpusError
        When a file has faults; all of them are listed.
    """
    home = folder / name
    for form in FORMS[name]:
        if all((home / file).is_file() for file in form.files):
            return PublicSet(name, *form.read(home), official=True)
    tests = [test for test in PLAIN_TESTS if (home / f"{test}.jsonl").is_file()]
    if tests and (home / "train.jsonl").is_file():
        train, *measured = (_plain(home / f"{part}.jsonl", LABELS[name]) for part in ("train", *tests))
        return PublicSet(name, train, dict(zip(tests, measured, strict=True)), official=False)
    needed = " or ".join(", ".join(form.files) for form in FORMS[name])
    raise SetMissingError(f"{home} lacks {needed}. The official files come from {HOMES[name]}")


def _cases(path: Path, rows: Iterable[tuple[int | str, Any]], convert: Callable[[Any, str], list[Case]]) -> list[Case]:
    """The cases of all rows; ``convert`` is given a row and its place in the file, mostly a line number."""
    cases, faults = [], []
    for place, row in rows:
        try:
            cases += convert(row, str(place))
        except KeyError as missing:
            faults.append(f"{path}:{place}: no {missing}; use the file as published")
        except _FaultError as fault:
            faults.append(f"{path}:{place}: {fault}")
    if not (cases or faults):
        faults = [f"{path}:1: no cases; fetch the file anew"]
    if faults:
        raise CorpusError(faults)
    return cases


def _text(path: Path) -> str:
    """The file's text, with line ends as they are; older tweet files are Latin-1, the others UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers; only line feeds and returns end a line."""
    for number, line in enumerate(io.StringIO(_text(path), newline=None), 1):
        if line.strip():
            yield number, line.rstrip("\n")


def _csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str | None]]]:
    """The rows of a CSV file with the number of the line on which each begins."""
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    _check_header(path, list(reader.fieldnames or []), columns)
    line = reader.line_num + 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _check_header(path: Path, found: list[str], columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in found]
    if missing:
        raise CorpusError([f"{path}:1: no column {', '.join(missing)} in {found}; use the file as published"])


def _field(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _FaultError(f"{name} is {value!r}, expected text")
    return value


def _label(value: Any, names: Mapping[Any, str], field: str) -> str:
    if value not in list(names):
        raise _FaultError(f"{field} is {value!r}, expected one of {', '.join(str(name) for name in names)}")
    return names[value]


def _json_object(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise _FaultError(f"not JSON ({error.msg}): {line[:40]!r}; expected one object per line") from error
    if not isinstance(row, dict):
        raise _FaultError(f"{line[:40]!r} is not an object; expected one object per line")
    return row


def _json_file(path: Path, kind: type) -> Any:
    try:
        content = json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise CorpusError([f"{path}:{error.lineno}: not JSON ({error.msg}); fetch the file anew"]) from error
    if not isinstance(content, kind):
        raise CorpusError([f"{path}:1: a {type(content).__name__}, expected a {kind.__name__}; fetch the file anew"])
    return content


def _plain(path: Path, labels: tuple[str, ...]) -> list[Case]:
    def convert(line: str, _: str) -> list[Case]:
        row = _json_object(line)
        text, target = _field(row, "text"), _field(row, "target")
        label = _label(row.get("label"), dict(zip(labels, labels, strict=True)), "label")
        span = _span(text, target, row["start"], row.get("end")) if "start" in row else None
        return [Case(_field(row, "id"), text, target, label, span)]

    return _cases(path, _lines(path), convert)


def _span(text: str, words: str, start: Any, end: Any) -> tuple[int, int]:
    """The offsets as given or, where they miss the words by a few characters, of the nearest occurrence."""
    if not isinstance(start, int) or not isinstance(end, int):
        raise _FaultError(f"the target's offsets are {start!r} and {end!r}, expected two whole numbers")
    starts = [place for place in range(len(text)) if text.startswith(words, place)]
    if not starts:
        raise _FaultError(f"the target {words!r} does not stand in {text[:60]!r}")
    nearest = min(starts, key=lambda place: abs(place - start))
    return nearest, nearest + len(words)


def _newsmtsc(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
    """Hamborg and Donnay (2021): one sentence per line with all its targets."""
    polarities = {2.0: "negative", 4.0: "neutral", 6.0: "positive"}

    def case(text: str, target: Any) -> Case:
        if not isinstance(target, dict):
            raise _FaultError(f"a target is {target!r}, expected an object with mention, polarity, from and to")
        mention = _field(target, "mention")
        label = _label(target.get("polarity"), polarities, "polarity")
        span = _span(text, mention, target.get("from"), target.get("to"))
        return Case(_field(target, "Input.gid"), text, mention, label, span)

    def convert(line: str, _: str) -> list[Case]:
        row = _json_object(line)
        targets = row.get("targets")
        if not isinstance(targets, list) or not targets:
            raise _FaultError(f"targets is {targets!r}, expected a list with at least one target")
        return [case(_field(row, "sentence_normalized"), target) for target in targets]

    train, rw, mt = (_cases(path, _lines(path), convert) for path in _paths(folder, NEWSMTSC_FILES))
    return train, {"rw": rw, "mt": mt}


def _paths(folder: Path, names: Iterable[str]) -> list[Path]:
    return [folder / name for name in names]


def _semeval2016(train: str, test: str, trial: str) -> Callable[[Path], tuple[list[Case], dict[str, list[Case]]]]:
    """Mohammad et al. (2016): tab-separated, never quoted; the trial data is a part of the training data."""

    def convert(line: str, _: str) -> list[Case]:
        fields = line.split("\t")
        if len(fields) < len(SEMEVAL_COLUMNS):
            raise _FaultError(f"{len(fields)} fields, expected {', '.join(SEMEVAL_COLUMNS)} separated by tabs")
        number, target, tweet, stance = (field.strip() for field in fields[: len(SEMEVAL_COLUMNS)])
        label = _label(stance, {"AGAINST": "against", "NONE": "none", "FAVOR": "favor"}, "Stance")
        # the hashtag was added by the task to every tweet
        return [Case(number, tweet.replace("#SemST", "").strip(), target, label)]

    def read_file(path: Path) -> list[Case]:
        (_, header), *rows = list(_lines(path)) or [(1, "")]
        _check_header(path, header.split("\t"), SEMEVAL_COLUMNS)
        return _cases(path, rows, convert)

    def read(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
        parts = [name for name in (train, trial) if (folder / name).is_file()]
        cases = [case for name in parts for case in read_file(folder / name)]
        return cases, {"task A": read_file(folder / test)}

    return read


def _vast(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
    """Allaway and McKeown (2020). The unprocessed columns: the others lack stop words, and so negation."""

    def convert(row: dict[str, str | None], _: str) -> list[Case]:
        target = row.get("new_topic") or _field(row, "topic_str")
        label = _label(row["label"], {"0": "con", "1": "pro", "2": "neutral"}, "label")
        part = _label(row["seen?"], {"0": "zero-shot", "1": "few-shot"}, "seen?")
        return [Case(_field(row, "new_id"), _field(row, "post"), target, label, part=part)]

    columns = ("new_id", "post", "topic_str", "label", "seen?")
    train, test = (_cases(path, _csv_rows(path, columns), convert) for path in _paths(folder, VAST_FILES))
    parts = {part: [case for case in test if case.part == part] for part in ("zero-shot", "few-shot")}
    return train, {part: cases for part, cases in parts.items() if cases} | {"all": test}


def _pstance(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
    """Li et al. (2021). As in their loader, tweets without a stance are left out."""

    def convert(row: dict[str, str | None], line: str) -> list[Case]:
        label = _label(row["Stance"], {"AGAINST": "against", "NONE": "none", "FAVOR": "favor"}, "Stance")
        case = Case(line, _field(row, "Tweet"), _field(row, "Target"), label)
        return [] if label == "none" else [case]

    columns = ("Tweet", "Target", "Stance")
    read = [_cases(path, _csv_rows(path, columns), convert) for path in _paths(folder, PSTANCE_FILES)]
    half = len(read) // 2
    train, test = ([case for cases in files for case in cases] for files in (read[:half], read[half:]))
    return train, {"test": test}


def _perspectrum(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
    """Chen et al. (2019): every perspective of a cluster has the cluster's stance on the claim."""
    claims, perspectives, splits = _paths(folder, PERSPECTRUM_FILES)
    split = _json_file(splits, dict)
    pool = {row["pId"]: row["text"] for row in _json_file(perspectives, list)}

    def convert(claim: dict[str, Any], _: str) -> list[Case]:
        target, number = _field(claim, "text"), str(claim.get("cId"))
        part = _label(split.get(number), PARTS, f"its split in {splits.name}")
        sides = [str(cluster["stance_label_3"]).lower() for cluster in claim["perspectives"]]
        return [
            Case(f"{number}-{place}-{pid}", _pooled(pool, pid, perspectives), target, side, part=part)
            for place, (cluster, side) in enumerate(zip(claim["perspectives"], sides, strict=True))
            if side in LABELS["perspectrum"]  # the others are no perspectives on the claim
            for pid in cluster["pids"]
        ]

    rows = [(f"claim {row.get('cId')!r}", row) for row in _json_file(claims, list)]
    return _split(_cases(claims, rows, convert))


def _pooled(pool: Mapping[int, str], pid: int, path: Path) -> str:
    if pid not in pool:
        raise _FaultError(f"perspective {pid!r} is not in {path.name}; use files of one version")
    return pool[pid]


def _split(cases: list[Case]) -> tuple[list[Case], dict[str, list[Case]]]:
    """Training and test cases by their part; the development part is used for nothing."""
    train, test = ([case for case in cases if case.part == part] for part in ("train", "test"))
    return train, {"test": test}


def _ibm(folder: Path) -> tuple[list[Case], dict[str, list[Case]]]:
    """Gretz et al. (2020): one file; the stance is 1, -1 or, on no side and left out, 0."""
    (path,) = _paths(folder, IBM_FILES)
    sides = {1.0: "favor", -1.0: "against", 0.0: "neutral"}

    def convert(row: dict[str, str | None], line: str) -> list[Case]:
        part = _label(row["set"], PARTS, "set")
        label = _label(_number(row["stance_WA"]), sides, "stance_WA")
        case = Case(line, _field(row, "argument"), _field(row, "topic"), label, part=part)
        return [] if label == "neutral" else [case]

    return _split(_cases(path, _csv_rows(path, ("argument", "topic", "set", "stance_WA")), convert))


def _number(value: str | None) -> float | str | None:
    """The number, or the value itself for the message that it is none."""
    try:
        return float(value or "")
    except ValueError:
        return value


PARTS = {part: part for part in ("train", "dev", "test")}
NEWSMTSC_FILES = ("train.jsonl", "devtest_rw.jsonl", "devtest_mt.jsonl")
SEMEVAL_COLUMNS = ("ID", "Target", "Tweet", "Stance")
SEMEVAL_FILES = (
    (
        "semeval2016-task6-trainingdata.txt",
        "SemEval2016-Task6-subtaskA-testdata-gold.txt",
        "semeval2016-task6-trialdata.txt",
    ),
    (
        "trainingdata-all-annotations.txt",
        "testdata-taskA-all-annotations.txt",
        "trialdata-all-annotations.txt",
    ),
)
"""Training, test and trial file as in the task, and as in the later release with further annotations."""
VAST_FILES = ("vast_train.csv", "vast_test.csv")
PSTANCE_FILES = tuple(f"raw_{part}_{who}.csv" for part in ("train", "test") for who in ("trump", "biden", "bernie"))
PERSPECTRUM_FILES = ("perspectrum_with_answers_v1.0.json", "perspective_pool_v1.0.json", "dataset_split_v1.0.json")
IBM_FILES = ("arg_quality_rank_30k.csv",)

FORMS: Mapping[str, tuple[Form, ...]] = {
    "newsmtsc": (Form(NEWSMTSC_FILES, _newsmtsc),),
    "semeval2016": tuple(Form(files[:2], _semeval2016(*files)) for files in SEMEVAL_FILES),
    "vast": (Form(VAST_FILES, _vast),),
    "pstance": (Form(PSTANCE_FILES, _pstance),),
    "perspectrum": (Form(PERSPECTRUM_FILES, _perspectrum),),
    "ibm_argq30k": (Form(IBM_FILES, _ibm),),
}
"""The official forms of each set, by the name of its subfolder."""

LABELS: Mapping[str, tuple[str, ...]] = {
    "newsmtsc": ("negative", "neutral", "positive"),
    "semeval2016": ("against", "none", "favor"),
    "vast": ("con", "neutral", "pro"),
    "pstance": ("against", "favor"),
    "perspectrum": ("undermine", "support"),
    "ibm_argq30k": ("against", "favor"),
}

HOMES: Mapping[str, str] = {
    "newsmtsc": "https://github.com/fhamborg/NewsMTSC (NewsMTSC-dataset.zip)",
    "semeval2016": "https://www.saifmohammad.com/WebPages/StanceDataset.htm (the stance data of Task 6)",
    "vast": "https://github.com/emilyallaway/zero-shot-stance (data/VAST)",
    "pstance": "https://github.com/chuchun8/PStance (the link or the authors given there)",
    "perspectrum": "https://github.com/CogComp/perspectrum (data/dataset)",
    "ibm_argq30k": "https://research.ibm.com/haifa/dept/vst/debating_data.shtml (IBM-ArgQ-Rank-30kArgs)",
}
"""Where the official files come from."""
