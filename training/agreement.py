"""Do two readers agree? python training/agreement.py SECOND_READING.tsv ...

The corpus is the first reading. A second reading has one line per passage, ``ID<TAB>STANCE+TONE``
and an optional note after another tab: ``w01-0003<TAB>S0``; stances S, C, O, N, tones +, 0, -.
``--disagreements FILE`` writes what is to be adjudicated. Labels that were changed afterwards no
longer are a first reading: give the files that keep what they were with ``--adjudicated``, and
their ``first`` counts instead of the corpus's label.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nltk.metrics.agreement import AnnotationTask

from stancelib.corpus import Corpus, read_corpus
from stancelib.errors import CorpusError
from stancelib.records import SENTIMENTS, STANCES

CORPUS = Path(__file__).parent / "corpus"

STANCE_LETTERS = dict(zip("SCON", STANCES, strict=True))
TONE_SIGNS = dict(zip("+0-", SENTIMENTS, strict=True))
LABELS = {"stance": STANCES, "sentiment": SENTIMENTS}

_LABEL = re.compile(r"([SCON])([+0-])")

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What the second reader gave a passage."""

    id: str
    stance: str
    sentiment: str
    note: str = ""


@dataclass(frozen=True)
class Disagreement:
    """One field of one passage on which two readers differ."""

    id: str
    text: str
    first: str
    second: str
    field: str
    note: str = ""

    def to_json(self) -> str:
        """One line; a note only when there is one."""
        row = {name: getattr(self, name) for name in ("id", "text", "first", "second", "field")}
        return json.dumps(row | ({"note": self.note} if self.note else {}), ensure_ascii=False)


def read_second(files: Iterable[Path], known: Iterable[str]) -> list[Reading]:
    """The second readings, in the order of the files; empty lines are skipped.

    Parameters
    ----------
    files : iterable of Path
    known : iterable of str
        Identifiers that the corpus has.

    Raises
    ------
    CorpusError
        With every line that is malformed, names no known passage or names one a second time.
    """
    identifiers = set(known)
    readings: dict[str, Reading] = {}
    faults = []
    for file in files:
        for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
            if not line.strip():
                continue
            name, label, note = [*map(str.strip, line.split("\t", 2)), "", ""][:3]
            match = _LABEL.fullmatch(label)
            if not match:
                faults.append(f"{file}:{number}: expected ID<TAB>LABEL such as w01-0003<TAB>S0, got {line[:60]!r}")
            elif name not in identifiers:
                faults.append(f"{file}:{number}: the corpus has no passage {name!r}")
            elif name in readings:
                faults.append(f"{file}:{number}: {name!r} was read before; keep one second reading per passage")
            else:
                readings[name] = Reading(name, STANCE_LETTERS[match[1]], TONE_SIGNS[match[2]], note)
    if faults:
        raise CorpusError(faults)
    return list(readings.values())


def first_labels(corpus: Corpus, adjudicated: Iterable[Path] = ()) -> dict[str, dict[str, str]]:
    """Stance and sentiment of the first reading by identifier; sentiment only where it was given.

    A line of ``adjudicated`` is a `Disagreement`, or has both labels, ``"first": [stance, sentiment]``.
    """
    labels = {e.id: {"stance": e.stance} | ({"sentiment": e.sentiment} if e.sentiment else {}) for e in corpus}
    for file in adjudicated:
        for line in filter(str.strip, file.read_text("utf-8").split("\n")):
            row: dict[str, Any] = json.loads(line)
            if row["id"] in labels:
                labels[row["id"]] |= (
                    {row["field"]: row["first"]} if "field" in row else dict(zip(LABELS, row["first"], strict=True))
                )
    return labels


def label_pairs(labels: dict[str, dict[str, str]], readings: Iterable[Reading], field: str) -> list[tuple[str, str]]:
    """First and second label of one field, for every passage that both gave one."""
    return [(labels[r.id][field], getattr(r, field)) for r in readings if field in labels[r.id]]


