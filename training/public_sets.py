"""The public sets of the intermediate training, read as token sequences.

Used with their targets: sentiment toward a target in news (NewsMTSC, MIT-style licence) and pro/con
arguments on a motion or claim (IBM ArgQ 30k, CC BY-SA 3.0; Perspectrum, CC BY-SA 4.0). None of them
is part of this repository; every folder holds ``train.jsonl`` and ``dev.jsonl``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from encoder_model import CLS, SEP, TARGET_END, TARGET_START, Labelled
from tokenizers import Tokenizer

TONES = {"negative": 0, "neutral": 1, "positive": 2}
SIDES = {"against": 0, "undermine": 0, "favor": 1, "support": 1}

NEWS_SET = "newsmtsc"
ARGUMENT_SETS = ("ibm_argq30k", "perspectrum")

LONGEST = 128
"""Tokens of a sequence, frame included."""


def read_public_sets(folder: Path, split: str, tokenizer: Tokenizer) -> dict[str, list[Labelled]]:
    """The examples of every set by its name.

    Raises
    ------
    FileNotFoundError
        If the folder lacks one of the sets.
    """
    readers = {NEWS_SET: _news_example} | dict.fromkeys(ARGUMENT_SETS, _argument_example)
    return {
        name: [read(row, tokenizer) for row in _rows(folder / name / f"{split}.jsonl")]
        for name, read in readers.items()
    }


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: --public-sets needs {NEWS_SET}, {' and '.join(ARGUMENT_SETS)}")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def _ids(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return ids


def mark_target(text: str, span: tuple[int, int], tokenizer: Tokenizer) -> list[int]:
    """A text with its target between two markers; both ends are cut evenly when it is too long."""
    start, end = span
    before, target, after = (_ids(tokenizer, part) for part in (text[:start], text[start:end], text[end:]))
    target = target[: LONGEST - 4]
    room = LONGEST - 4 - len(target)
    if len(before) + len(after) > room:
        kept = min(len(before), max(room // 2, room - len(after)))
        before, after = before[len(before) - kept :], after[: room - kept]
    return [CLS, *before, TARGET_START, *target, TARGET_END, *after, SEP]


def pair_target(text: str, target: str, tokenizer: Tokenizer) -> tuple[list[int], int]:
    """A text, cut at its end when too long, and its target as second segment; also the first segment's length."""
    second = _ids(tokenizer, target)[: LONGEST // 2]
    first = _ids(tokenizer, text)[: LONGEST - 3 - len(second)]
    return [CLS, *first, SEP, *second, SEP], len(first) + 2


def _news_example(row: dict[str, Any], tokenizer: Tokenizer) -> Labelled:
    """A sentence with its target marked."""
    ids = mark_target(row["text"], (row["start"], row["end"]), tokenizer)
    return Labelled(ids, len(ids), {"tone": TONES[row["sentiment"]]})


def _argument_example(row: dict[str, Any], tokenizer: Tokenizer) -> Labelled:
    """An argument and, as second segment, the motion or claim it speaks to."""
    ids, first = pair_target(row["text"], row["target"], tokenizer)
    return Labelled(ids, first, {"argument": SIDES[row["label"]]})
