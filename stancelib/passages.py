"""Passages: the stretches of a text that get a label, one to four sentences that belong together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import inf

from stancelib.errors import InputError
from stancelib.records import Span
from stancelib.sentences import split_paragraphs

__all__ = ["UNITS", "split_passages"]

UNITS: tuple[str, ...] = ("sentence", "paragraph", "window")
"""What a text can be cut into."""

MAX_SENTENCES, MAX_WORDS = 4, 90
MIN_WORDS, TYPICAL_WORDS = 10, (20, 60)
WINDOW = 3
"""Sentences in a window."""

_PASSAGE_COST = 0.2
_LINK_COST = 4.0
"""Cutting a quotation from its attribution is worse than any passage of allowed length."""

_DOUBLE_QUOTE = re.compile('["“”«»]')
_SINGLE_QUOTE = re.compile(r"(?<!\w)['‘](?=\w)|(?<=[\w,.!?…])['’](?!\w)")
_QUOTED = re.compile(
    r'"[^"]*(?:"|$)|“[^”]*(?:”|$)|«[^»]*(?:»|$)'
    r"|(?<!\w)['‘](?=\w).*?(?:(?<=[\w,.!?…])['’](?!\w)|$)"
)
_QUOTE_BEGINS = re.compile("[\"“«‘']")
_QUOTE_ENDS = re.compile(r"[\"”»’'][\s)\]]*$")
_STOP_ENDS = re.compile(r"[.!?…][\"”»’)\]]*$")
_TAIL_WORDS = 8
"""An attribution after its quotation names the speaker in this many words before the verb."""


def split_passages(text: str, unit: str = "paragraph") -> list[Span]:
    r"""Passages of a text in reading order.

    Parameters
    ----------
    text : str
        Any text; nothing in it is changed.
    unit : {"sentence", "paragraph", "window"}, default "paragraph"
        ``"paragraph"``: each paragraph cut into passages of one to four consecutive sentences and at
        most 90 words, evenly rather than greedily, a quotation kept with the words that attribute it.
        A heading, caption or bullet is its own passage; a longer sentence stays whole.
        ``"sentence"``: each sentence.
        ``"window"``: each three consecutive sentences of a paragraph, so that neighbours overlap by
        two; a shorter paragraph is one window. Consecutive paragraphs of one full sentence each, as
        news agencies write, count as one paragraph here.

    Returns
    -------
    list of Span
        Offsets in characters of the text, end exclusive; empty when there is nothing but space.

    Raises
    ------
    InputError
        If ``unit`` is none of the three.
    TextTypeError
        If ``text`` is not a str.

    Examples
    --------
    >>> article = "Force for the strait\n\nOslo will join. 'It is right,' its minister said."
    >>> [passage.text for passage in split_passages(article)]
    ['Force for the strait', "Oslo will join. 'It is right,' its minister said."]
    >>> len(split_passages(article, unit="sentence"))
    3
    """
    cutters: dict[str, Callable[[str, list[list[Span]]], Iterator[Sequence[Span]]]] = {
        "sentence": _cut_to_sentences,
        "paragraph": _cut_to_passages,
        "window": _cut_to_windows,
    }
    if unit not in UNITS:
        choices = ", ".join(repr(name) for name in UNITS)
        raise InputError(f"Unknown unit {unit!r}; choose one of {choices}.")
    return [_join(text, group) for group in cutters[unit](text, split_paragraphs(text))]


def _join(text: str, sentences: Sequence[Span]) -> Span:
    if len(sentences) == 1:
        return sentences[0]
    start, end = sentences[0].start, sentences[-1].end
    return Span(start, end, text[start:end])


def _cut_to_sentences(_: str, paragraphs: list[list[Span]]) -> Iterator[Sequence[Span]]:
    return ([sentence] for sentences in paragraphs for sentence in sentences)


def _cut_to_windows(_: str, paragraphs: list[list[Span]]) -> Iterator[Sequence[Span]]:
    for sentences in _merge_single_sentences(paragraphs):
        for first in range(max(1, len(sentences) - WINDOW + 1)):
            yield sentences[first : first + WINDOW]


def _merge_single_sentences(paragraphs: Iterable[list[Span]]) -> Iterator[list[Span]]:
    """Paragraphs, where runs of single full sentences count as one; headings stay alone."""
    run: list[Span] = []
    for sentences in paragraphs:
        if len(sentences) == 1 and _STOP_ENDS.search(sentences[0].text[-8:]):
            run += sentences
            continue
        if run:
            yield run
            run = []
        yield sentences
    if run:
        yield run


def _cut_to_passages(text: str, paragraphs: list[list[Span]]) -> Iterator[Sequence[Span]]:
    for sentences in paragraphs:
        if len(sentences) == 1:
            yield sentences
            continue
        words = [len(sentence.text.split()) for sentence in sentences]
        if len(sentences) <= MAX_SENTENCES and sum(words) <= TYPICAL_WORDS[1]:
            yield sentences
            continue
        cuts = _choose_cuts(words, _find_links(text, sentences))
        for first, last in pairwise(cuts):
            yield sentences[first:last]


def _choose_cuts(words: list[int], links: list[bool]) -> list[int]:
    """Borders of the cheapest division into passages, from 0 to the number of sentences.

    ``words`` counts the words of each sentence, ``links`` tells for each sentence whether it belongs
    to the one before it.
    """
    costs = _length_costs()
    cheapest, begins = [0.0], [0]
    for end in range(1, len(words) + 1):
        best, begin, total = inf, end - 1, 0
        for first in range(end - 1, max(-1, end - 1 - MAX_SENTENCES), -1):
            total += words[first]
            if total > MAX_WORDS and first < end - 1:
                break
            cost = cheapest[first] + (costs[total] if total <= MAX_WORDS else _length_cost(total))
            if links[first]:
                cost += _LINK_COST
            if cost < best:
                best, begin = cost, first
        cheapest.append(best)
        begins.append(begin)
    return _trace_back(begins)


def _trace_back(begins: list[int]) -> list[int]:
    cuts = [len(begins) - 1]
    while cuts[-1]:
        cuts.append(begins[cuts[-1]])
    return cuts[::-1]


def _length_cost(words: int) -> float:
    """What a passage of so many words costs: least amid the typical lengths, more at the edges."""
    low, high = TYPICAL_WORDS
    middle = (low + high) / 2
    cost = _PASSAGE_COST + ((words - middle) / middle) ** 2 / 2
    if words < MIN_WORDS:
        cost += 1.0
    if words > high:
        cost += (words - high) / (MAX_WORDS - high)
    return cost


@cache
def _length_costs() -> list[float]:
    return [_length_cost(words) for words in range(MAX_WORDS + 1)]


def _find_links(text: str, sentences: Sequence[Span]) -> list[bool]:
    """Whether each sentence belongs to the one before it by a quotation; the first never does."""
    marks = _quote_marks(text, sentences[0].start, sentences[-1].end)
    if marks is None:
        return [False] * len(sentences)
    links, opened = [False], False
    for (*_, before), (*_, after) in pairwise(sentences):
        if opened:
            before = ("“" if "”" in before else "«" if "»" in before else '"') + before
        opened = _stays_open(marks.finditer(before))
        links.append(opened or _attributes(before, after))
    return links


def _quote_marks(text: str, start: int, end: int) -> re.Pattern[str] | None:
    """The pattern of the marks that quote in a stretch of the text: double, else single, else None."""
    if _DOUBLE_QUOTE.search(text, start, end):
        return _DOUBLE_QUOTE
    # Single marks are mostly apostrophes: only one that opens makes a quotation.
    single = text[start] == "'" or text.find(" '", start, end) >= 0 or text.find("‘", start, end) >= 0
    return _SINGLE_QUOTE if single else None


def _stays_open(marks: Iterable[re.Match[str]]) -> bool:
    """Whether a quotation is open after the marks of a sentence."""
    opened = False
    for mark in marks:
        if mark[0] == '"':
            opened = not opened
        elif mark[0] == "'":
            opened = mark.string[mark.end() : mark.end() + 1].isalnum()
        else:
            opened = mark[0] in "“«‘"
    return opened


def _attributes(before: str, after: str) -> bool:
    """Whether one of two neighbours quotes and the other says who is speaking."""
    if _QUOTE_BEGINS.match(after):
        return not _names_speaker(after) and _names_speaker(before)
    if not _QUOTE_ENDS.search(before[-4:]) or _names_speaker(before):
        return False
    return _names_speaker(" ".join(after.split(None, _TAIL_WORDS)[:_TAIL_WORDS]))


def _names_speaker(sentence: str) -> bool:
    """Whether a verb of speech stands outside the quotation marks."""
    return bool(_speech_verbs().search(_QUOTED.sub(" ", sentence)))


@cache
def _speech_verbs() -> re.Pattern[str]:
    data = json.loads((files("stancelib") / "data" / "sentences.json").read_text(encoding="utf-8"))
    return re.compile(rf"\b(?:{'|'.join(data['reporting_verbs'])})\b")
