"""The behaviour suite: no capability may become worse than it was."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import stancelib

sys.path.insert(0, str(Path(__file__).parent / "behaviour"))

from suite import CASES, CEILINGS, failures, read_cases

CEILING = json.loads(CEILINGS.read_text("utf-8"))
NAMES = sorted(path.stem for path in CASES.glob("*.jsonl"))


@pytest.mark.parametrize("capability", NAMES)
def test_the_fast_model_fails_no_more_than_before(capability: str) -> None:
    cases = read_cases(CASES / f"{capability}.jsonl")
    rate = len(failures(stancelib.load(), cases)) / len(cases)
    assert rate <= CEILING["fast"][capability] + 1e-4


def test_the_accurate_model_fails_no_more_than_before() -> None:
    pytest.importorskip("onnxruntime", reason="needs pip install 'stancelib[accurate]'")
    model = stancelib.load("accurate")
    cases = [case for name in NAMES for case in read_cases(CASES / f"{name}.jsonl")]
    sizes = {name: len(read_cases(CASES / f"{name}.jsonl")) for name in NAMES}
    allowed = sum(CEILING["accurate"][name] * size for name, size in sizes.items())
    assert len(failures(model, cases)) <= allowed + 0.01 * len(cases)


@pytest.mark.parametrize("capability", NAMES)
def test_every_capability_has_twenty_whole_cases(capability: str) -> None:
    cases = read_cases(CASES / f"{capability}.jsonl")
    fields = {"mft": {"stance"}, "inv": {"changed"}, "dir": {"changed", "stance", "direction"}}
    assert len(cases) >= 20
    assert all({"kind", "text"} | fields[case["kind"]] == set(case) for case in cases)


def test_a_model_that_always_says_the_same_fails_most_cases() -> None:
    class Constant:
        classes_ = stancelib.load().classes_

        def predict_proba(self, texts: list[str]):
            return stancelib.load().predict_proba([""]).repeat(len(texts), axis=0)

    cases = [case for name in NAMES for case in read_cases(CASES / f"{name}.jsonl") if case["kind"] != "inv"]
    assert len(failures(Constant(), cases)) > 0.7 * len(cases)  # type: ignore[arg-type]
