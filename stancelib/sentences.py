"""Sentences and paragraphs of a text, with offsets into the untouched text.

One regular expression finds every candidate, a run of stops with what closes after it; small checks
decide each one, with the abbreviations and sentence starters of ``data/sentences.json``, which
``training/learn_sentences.py`` learned with nltk's Punkt and a person reviewed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from stancelib.errors import TextTypeError
from stancelib.records import Span

__all__ = ["split_paragraphs", "split_sentences"]

SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)
"""Whitespace as ``str.isspace`` has it, and the zero-width characters that web copies leave behind."""

OPENERS = "\"'“‘„‚«‹¿¡([{*_\u200e\u200f\u202a-\u202e\u2066-\u2069"
CLOSERS = "\"'”’“‘»›)\\]}*_\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufe0f\u2600-\u27bf\U0001f000-\U0001faff"

_CANDIDATE = re.compile(
    "[.!?…‼⁇⁈⁉؟۔।。！？]++"
    rf"((?:\[\d{{1,3}}\]|[{CLOSERS}])*+(?:[ \xa0\u202f][»](?!\w))?+)"
    r"([\s\u200b\u2060\ufeff]*+)"
    rf"(?=[{OPENERS}]*+(\w*+(?:-\w++)?))"
)
_OPENING = re.compile(f"^[{OPENERS}]+")
_LOWERCASE_START = re.compile(rf"[{OPENERS}]*(?:[a-z]{{1,2}}-?[A-Z]|[a-z]\)\s)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]$")
_NUMERAL = re.compile(r"\d|[IVXLC]+$")
_ENUMERATOR = re.compile(r"(?:\d{1,2}|[A-Za-z]|[ivx]{2,4})$")
_SPEECH_TAIL = r"\b(?=[.,;:]|$| (?:as|at|before|during|from|in|on|when|while)\b)"
_QUOTES = frozenset("\"'”’»")
_CONTINUES = frozenset(",;:…)]}–—-")
_ANSWER = re.compile(r"[?!]\s+[–—-]\s+[^\W\d_a-z]")
_REACH = 24
"""Characters looked at before a stop: longer words are no abbreviations."""

_WRAP_WIDTHS = range(51, 121)
_UNFINISHED = re.compile(
    r"(?:,|\b(?:an?|and|are|as|at|by|for|from|has|have|his|in|into|is|its|of|on|or|that|the|their|to|was"
    r"|were|which|who|will|with))$"
)
_BULLET = re.compile(r"[•◦▪‣·●○*>–—-]\s|\(?(?:\d{1,3}|[A-Za-z])[.)]\s")


@dataclass(frozen=True, slots=True)
class _Rules:
    kinds: dict[str, str]
    starters: frozenset[str]
    common_words: frozenset[str]
    names_with_marks: frozenset[str]
    speech: re.Pattern[str]


@cache
def _rules() -> _Rules:
    data = json.loads((files("stancelib") / "data" / "sentences.json").read_text(encoding="utf-8"))
    kinds = {word: kind for kind, words in data["abbreviations"].items() for word in words}
    verbs = "|".join(data["reporting_verbs"])
    subject = r"[^\W\d_a-z][\w'’.-]*(?: (?:[^\W\d_a-z][\w'’.-]*|al|bin|da|de|der|of|the|van|von)){0,4}"
    return _Rules(
        kinds=kinds,
        starters=frozenset(data["starters"]),
        common_words=frozenset(data["common_words"]),
        names_with_marks=frozenset(data["names_with_marks"]),
        speech=re.compile(rf"{subject} (?:{verbs}){_SPEECH_TAIL}"),
    )


def split_sentences(text: str) -> list[Span]:
    """Sentences of a text in reading order.

    A line of its own (heading, caption, bullet) is a sentence too. Spaces at the edges, zero-width
    ones included, belong to no sentence; every other character belongs to exactly one.

    Parameters
    ----------
    text : str
        Any text; nothing in it is changed.

    Returns
    -------
    list of Span
        Offsets in characters of the text, end exclusive; empty when there is nothing but space.

    Raises
    ------
    TextTypeError
        If ``text`` is not a str.

    Examples
    --------
    >>> [sentence.text for sentence in split_sentences("Gen. Rusk flew to the U.S. He is back.")]
    ['Gen. Rusk flew to the U.S.', 'He is back.']
    """
    return [sentence for paragraph in split_paragraphs(text) for sentence in paragraph]


def split_paragraphs(text: str) -> list[list[Span]]:
    r"""Paragraphs of a text, each as the list of its sentences.

    Blank lines and line ends separate paragraphs, except where a line was only wrapped: it breaks off
    in mid-sentence, or the text or the block it stands in is wrapped to one width throughout.

    Parameters
    ----------
    text : str
        Any text; nothing in it is changed.

    Returns
    -------
    list of list of Span
        At least one sentence per paragraph; offsets in characters of the text, end exclusive.

    Raises
    ------
    TextTypeError
        If ``text`` is not a str.

    Examples
    --------
    >>> [len(paragraph) for paragraph in split_paragraphs("Who pays?\n\nOslo pays. Rome waits.")]
    [1, 2]
    """
    _refuse_all_but_text(text)
    return [_sentences_between(text, start, end) for start, end in _paragraph_bounds(text)]


def _refuse_all_but_text(text: object) -> None:
    if not isinstance(text, str):
        way_out = "decode it first, as in data.decode('utf-8')" if isinstance(text, bytes) else "pass a str"
        raise TextTypeError(f"A text must be a str, but {type(text).__name__} was received: {way_out}.")


def _sentences_between(text: str, start: int, end: int) -> list[Span]:
    """Sentences of one paragraph, whose edges are no spaces."""
    rules = _rules()
    sentences = []
    for candidate in _CANDIDATE.finditer(text, start, end):
        if candidate.end() < end and _ends_sentence(text, start, candidate, rules):
            stop = candidate.end(1)
            sentences.append(Span(start, stop, text[start:stop]))
            start = candidate.end()
    sentences.append(Span(start, end, text[start:end]))
    return sentences


def _ends_sentence(text: str, start: int, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether the sentence begun at ``start`` ends with the candidate."""
    closing, gap, follow = candidate.groups()
    if not gap:
        return _ends_without_space(text, candidate, rules)
    if follow:
        if follow[0].islower() and not _LOWERCASE_START.match(text, candidate.end()):
            return False
    elif text[candidate.end()] in _CONTINUES:
        return not closing and bool(_ANSWER.match(text, candidate.end(1) - 1))
    first = candidate.start()
    before = text[max(start, first - _REACH) : first].rsplit(None, 1)
    word = before[-1] if before else ""
    if text[first] != ".":
        return _mark_ends(text, word, candidate, rules)
    if text[first + 1] == ".":
        return _ellipsis_ends(text, candidate, rules)
    if len(word) > 1 and word.isalpha() and word not in rules.kinds:
        return True
    return _dot_ends(text, start, word, candidate, rules)


