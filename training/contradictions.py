"""Which labels does the model contradict? python training/contradictions.py OUT.jsonl

Grouped cross-validation of the fast stance classifier; every passage whose label the model
contradicts with a probability of at least ``--at-least`` is written as ``{"id", "text", "given",
"model", "probability"}``, the highest probability first, to be read again. ``--read-before`` leaves
out what was listed in an earlier file with the same given label. Prints how many there are by label.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from recipes import stance_classifier

from stancelib.corpus import Corpus, read_corpus
from stancelib.records import STANCES

CORPUS = Path(__file__).parent / "corpus"

CALIBRATION_FOLDS = 2
"""Fewer than for the shipped model: the probabilities must rank passages of all folds together."""

Classifier = Callable[[Corpus], Callable[[list[str]], NDArray[np.float64]]]


@dataclass(frozen=True)
class Contradiction:
    """A passage whose held-out label is another one than it was given."""

    id: str
    text: str
    given: str
    model: str
    probability: float


def fast_stances(train: Corpus) -> Callable[[list[str]], NDArray[np.float64]]:
    """Probabilities by the fast stance classifier, columns as `STANCES`."""
    model = stance_classifier(train, calibration_folds=CALIBRATION_FOLDS)
    columns = [model.classes_.tolist().index(stance) for stance in STANCES]
    return lambda texts: np.asarray(model.predict_proba(texts)[:, columns])


def contradictions(
    corpus: Corpus, n_splits: int = 5, at_least: float = 0.7, classifier: Classifier = fast_stances
) -> list[Contradiction]:
    """Passages whose label a model that has not seen their group contradicts.

    Parameters
    ----------
    corpus : Corpus
    n_splits : int, default 5
        Grouped folds.
    at_least : float, default 0.7
        Probability, 0 to 1, of the label that the model gives instead.
    classifier : callable, optional
        From a training part to a function from texts to probabilities, columns as `STANCES`.

    Returns
    -------
    list of Contradiction
        The highest probability first.
    """
    found = []
    for train, held_out in corpus.folds(n_splits):
        probabilities = classifier(train)(held_out.texts)
        for example, row in zip(held_out, probabilities, strict=True):
            best = int(row.argmax())
            if STANCES[best] != example.stance and row[best] >= at_least:
                probability = round(float(row[best]), 4)
                found.append(Contradiction(example.id, example.text, example.stance, STANCES[best], probability))
    return sorted(found, key=lambda item: (-item.probability, item.id))


def not_read_before(found: Iterable[Contradiction], earlier: Iterable[Path]) -> list[Contradiction]:
    """Those that no earlier file lists with the same given label."""
    rows = [json.loads(line) for file in earlier for line in filter(str.strip, file.read_text("utf-8").split("\n"))]
    read = {(row["id"], row["given"]) for row in rows}
    return [item for item in found if (item.id, item.given) not in read]


def counts_table(found: Sequence[Contradiction], corpus: Corpus) -> str:
    """Given labels down, the model's across, as a Markdown table."""
    counts, given = Counter((item.given, item.model) for item in found), Counter(corpus.stances)
    lines = [f"| given ↓ model → | {' | '.join(STANCES)} | of passages |", f"| --- |{' --: |' * (len(STANCES) + 1)}"]
    for label in STANCES:
        cells = [str(counts[label, other] or "") for other in STANCES]
        lines.append(f"| {label} | {' | '.join(cells)} | {given[label]} |")
    return "\n".join(lines)


def main() -> int:
    """Write the passages to read again."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, metavar="OUT.jsonl")
    parser.add_argument("--corpus", type=Path, nargs="+", default=[CORPUS])
    parser.add_argument("--at-least", type=float, default=0.7, help="probability of the model's label (%(default)s)")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--read-before", type=Path, nargs="*", default=[], metavar="EARLIER.jsonl")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.corpus)
    everything = contradictions(corpus, arguments.folds, arguments.at_least)
    found = not_read_before(everything, arguments.read_before)
    lines = [json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in found]
    arguments.output.write_text("".join(lines), encoding="utf-8")
    print(counts_table(found, corpus))
    print(f"\n{len(found)} to read again, {len(everything) - len(found)} more read before")
    return 0


if __name__ == "__main__":
    sys.exit(main())
