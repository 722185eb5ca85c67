"""Labelled examples: read from JSONL or CSV, checked line by line, split by group."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, overload

from .errors import CorpusError, InputError
from .records import SENTIMENTS, STANCES

__all__ = ["Corpus", "Example", "read_corpus"]

AUTHOR = "author"
"""What the field holder says when the article's own voice takes the stance."""

_TEXT_FIELDS = ("id", "sentiment", "holder", "target", "holder_kind", "genre", "article", "set", "source")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled passage.

    ``holder`` and ``target`` are exact words of ``text``, or ``"author"`` (holder only), or None.
    ``article`` and ``set`` name what must never be torn apart by a split. Fields that stancelib
    does not know are kept in ``more``.
    """

    id: str
    text: str
    stance: str
    sentiment: str | None = None
    holder: str | None = None
    target: str | None = None
    holder_kind: str | None = None
    genre: str | None = None
    article: str | None = None
    set: str | None = None
    source: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """The article, else the contrast set, else the example itself."""
        return self.article or self.set or self.id


class Corpus(Sequence[Example]):
    """A sequence of examples that can be split without tearing groups apart.

    Parameters
    ----------
    examples : iterable of Example
        In the order in which they are kept.

    Examples
    --------
    >>> corpus = Corpus([Example("1", "We back the pact.", "supportive")])
    >>> len(corpus), corpus.stances
    (1, ['supportive'])
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        self.examples = tuple(examples)

    def __len__(self) -> int:
        return len(self.examples)

    def __iter__(self) -> Iterator[Example]:
        return iter(self.examples)

    @overload
    def __getitem__(self, index: int) -> Example: ...
    @overload
    def __getitem__(self, index: slice) -> Corpus: ...
    def __getitem__(self, index: int | slice) -> Example | Corpus:
        return Corpus(self.examples[index]) if isinstance(index, slice) else self.examples[index]

    def __repr__(self) -> str:
        return f"Corpus({len(self)} examples, {len(set(self.groups))} groups)"

    @property
    def texts(self) -> list[str]:
        """The passages."""
        return [example.text for example in self.examples]

    @property
    def stances(self) -> list[str]:
        """One stance per passage."""
        return [example.stance for example in self.examples]

    @property
    def sentiments(self) -> list[str | None]:
        """One sentiment per passage, None where the corpus gives none."""
        return [example.sentiment for example in self.examples]

    @property
    def groups(self) -> list[str]:
        """One group name per passage: examples of one group stay on one side of every split.

        Examples that share an article or a contrast set, also by way of others, are one group.
        """
        leader: dict[str, str] = {}

        def find(name: str) -> str:
            while leader.setdefault(name, name) != name:
                name = leader[name]
            return name

        for example in self.examples:
            if example.article and example.set:
                leader[find(example.set)] = find(example.article)
        return [find(example.group) for example in self.examples]

    def take(self, indices: Iterable[int]) -> Corpus:
        """The examples at the given positions, in that order."""
        return Corpus(self.examples[int(index)] for index in indices)

    def folds(self, n_splits: int = 5, random_state: int | None = 0) -> list[tuple[Corpus, Corpus]]:
        """Grouped, stratified, shuffled folds.

        Parameters
        ----------
        n_splits : int, default 5
            Number of folds; at least 2 and at most the number of groups.
        random_state : int or None, default 0
            Seed of the shuffle.

        Returns
        -------
        list of (Corpus, Corpus)
            Training and held-out part of each fold.

        Raises
        ------
        InputError
            When there are fewer groups than folds.
        """
        from sklearn.model_selection import StratifiedGroupKFold

        groups = self.groups
        commonest = max(Counter(self.stances).values(), default=0)
        if not 2 <= n_splits <= min(len(set(groups)), commonest):
            raise InputError(
                f"{n_splits} folds asked of {len(set(groups))} groups (articles, contrast sets, single examples) and "
                f"{commonest} examples of the commonest stance. Give more examples or fewer folds, at least two."
            )
        splitter = StratifiedGroupKFold(n_splits, shuffle=True, random_state=random_state)
        parts = splitter.split(self.texts, self.stances, groups)
        return [(self.take(train), self.take(held_out)) for train, held_out in parts]

    def split(self, test_share: float = 0.2, random_state: int | None = 0) -> tuple[Corpus, Corpus]:
        """A training part and a held-out part, grouped and stratified.

        Parameters
        ----------
        test_share : float, default 0.2
            Share of the held-out part, above 0 and at most 0.5; met as nearly as whole groups
            and a whole number of folds allow.
        random_state : int or None, default 0
            Seed of the shuffle.

        Returns
        -------
        train, test : Corpus
        """
        if not 0 < test_share <= 0.5:
            raise InputError(f"test_share must be above 0 and at most 0.5, got {test_share!r}")
        return self.folds(max(2, round(1 / test_share)), random_state)[0]