def _ends_without_space(text: str, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether a stop ends a sentence though no space follows it."""
    first, end = candidate.span()
    if text[first] in "。！？۔।":
        return True
    # "…holds.The monitors…": a line end was lost, unlike in addresses, versions and decimals.
    return (
        (end - first == 1 or text[first + 1] == "[")
        and candidate[3] in rules.starters
        and len(candidate[3]) > 1
        and text[max(0, first - 3) : first].islower()
        and text[max(0, first - 3) : first].isalpha()
        and text[end + len(candidate[3]) : end + len(candidate[3]) + 1].isspace()
    )


def _mark_ends(text: str, word: str, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether a question mark, exclamation mark or ellipsis character ends a sentence."""
    if text[candidate.start()] == "…":
        return _ellipsis_ends(text, candidate, rules)
    follow = candidate[3]
    if word in rules.names_with_marks:
        return follow in rules.starters
    quoted = not _QUOTES.isdisjoint(candidate[1])
    if quoted and follow and follow not in rules.starters:
        ahead = text[candidate.end() : candidate.end() + 80]
        return not rules.speech.match(ahead)
    return True


def _ellipsis_ends(text: str, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether dots that trail off end a sentence, or only mark a pause or an omission."""
    first, follow = candidate.start(), candidate[3]
    if not text[first - 1 : first].strip():
        return follow != "I" and follow in rules.starters
    return follow.partition("'")[0] != "I"


def _dot_ends(text: str, start: int, word: str, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether a single stop after an abbreviation, initial or number ends a sentence."""
    begin = candidate.start() - len(word)
    word = _OPENING.sub("", word)
    if _ENUMERATOR.match(word) and (begin == start or text[begin - 2 : begin] in (": ", "; ")):
        return False
    kind = rules.kinds.get(word) or rules.kinds.get(word.rpartition("-")[2])
    if kind in ("title", "within"):
        return False
    follow = candidate[3]
    numeral = bool(_NUMERAL.match(follow))
    if kind == "numbered":
        return not numeral or (follow == "I" and word in ("No", "Nos"))
    if kind is None and not _DOTTED.search(word):
        return not (len(word) == 1 and word.isupper()) or _starts_sentence(text, candidate, rules)
    if _starts_sentence(text, candidate, rules):
        return True
    start = candidate.end() + len(follow)
    after = text[start : start + 2].lstrip()
    return follow.lower() in rules.common_words and (after[:1].islower() or after[:1] == ",")


def _starts_sentence(text: str, candidate: re.Match[str], rules: _Rules) -> bool:
    """Whether the next word is one that starts sentences, and no initial."""
    if candidate[3] not in rules.starters:
        return False
    return len(candidate[3]) > 1 or text[candidate.end() + 1 : candidate.end() + 2] != "."


def _paragraph_bounds(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each paragraph, without the spaces around it."""
    blocks = list(_line_blocks(text))
    page_width = _wrapped_width(text, blocks)
    for block in blocks:
        if len(block) == 1:
            yield block[0]
        else:
            yield from _unwrap(text, block, page_width or _wrapped_width(text, [block]))


def _line_blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Lines between blank lines, each as start and end without the spaces around it."""
    block: list[tuple[int, int]] = []
    position = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip(SPACES)
        if bare:
            start = position + line.index(bare[0])
            block.append((start, start + len(bare)))
        elif block:
            yield block
            block = []
        position += len(line)
    if block:
        yield block


def _wrapped_width(text: str, blocks: list[list[tuple[int, int]]]) -> int:
    """The width to which all lines were wrapped, or 0 if nothing shows that they were."""
    width = max((end - start for block in blocks for start, end in block), default=0)
    if width not in _WRAP_WIDTHS:
        return 0
    return width if any(_breaks_off(text, *pair) for block in blocks for pair in pairwise(block)) else 0


def _unwrap(text: str, lines: list[tuple[int, int]], width: int) -> Iterator[tuple[int, int]]:
    """Paragraphs of a block of lines: each line one, except where lines were wrapped."""
    begin, last = lines[0]
    for line, after in pairwise(lines):
        if not (_breaks_off(text, line, after) or (width and _is_full(text, line, after, width))):
            yield begin, last
            begin = after[0]
        last = after[1]
    yield begin, last


def _breaks_off(text: str, line: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a line stops in mid-sentence: its last word or the next line's lowercase shows it."""
    if line[1] - line[0] < _WRAP_WIDTHS.start or text[line[1] - 1] in ".!?:…":
        return False
    goes_on = text[after[0]].islower() or _UNFINISHED.search(text, line[1] - 8, line[1])
    return bool(goes_on) and not _BULLET.match(text, *after)


def _is_full(text: str, line: tuple[int, int], after: tuple[int, int], width: int) -> bool:
    """Whether the next line's first word did not fit on the line any more."""
    first_word = text[after[0] : after[1]].split(None, 1)[0]
    # Wrapping by printed width leaves lines that differ by some characters.
    return line[1] - line[0] + 1 + len(first_word) > 0.9 * width and not _BULLET.match(text, *after)
