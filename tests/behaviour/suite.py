"""Failure rates of a model on the behaviour suite: python tests/behaviour/suite.py [MODEL]

Prints a Markdown table; ``--write`` keeps the rates as the ceilings that the tests hold.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

import stancelib
from stancelib import Labeler

HERE = Path(__file__).parent
CASES = HERE / "cases"
CEILINGS = HERE / "ceilings.json"


def read_cases(capability: Path) -> list[dict[str, Any]]:
    """The cases of one capability."""
    return [json.loads(line) for line in capability.read_text("utf-8").splitlines()]


def failures(labeler: Labeler, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cases that a model gets wrong.

    A minimum-functionality case fails when the label is another, an invariance case when the two
    labels differ, a directional case when the probability does not move in the given direction.
    """
    texts = [case["text"] for case in cases] + [case.get("changed", "") for case in cases]
    proba = labeler.predict_proba(texts)
    before, after = proba[: len(cases)], proba[len(cases) :]
    classes = labeler.classes_.tolist()
    return [case for case, old, new in zip(cases, before, after, strict=True) if _fails(case, old, new, classes)]


def _fails(case: dict[str, Any], old: np.ndarray, new: np.ndarray, classes: list[str]) -> bool:
    if case["kind"] == "mft":
        return bool(classes[int(old.argmax())] != case["stance"])
    if case["kind"] == "inv":
        return bool(old.argmax() != new.argmax())
    column = classes.index(case["stance"])
    moved = new[column] - old[column]
    return bool(moved <= 0 if case["direction"] == "up" else moved >= 0)


def failure_rates(labeler: Labeler) -> dict[str, float]:
    """Share of failed cases by capability."""
    rates = {}
    for capability in sorted(CASES.glob("*.jsonl")):
        cases = read_cases(capability)
        rates[capability.stem] = round(len(failures(labeler, cases)) / len(cases), 4)
    return rates


def main() -> None:
    """Print the rates of a model, worst first; keep them if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="fast")
    parser.add_argument("--write", action="store_true", help="keep the rates as ceilings")
    arguments = parser.parse_args()
    rates = failure_rates(stancelib.load(arguments.model))
    print(f"| capability | failure rate of {arguments.model} |\n| --- | --- |")
    for name, rate in sorted(rates.items(), key=lambda item: -item[1]):
        print(f"| {name.replace('_', ' ')} | {rate:.2f} |")
    print(f"| *mean* | {sum(rates.values()) / len(rates):.2f} |")
    if arguments.write:
        kept = json.loads(CEILINGS.read_text("utf-8")) if CEILINGS.exists() else {}
        CEILINGS.write_text(json.dumps({**kept, arguments.model: rates}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
