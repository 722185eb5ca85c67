"""Which features a token, a negated token, or two adjacent tokens have.

Plain functions on strings: the scikit-learn transformer and the compiled scorer both build on
them, so that the two cannot drift apart. A feature is named ``family:value``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from .lexicons import cue_names, pair_cue_names
from .names import name_kind
from .tokens import NUMBER, negated_flags, normalize, token_texts

__all__ = [
    "EDGE",
    "FAMILIES",
    "canonical",
    "negated_features",
    "pair_features",
    "passage_features",
    "token_features",
]

EDGE = "\0"
"""The token before the first and after the last token of a passage."""

FAMILIES = ("word", "pair", "characters", "cue", "negated", "negated cue")
"""The families of features, as they begin a feature's name."""

SHORTEST, LONGEST = 3, 5
"""Lengths of the character runs, the marks of the word's ends included."""

MAX_WORD = 40
"""Longer words (addresses, keyboard noise) have no character features: their number is bounded."""


def canonical(token: str) -> str:
    """The token itself, or the one token that stands for all numbers, or for all states, nationalities, …

    Who speaks must not decide, so names of states and blocs are no features.

    Examples
    --------
    >>> canonical("2031"), canonical("norway"), canonical("pact")
    ('0', '<state>', 'pact')
    """
    return NUMBER if token[0].isdigit() else name_kind(token) or token


@lru_cache(maxsize=1 << 14)
def token_features(token: str) -> tuple[str, ...]:
    """The word, its cues, and the characters in it.

    Parameters
    ----------
    token : str
        Canonical token.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> token_features("hail")[:3]
    ('word:hail', 'cue:welcome', 'characters:_ha')
    """
    features = [f"word:{token}", *(f"cue:{name}" for name in cue_names(token))]
    if token[0].isalpha() and len(token) <= MAX_WORD:
        marked = f"_{token}_"
        features += [
            f"characters:{marked[start : start + length]}"
            for length in range(SHORTEST, LONGEST + 1)
            for start in range(len(marked) - length + 1)
        ]
    return tuple(features)


def negated_features(token: str) -> list[str]:
    """What a token adds when it stands in the scope of a negation.

    Examples
    --------
    >>> negated_features("fear")
    ['negated:fear']
    """
    return [f"negated:{token}", *(f"negated cue:{name}" for name in cue_names(token))]


def pair_features(left: str, right: str) -> list[str]:
    """The pair of two adjacent canonical tokens, and the cues of two words.

    Examples
    --------
    >>> pair_features("only", "if")
    ['pair:only if', 'cue:condition']
    """
    return [f"pair:{left} {right}", *(f"cue:{name}" for name in pair_cue_names(left, right))]


def passage_features(text: str) -> Iterator[str]:
    """Every feature of a passage, each as often as it occurs.

    Parameters
    ----------
    text : str
        A passage.

    Yields
    ------
    str
    """
    tokens = [canonical(token) for token in token_texts(normalize(text))]
    for token, negated in zip(tokens, negated_flags(tokens), strict=True):
        yield from token_features(token)
        if negated:
            yield from negated_features(token)
    framed = [EDGE, *tokens, EDGE]
    for left, right in pairwise(framed):
        yield from pair_features(left, right)
