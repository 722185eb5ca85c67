"""Does the name of a state decide? python training/identity_swaps.py [FILE ...]

Exchanges every state in a passage, with its adjective and capital, for another one, and labels both:
the stance comes from the words, so it must stay. Prints for each model and file how many passages
keep their stance, and how much the stance's probability changes on average. Without files: the tenth
of the corpus that the accurate model has not seen.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from held_out import split_held_out

import stancelib
from stancelib import Labeler
from stancelib.corpus import read_corpus
from stancelib.gazetteer import STATES

CORPUS = Path(__file__).parent / "corpus"

SWAPS = 3
"""Times that the names of each passage are exchanged."""

PLACES = {name: (row, column) for column in (2, 1, 0) for row, names in enumerate(STATES) for name in (names[column],)}
"""Row and column in `STATES` of every name; a capital called like its state counts as the state."""

NAMED = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, PLACES), key=len, reverse=True))})(?=s?(?!\w))")


def exchange(random_state: random.Random, texts: Sequence[str]) -> list[str]:
    """The texts with each state, its adjective and its capital exchanged for another state's.

    Parameters
    ----------
    random_state : random.Random
    texts : sequence of str
        Exchanged alike: a state that two of them name becomes the same other state in both.

    Returns
    -------
    list of str
    """
    found = sorted({PLACES[name][0] for text in texts for name in NAMED.findall(text)})
    others = [row for row in range(len(STATES)) if row not in found]
    other = dict(zip(found, random_state.sample(others, len(found)), strict=True))
    return [NAMED.sub(lambda match: STATES[other[PLACES[match[1]][0]]][PLACES[match[1]][1]], text) for text in texts]


def steadiness(labeler: Labeler, texts: Sequence[str], swaps: int = SWAPS, seed: int = 0) -> tuple[int, float, float]:
    """How steady stances are when states are exchanged.

    Returns
    -------
    n_passages : int
        Passages that name a state.
    unchanged : float
        Share of all swaps that leave the stance as it is.
    change : float
        Mean absolute change of the probability of the stance.
    """
    random_state = random.Random(seed)
    named = [text for text in texts if NAMED.search(text)]
    before = labeler.predict_proba(named)
    rows, top = np.arange(len(named)), before.argmax(axis=1)
    same, changes = [], []
    for _ in range(swaps):
        after = labeler.predict_proba([exchange(random_state, [text])[0] for text in named])
        same.append(after.argmax(axis=1) == top)
        changes.append(np.abs(after[rows, top] - before[rows, top]))
    return len(named), float(np.mean(same)), float(np.mean(changes))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, help="JSONL with a text field")
    parser.add_argument("--models", nargs="*", default=["fast", "accurate"])
    arguments = parser.parse_args()
    sets = {"held-out tenth of the corpus": split_held_out(read_corpus(CORPUS))[1].texts}
    if arguments.files:
        sets = {
            file.stem: [json.loads(line)["text"] for line in file.open(encoding="utf-8")] for file in arguments.files
        }
    print("| model | passages | naming a state | stance unchanged | mean change of probability |")
    print("| --- | --- | --- | --- | --- |")
    for model in arguments.models:
        for name, texts in sets.items():
            count, unchanged, change = steadiness(stancelib.load(model), texts)
            print(f"| {model} | {name} | {count} | {unchanged:.3f} | {change:.4f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