def read_corpus(
    path: str | Path | Iterable[str | Path],
    *,
    stances: Sequence[str] = STANCES,
    sentiments: Sequence[str] = SENTIMENTS,
) -> Corpus:
    """Read and check labelled examples.

    Parameters
    ----------
    path : str, Path, or iterable of them
        ``.jsonl`` or ``.csv`` files in UTF-8 (with or without byte-order mark), or folders of
        such files (read in the order of their names). ``text`` and ``stance`` are required;
        ``id``, ``sentiment``, ``holder``, ``target``, ``genre``, ``article``, ``set`` are known.
    stances, sentiments : sequence of str
        The allowed labels; give your own to read a corpus with other labels.

    Returns
    -------
    Corpus
        All examples, in the order of the files.

    Raises
    ------
    CorpusError
        With every fault of every file, each by file and line. Nothing is dropped silently.
    FileNotFoundError
        When a path does not exist.
    """
    files = _corpus_files(path)
    reader = _Reader(tuple(stances), tuple(sentiments))
    for file in files:
        reader.read(file)
    if not reader.faults and not reader.examples:
        reader.faults.append(f"{', '.join(str(file) for file in files) or path}: no example in it")
    if reader.faults:
        raise CorpusError(reader.faults)
    return Corpus(reader.examples)


def _corpus_files(path: str | Path | Iterable[str | Path]) -> list[Path]:
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(part) for part in path]
    files: list[Path] = []
    for part in paths:
        if not part.exists():
            raise FileNotFoundError(f"no corpus at {part}: give a .jsonl or .csv file or a folder of them")
        if part.is_dir():
            files += sorted(file for file in part.iterdir() if file.suffix in _ROWS and file.is_file())
        elif part.suffix in _ROWS:
            files.append(part)
        else:
            raise InputError(f"{part}: a corpus file ends in .jsonl or .csv, not in {part.suffix!r}")
    return files


class _Reader:
    """Collects examples and faults over several files."""

    def __init__(self, stances: tuple[str, ...], sentiments: tuple[str, ...]) -> None:
        self.stances = stances
        self.sentiments = sentiments
        self.examples: list[Example] = []
        self.faults: list[str] = []
        self._ids: dict[str, str] = {}
        self._labels: dict[str, tuple[str, str]] = {}

    def read(self, file: Path) -> None:
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            self.faults.append(f"{file}:{line}: not UTF-8 ({error.reason}); save the file as UTF-8")
            return
        for line, row in _ROWS[file.suffix](text):
            place = f"{file}:{line}"
            problems = [row] if isinstance(row, str) else self._problems(row, place)
            self.faults += [f"{place}: {problem}" for problem in problems]
            if isinstance(row, dict) and not problems:
                self.examples.append(_example(row, place))

    def _problems(self, row: dict[str, Any], place: str) -> list[str]:
        text = row.get("text")
        if not isinstance(text, str) or not text.strip():
            return [f"text must be a non-empty string, got {text!r}"]
        if any("\ud800" <= character <= "\udfff" for character in text):
            return [f"text has a lone surrogate, which is no character: {text!a:.60}"]
        problems = [
            f"{name} must be a string or null, got {row[name]!r}"
            for name in _TEXT_FIELDS
            if not isinstance(row.get(name), str | None)
        ]
        if row.get("stance") not in self.stances:
            problems.append(f"stance must be one of {', '.join(self.stances)}, got {row.get('stance')!r}")
        if row.get("sentiment") not in (None, *self.sentiments):
            problems.append(f"sentiment must be one of {', '.join(self.sentiments)}, got {row['sentiment']!r}")
        for name in ("holder", "target"):
            words = row.get(name)
            if isinstance(words, str) and words not in text and not (name == "holder" and words == AUTHOR):
                problems.append(f"{name} {words!r} is not in the text; give exact words of it or null")
        return problems + self._clashes(row, text, place)

    def _clashes(self, row: dict[str, Any], text: str, place: str) -> list[str]:
        clashes = []
        if isinstance(row.get("id"), str):
            first = self._ids.setdefault(row["id"], place)
            if first != place:
                clashes.append(f"id {row['id']!r} was used before, at {first}")
        if row.get("stance") not in self.stances:
            return clashes
        stance, first = self._labels.setdefault(text, (row["stance"], place))
        if stance != row["stance"]:
            clashes.append(f"the same text has another stance ({stance}) at {first}")
        return clashes


def _example(row: dict[str, Any], place: str) -> Example:
    known = {name: row[name] for name in ("text", "stance", *_TEXT_FIELDS) if row.get(name) is not None}
    more = {name: value for name, value in row.items() if name not in ("text", "stance", *_TEXT_FIELDS)}
    return Example(**{"id": place, **known}, more=more)


def _jsonl_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except (ValueError, RecursionError) as error:
            yield line, f"not valid JSON ({error})"
            continue
        yield line, row if isinstance(row, dict) else f"a JSON object is expected, got {content.strip()[:60]!r}"


def _csv_rows(text: str) -> Iterator[tuple[int, dict[str, Any] | str]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if not {"text", "stance"} <= set(reader.fieldnames or ()):
            yield 1, f"the columns text and stance are needed, got {', '.join(reader.fieldnames or ()) or 'none'}"
            return
        for row in reader:
            if None in row or None in row.values():
                yield reader.line_num, f"{len(reader.fieldnames or ())} columns expected, this row has another number"
            else:
                yield reader.line_num, {name: value or None for name, value in row.items()}
    except csv.Error as error:
        yield reader.line_num, f"not valid CSV ({error})"


_ROWS = {".jsonl": _jsonl_rows, ".csv": _csv_rows}
