"""Is the evidence the reason? python tests/benchmarks/evidence_deletion.py [MODEL ...]

Takes the strongest evidence out of every passage of the corpus's held-out tenth, and for comparison
as many words drawn at random from the rest, and asks for the probability of the stance again.
Evidence that is the reason lowers it far more. Prints the mean change and how often the stance falls.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

import stancelib
from stancelib import Evidence, LabeledPassage, Labeler

TRAINING = Path(__file__).parents[2] / "training"
sys.path.insert(0, str(TRAINING))

from held_out import split_held_out

WORD = re.compile(r"\w[\w'’-]*")


class Deletion(NamedTuple):
    """What taking words out did: mean change of the stance's probability, share of stances that fell."""

    change: float
    fallen: float


def without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text without some stretches."""
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def random_words(text: str, evidence: Evidence, random_state: random.Random) -> list[tuple[int, int]]:
    """As many words as the evidence has, from the rest of the text."""
    count = len(WORD.findall(evidence.text))
    others = [m.span() for m in WORD.finditer(text) if m.end() <= evidence.start or m.start() >= evidence.end]
    return random_state.sample(others, min(count, len(others)))


def deletion(labeler: Labeler, passages: Sequence[LabeledPassage], cut: Sequence[str]) -> Deletion:
    """What the labeler says of the passages after words were cut out."""
    column = [labeler.classes_.tolist().index(passage.stance) for passage in passages]
    after = labeler.predict_proba(cut)
    changes = after[np.arange(len(cut)), column] - [passage.probability for passage in passages]
    return Deletion(float(changes.mean()), float((after.argmax(axis=1) != column).mean()))


def measure(labeler: Labeler, texts: Sequence[str], seed: int = 0) -> tuple[int, Deletion, Deletion]:
    """Number of passages with evidence, and the two deletions: of the evidence, of random words."""
    random_state = random.Random(seed)
    passages = [p for p in labeler.label_passages(texts) if p.evidence and p.evidence[0].weight > 0]
    top = [without(p.text, [p.evidence[0][:2]]) for p in passages]
    other = [without(p.text, random_words(p.text, p.evidence[0], random_state)) for p in passages]
    return len(passages), deletion(labeler, passages, top), deletion(labeler, passages, other)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="*", default=["fast", "accurate"])
    texts = split_held_out(stancelib.read_corpus(TRAINING / "corpus"))[1].texts
    print("| model | passages | taken out | mean change of probability | stance falls |")
    print("| --- | --- | --- | --- | --- |")
    for model in parser.parse_args().models:
        count, top, other = measure(stancelib.load(model), texts)
        print(f"| {model} | {count} | strongest evidence | {top.change:+.3f} | {top.fallen:.2f} |")
        print(f"| {model} | {count} | random words | {other.change:+.3f} | {other.fallen:.2f} |", flush=True)


if __name__ == "__main__":
    main()
