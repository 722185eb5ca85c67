"""Tokens of many passages at once, as arrays: where each begins and ends, and a 64-bit key of its text.

The same tokens as `stancelib.tokens` finds, without a Python object for any of them. The key of a
text is a polynomial in its characters, so keys of all tokens (and of all runs of characters in a
word) come from one running sum. Two texts have the same key with a probability of 2 ** -64;
compilation makes sure that no two texts that a model knows do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .tokens import fold

__all__ = ["EDGE_CODE", "Keys", "TokenArrays", "find_tokens", "joined_keys"]

NOTHING, MARK, WORD, DIGIT = range(4)
"""Kinds of characters; a digit is a part of a word, and a word that begins with one is a number."""

EDGE_CODE = 0
APOSTROPHE = ord("'")
MULTIPLIER = 0xD1342543DE82EF95
INVERSE = pow(MULTIPLIER, -1, 1 << 64)

ROOM = 1 << 16
"""Characters for which the multiplier's powers are kept; for longer texts they are computed anew."""

LAST_TABLED = 0xFFFF


class Keys:
    """Keys of the stretches of a text.

    Parameters
    ----------
    codes : ndarray of int
        The text's characters.
    """

    def __init__(self, codes: NDArray[np.integer]) -> None:
        powers, self._inverses = _powers(len(codes))
        self._sums = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * powers, out=self._sums[1:])

    def of(self, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Keys of the stretches from ``starts`` to ``ends`` (exclusive), of any shape."""
        keys = self._sums.take(ends)
        keys -= self._sums.take(starts)
        keys *= self._inverses.take(starts)
        return keys


@dataclass(frozen=True, slots=True)
class TokenArrays:
    """Tokens of a text: one element per token, in reading order.

    ``starts`` and ``ends`` (exclusive) are characters of ``text``, which is folded; ``first_codes``
    and ``first_kinds`` describe each token's first character.
    """

    text: str
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    keys: NDArray[np.uint64]
    first_codes: NDArray[np.integer]
    first_kinds: NDArray[np.uint8]

    def is_number(self) -> NDArray[np.bool_]:
        """Which tokens begin with a digit."""
        return np.asarray(self.first_kinds == DIGIT)

    def is_word(self) -> NDArray[np.bool_]:
        """Which tokens are no punctuation marks."""
        return np.asarray(self.first_kinds >= WORD)


def find_tokens(text: str) -> TokenArrays:
    """The tokens of a text.

    Parameters
    ----------
    text : str
        Neither its first nor its last character may belong to a word.

    Returns
    -------
    TokenArrays
        The same tokens, at the same places, as `stancelib.tokens.token_offsets` gives.

    Examples
    --------
    >>> find_tokens(" It's 2031. ").starts.tolist()
    [1, 6, 10]
    """
    text = fold(text)
    codes, kinds = _codes_and_kinds(text)
    in_word, marks = kinds >= WORD, kinds == MARK
    joints = _joints(text, codes, in_word)
    if joints:
        in_word[joints], marks[joints] = True, False
    begins, finishes = marks, marks.copy()
    begins[1:] |= in_word[1:] > in_word[:-1]
    finishes[:-1] |= in_word[:-1] > in_word[1:]
    starts, ends = begins.nonzero()[0], finishes.nonzero()[0] + 1
    return TokenArrays(text, starts, ends, Keys(codes).of(starts, ends), codes.take(starts), kinds.take(starts))


def joined_keys(words: Sequence[str]) -> NDArray[np.uint64]:
    """The key of each word.

    Parameters
    ----------
    words : sequence of str

    Returns
    -------
    ndarray of uint64
    """
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    ends = lengths.cumsum()
    return Keys(text_codes("".join(words))).of(ends - lengths, ends)


def text_codes(text: str) -> NDArray[np.integer]:
    """Code points of a text, in as small a type as will do."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _codes_and_kinds(text: str) -> tuple[NDArray[np.integer], NDArray[np.uint8]]:
    if text.isascii():
        raw = text.encode("ascii")
        return np.frombuffer(raw, np.uint8), np.frombuffer(raw.translate(_ascii_kinds()), np.uint8)
    codes = text_codes(text)
    kinds = _tabled_kinds().take(np.minimum(codes, LAST_TABLED))
    rare = np.flatnonzero(codes > LAST_TABLED)
    if len(rare):
        distinct, which = np.unique(codes[rare], return_inverse=True)
        kinds[rare] = np.array([_kind(chr(code)) for code in distinct.tolist()], np.uint8)[which]
    return codes, kinds


def _kind(character: str) -> int:
    if character.isalnum():
        return DIGIT if character.isdigit() else WORD
    return NOTHING if character.isspace() or character == "_" else MARK


@cache
def _ascii_kinds() -> bytes:
    # bytes.translate asks for 256 entries.
    return bytes(_kind(chr(code)) for code in range(256))


@cache
def _tabled_kinds() -> NDArray[np.uint8]:
    return np.frombuffer(bytes(map(_kind, map(chr, range(LAST_TABLED + 1)))), np.uint8)


def _joints(text: str, codes: NDArray[np.integer], in_word: NDArray[np.bool_]) -> list[int]:
    """Apostrophes that make one word of two; of "a'b'c" only the first does."""
    if "'" not in text:
        return []
    places = (codes == APOSTROPHE).nonzero()[0]
    if places[0] == 0 or places[-1] == len(codes) - 1:
        places = places[(places > 0) & (places < len(codes) - 1)]
    joints: list[int] = []
    for place in places[in_word[places - 1] & in_word[places + 1]].tolist():
        if not (joints and text[joints[-1] + 1 : place].isalnum()):
            joints.append(place)
    return joints


def _powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Powers of the multiplier and of its inverse, at least one more of these than ``count``."""
    if count >= ROOM:
        return _compute_powers(count)
    powers, inverses = _kept_powers()
    return powers[:count], inverses


@cache
def _kept_powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    return _compute_powers(ROOM)


def _compute_powers(count: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    factors = np.repeat(np.array([[MULTIPLIER], [INVERSE]], np.uint64), count + 1, axis=1)
    factors[:, 0] = 1
    powers, inverses = np.multiply.accumulate(factors, axis=1)
    return powers[:count], inverses