def coefficients(pairs: Pairs) -> tuple[float, float, float]:
    """Raw agreement, Cohen's kappa and Krippendorff's alpha; the last two are nan when nothing varies."""
    raw = sum(first == second for first, second in pairs) / len(pairs)
    if len({label for pair in pairs for label in pair}) < 2:
        return raw, float("nan"), float("nan")
    rows = [(coder, i, label) for i, pair in enumerate(pairs) for coder, label in zip("12", pair, strict=True)]
    task = AnnotationTask(rows)
    return raw, float(task.kappa()), float(task.alpha())


def disagreements(
    corpus: Corpus, labels: dict[str, dict[str, str]], readings: Iterable[Reading]
) -> Iterator[Disagreement]:
    """Every field on which the two readings differ."""
    texts = {example.id: example.text for example in corpus}
    for reading in readings:
        for field in LABELS:
            first, second = labels[reading.id].get(field), getattr(reading, field)
            if first is not None and first != second:
                yield Disagreement(reading.id, texts[reading.id], first, second, field, reading.note)


def agreement_table(fields: dict[str, Pairs]) -> str:
    """Each field, and each label against all others, as a Markdown table.

    Of a label, raw agreement is the share of the passages that either reader gave it (each reader's
    counted) on which the other agrees.
    """
    lines = [
        "| field | label | passages | raw agreement | Cohen's κ | Krippendorff's α |",
        "| --- | --- | --: | --: | --: | --: |",
    ]
    for field, pairs in fields.items():
        if not pairs:
            continue
        raw, kappa, alpha = coefficients(pairs)
        lines.append(f"| {field} | *all* | {len(pairs)} | {raw:.3f} | {kappa:.3f} | {alpha:.3f} |")
        for label in LABELS[field]:
            either = sum(pair.count(label) for pair in pairs)
            both = sum(pair == (label, label) for pair in pairs)
            _, kappa, alpha = coefficients([(str(a == label), str(b == label)) for a, b in pairs])
            raw = 2 * both / either if either else float("nan")
            given = sum(first == label for first, _ in pairs)
            lines.append(f"| {field} | {label} | {given} | {raw:.3f} | {kappa:.3f} | {alpha:.3f} |")
    return "\n".join(lines)


def confusion_table(field: str, pairs: Pairs) -> str:
    """First labels down, second labels across, as a Markdown table."""
    counts = Counter(pairs)
    order = LABELS[field]
    lines = [f"| {field}: first ↓ second → | {' | '.join(order)} |", f"| --- |{' --: |' * len(order)}"]
    lines += [f"| {first} | {' | '.join(str(counts[first, second]) for second in order)} |" for first in order]
    return "\n".join(lines)


def main() -> int:
    """Print the tables; write the disagreements when asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("second", type=Path, nargs="+", help="files of second readings")
    parser.add_argument("--corpus", type=Path, nargs="+", default=[CORPUS])
    parser.add_argument("--adjudicated", type=Path, nargs="*", default=[], help="disagreements written before a change")
    parser.add_argument("--disagreements", type=Path, metavar="OUT.jsonl")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.corpus)
    try:
        readings = read_second(arguments.second, (example.id for example in corpus))
    except CorpusError as error:
        print("\n".join(error.faults), file=sys.stderr)
        return 1
    labels = first_labels(corpus, arguments.adjudicated)
    fields: dict[str, Pairs] = {field: label_pairs(labels, readings, field) for field in LABELS}
    print(agreement_table(fields))
    for field, pairs in fields.items():
        print(f"\n{confusion_table(field, pairs)}")
    if arguments.disagreements:
        rows = [disagreement.to_json() + "\n" for disagreement in disagreements(corpus, labels, readings)]
        arguments.disagreements.write_text("".join(rows), encoding="utf-8")
        print(f"\n{len(rows)} disagreements written to {arguments.disagreements.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
