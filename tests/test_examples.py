"""The example articles, their key, and the example scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import stancelib

EXAMPLES = Path(__file__).parent.parent / "examples"
KEY = [json.loads(line) for line in (EXAMPLES / "key.jsonl").read_text("utf-8").splitlines()]
ARTICLES = sorted((EXAMPLES / "articles").glob("*.txt"))


@pytest.mark.parametrize("file", ARTICLES, ids=lambda file: file.stem)
def test_the_key_covers_the_whole_article_in_order(file: Path) -> None:
    texts = [row["text"] for row in KEY if row["article"] == file.name]
    assert 8 <= len(texts) <= 15
    assert "\n".join(texts) + "\n" == file.read_text("utf-8")


def test_the_splitter_cuts_the_articles_nearly_as_the_key_does() -> None:
    passages = {p.text for file in ARTICLES for p in stancelib.load().label(file.read_text("utf-8"))}
    same = sum(row["text"] in passages for row in KEY)
    assert same >= 0.85 * len(KEY)


def test_the_labels_agree_with_the_key_far_more_often_than_the_majority_would() -> None:
    stances = stancelib.load().predict([row["text"] for row in KEY])
    hits = sum(stance == row["stance"] for stance, row in zip(stances, KEY, strict=True))
    neutral = sum(row["stance"] == "neutral" for row in KEY)
    assert hits >= 0.6 * len(KEY)
    assert hits > neutral


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda script: script.stem)
def test_example_scripts_run_and_print(script: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 3
    assert list(tmp_path.iterdir()) == []
