"""Check the whole corpus: python training/check_corpus.py [--held-out FILE ...] [--coverage]

Schema and labels, holder and target as exact words, duplicates and near-duplicates outside
contrast sets, runs of words shared with held-out files, coverage and balance. Exit status 1 when
anything is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from stancelib.corpus import Corpus, Example, read_corpus
from stancelib.errors import CorpusError
from stancelib.records import STANCES

CORPUS = Path(__file__).parent / "corpus"

NEAR_DUPLICATE = 0.3
"""Jaccard similarity of the sets of five-word runs from which two passages are one too many."""

LEAK_RUN = 8
"""Words in a row that a passage must not share with a held-out text."""

WORDS = (4, 130)
"""Fewest and most words of a passage; headlines are short, a few explanations long."""


def words_of(text: str) -> list[str]:
    """Lower-case words, without punctuation."""
    return re.findall(r"\w+", text.lower())


def runs(words: Sequence[str], length: int) -> set[tuple[str, ...]]:
    """All runs of ``length`` words."""
    return {tuple(words[start : start + length]) for start in range(len(words) - length + 1)}


def near_duplicates(corpus: Corpus) -> Iterator[str]:
    """Pairs of passages that share too many five-word runs, pairs of one contrast set left out."""
    owners: dict[tuple[str, ...], list[int]] = defaultdict(list)
    shingles = [runs(words_of(example.text), 5) for example in corpus]
    for number, own in enumerate(shingles):
        shared = Counter(other for run in own for other in owners[run])
        for other, count in shared.items():
            similarity = count / len(own | shingles[other])
            one_set = corpus[number].set is not None and corpus[number].set == corpus[other].set
            if similarity >= NEAR_DUPLICATE and not one_set:
                yield f"{corpus[number].id} and {corpus[other].id} are near-duplicates ({similarity:.2f})"
        for run in own:
            owners[run].append(number)


def lengths(corpus: Corpus) -> Iterator[str]:
    """Passages that are too short or too long."""
    for example in corpus:
        count = len(words_of(example.text))
        if not WORDS[0] <= count <= WORDS[1]:
            yield f"{example.id} has {count} words, allowed are {WORDS[0]} to {WORDS[1]}"


def incomplete_sets(corpus: Corpus) -> Iterator[str]:
    """Contrast sets that do not show every stance once."""
    stances: dict[str, list[str]] = defaultdict(list)
    for example in corpus:
        if example.set:
            stances[example.set].append(example.stance)
    for name, members in stances.items():
        if sorted(members) != ["cautionary", "neutral", "opposed", "supportive"]:
            yield f"contrast set {name} has the stances {', '.join(sorted(members))}"


def holders(corpus: Corpus) -> Iterator[str]:
    """Passages with a stance but a neutral one's fields, and the reverse."""
    for example in corpus:
        if (example.holder == "author") != (example.holder_kind == "author") and example.holder_kind:
            yield f"{example.id}: holder {example.holder!r} and kind {example.holder_kind!r} contradict each other"


def leaks(corpus: Corpus, files: Iterable[Path]) -> Iterator[str]:
    """Passages that share a run of words with a held-out text."""
    held_out = {run: file.name for file in files for run in runs(words_of(file.read_text("utf-8")), LEAK_RUN)}
    for example in corpus:
        found = runs(words_of(example.text), LEAK_RUN) & held_out.keys()
        for run in sorted(found)[:1]:
            yield f"{example.id} shares {' '.join(run)!r} with {held_out[run]}"


def summary(corpus: Corpus) -> str:
    """Counts of labels and fields."""

    def share(counts: Counter[str]) -> str:
        return ", ".join(f"{name} {count}" for name, count in counts.most_common(12))

    lines = [f"{len(corpus)} passages in {len(set(corpus.groups))} groups"]
    for name in ("stance", "sentiment", "genre", "holder_kind", "form", "family", "region"):
        lines.append(f"{name}: " + share(Counter(_field(example, name) for example in corpus)))
    counts = sorted(len(words_of(example.text)) for example in corpus)
    quantiles = [counts[int(len(counts) * q)] for q in (0.05, 0.25, 0.5, 0.75, 0.95)]
    return "\n".join([*lines, f"words (5, 25, 50, 75, 95 %): {', '.join(map(str, quantiles))}"])


MATRIX = ("form", "family", "genre", "region", "holder_kind")
"""Fields that the coverage plan crosses with the stances."""

PLANNED = {
    "direct quotation": ("form", "quote", 800),
    "reported speech": ("form", "reported", 1000),
    "concession": ("form", "concession", 60),
    "condition": ("form", "condition", 120),
    "negation": ("form", "negation", 60),
    "rejected fear": ("form", "rejected-fear", 40),
    "friendly refusal": ("form", "refusal-friendly", 60),
    "hostile refusal": ("form", "refusal-hostile", 40),
    "commitment": ("form", "commitment", 200),
    "irony": ("form", "irony", 60),
    "poll": ("form", "poll", 30),
    "figures": ("form", "figures", 250),
    "headline": ("form", "headline", 60),
    "both sides": ("form", "both-sides", 100),
    "rhetorical question": ("form", "question", 120),
    "second sentence turns the first": ("form", "turn", 60),
    "aim only reported": ("form", "aim-reported", 150),
}
"""Least counts of the rhetorical forms, over the files that name their form."""


def coverage(corpus: Corpus) -> str:
    """The plan beside what was reached, and the counts of each field by stance, in Markdown."""
    lines = ["| planned form | at least | reached |", "| --- | --- | --- |"]
    for title, (name, value, least) in PLANNED.items():
        lines.append(f"| {title} | {least} | {sum(_field(example, name) == value for example in corpus)} |")
    for name in MATRIX:
        counts = Counter((_field(example, name), example.stance) for example in corpus)
        lines += ["", f"| {name} | " + " | ".join(STANCES) + " |", "| --- " * (len(STANCES) + 1) + "|"]
        for value in sorted({value for value, _ in counts}):
            lines.append(f"| {value} | " + " | ".join(str(counts[value, stance]) for stance in STANCES) + " |")
    return "\n".join(lines)


def _field(example: Example, name: str) -> str:
    return str(getattr(example, name, None) or example.more.get(name) or "not given")


def main() -> int:
    """Check, print what is wrong and a summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--coverage", action="store_true", help="print the coverage matrix instead of checking")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    try:
        corpus = read_corpus(arguments.corpus)
    except CorpusError as error:
        print("\n".join(error.faults))
        return 1
    if arguments.coverage:
        print(coverage(corpus))
        return 0
    faults = [*lengths(corpus), *incomplete_sets(corpus), *holders(corpus), *near_duplicates(corpus)]
    faults += leaks(corpus, arguments.held_out)
    print("\n".join(faults))
    print(summary(corpus))
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
