"""Words, numbers and punctuation marks of a passage, with character offsets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from .errors import TextTypeError
from .lexicons import NEGATIONS, SCOPE_ENDS
from .records import Span

__all__ = [
    "LONG_WHEN_LOWERED",
    "NEGATION_REACH",
    "NUMBER",
    "check_texts",
    "fold",
    "negated_flags",
    "normalize",
    "token_offsets",
    "token_texts",
    "tokenize",
]

NUMBER = "0"
"""The token that stands for every number: its digits say nothing about a stance."""

NEGATION_REACH = 4
"""How many tokens a negation reaches, unless its clause ends before."""

_TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[^\w\s]")

LONG_WHEN_LOWERED = "\u0130"
"""Dotted capital I, the only character whose lower-case form is longer than itself."""

_SAME_LENGTH = ((LONG_WHEN_LOWERED, "i"), ("\u2019", "'"), ("\u2018", "'"), ("\u201c", '"'), ("\u201d", '"'))


def normalize(text: str) -> str:
    """Lower case and straight quotes, every character where it was.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Of the same length as ``text``, so that its offsets hold for both.

    Examples
    --------
    >>> normalize("“İzmir’s”")
    '"izmir\\'s"'
    """
    return fold(text.replace("\0", " "))


def fold(text: str) -> str:
    """What `normalize` does, but NUL stays: the compiled scorer puts it between passages."""
    for character, replacement in _SAME_LENGTH:
        text = text.replace(character, replacement)
    return text.lower()


def token_texts(normalized: str) -> list[str]:
    """The tokens of a normalized text, without offsets.

    Parameters
    ----------
    normalized : str
        What `normalize` returned.

    Returns
    -------
    list of str
        Words (with an apostrophe inside, if any), numbers and single punctuation marks.

    Examples
    --------
    >>> token_texts("they won't, not in 2031.")
    ['they', "won't", ',', 'not', 'in', '2031', '.']
    """
    return _TOKEN.findall(normalized)


def token_offsets(text: str, count: int | None = None) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each token, or of the first ``count``, in characters of the untouched text.

    Examples
    --------
    >>> token_offsets("No, thanks")
    [(0, 2), (2, 3), (4, 10)]
    """
    return [match.span() for match in islice(_TOKEN.finditer(normalize(text)), count)]


def tokenize(text: str) -> list[Span]:
    """The tokens of a text with their offsets.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    list of Span
        In characters of ``text``, end exclusive; ``span.text`` is the untouched text.

    Examples
    --------
    >>> [token.text for token in tokenize("Don’t wait.")]
    ['Don’t', 'wait', '.']
    """
    return [Span(start, end, text[start:end]) for start, end in token_offsets(text)]


def negated_flags(tokens: list[str]) -> list[bool]:
    """Which tokens stand in the scope of a negation.

    Parameters
    ----------
    tokens : list of str
        Normalized tokens of one passage.

    Returns
    -------
    list of bool
        One per token; the negation itself is not in its own scope.

    Examples
    --------
    >>> negated_flags("nobody should fear it , we hope".split())
    [False, True, True, True, False, False, False]
    """
    flags = []
    left = 0
    for token in tokens:
        left = 0 if token in SCOPE_ENDS else left
        flags.append(left > 0)
        left = NEGATION_REACH if token in NEGATIONS else max(0, left - 1)
    return flags


def check_texts(texts: Sequence[str]) -> list[str]:
    """The texts as a list, or a clear error.

    Parameters
    ----------
    texts : sequence of str
        Passages.

    Returns
    -------
    list of str

    Raises
    ------
    TextTypeError
        When a lone string, or something other than strings, is given.
    """
    if isinstance(texts, str | bytes):
        raise TextTypeError(
            f"a sequence of texts is expected, got one {type(texts).__name__}; put it in a list: [text]"
        )
    try:
        passages = list(texts)
    except TypeError:
        raise TextTypeError(f"a sequence of texts is expected, got {texts!r:.60}") from None
    for position, text in enumerate(passages):
        if not isinstance(text, str):
            raise TextTypeError(f"text {position} is {type(text).__name__}, not str: {text!r:.60}")
    return passages
