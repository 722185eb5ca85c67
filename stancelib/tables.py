"""Labelled passages as a table that people can read in a terminal."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["passage_table"]

COLORS = {"supportive": "32", "cautionary": "33", "opposed": "31", "neutral": "2"}
"""Terminal colors of the stances; none where NO_COLOR is set."""

STANCE_WIDTH, PROBABILITY_WIDTH, SENTIMENT_WIDTH = 12, 6, 10
LINES = 3
"""Lines of a passage that are shown."""


def passage_table(rows: Sequence[Mapping[str, Any]], width: int | None = None, color: bool | None = None) -> str:
    """A table of the labelled passages of one file.

    Parameters
    ----------
    rows : sequence of mapping
        Output rows, at least one.
    width : int, optional
        In characters; default that of the terminal, at most 120.
    color : bool, optional
        Default: unless the variable NO_COLOR is set.

    Returns
    -------
    str
    """
    width = width or min(120, shutil.get_terminal_size((100, 24)).columns)
    color = "NO_COLOR" not in os.environ if color is None else color
    head = "stance".ljust(STANCE_WIDTH) + "prob".ljust(PROBABILITY_WIDTH) + "tone".ljust(SENTIMENT_WIDTH)
    lines = [str(rows[0]["article"]), head + "passage", "─" * width]
    for row in rows:
        lines += _passage_lines(row, width, color)
    return "\n".join(lines)


def _passage_lines(row: Mapping[str, Any], width: int, color: bool) -> list[str]:
    stance = str(row["stance"])
    mark = "?" if row["abstained"] else " "
    label = (mark + stance).ljust(STANCE_WIDTH - 1) + " "
    if color and stance in COLORS:
        label = f"\033[{COLORS[stance]}m{label}\033[0m"
    left = f"{row['probability']:.2f}".ljust(PROBABILITY_WIDTH) + str(row["sentiment"]).ljust(SENTIMENT_WIDTH)
    indent = STANCE_WIDTH + PROBABILITY_WIDTH + SENTIMENT_WIDTH
    text = textwrap.wrap(_printable(row["text"]), max(30, width - indent), max_lines=LINES, placeholder=" …")
    first, *rest = text or [""]
    lines = [label + left + first, *(" " * indent + line for line in rest)]
    words = ", ".join(f"{part['text']} {part['weight']:+.2f}" for part in row["evidence"][:4])
    who = _who(row)
    if who:
        lines.append(" " * indent + f"  {who}")
    note = row["reason"] or _printable(words)
    return [*lines, " " * indent + f"  ↳ {note}"] if note else lines


def _who(row: Mapping[str, Any]) -> str:
    """Holder and initiative, as far as they are known."""
    holder = row["holder"]["text"] if row["holder"] else "the author" if row["holder_kind"] == "author" else ""
    initiative = row.get("initiative_name") or (row["initiative"]["text"] if row["initiative"] else "")
    return " → ".join(_printable(part) for part in (holder, initiative) if part) if holder else ""


def _printable(text: str) -> str:
    """One line without control characters or lone surrogates, which a terminal would act or choke on."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
