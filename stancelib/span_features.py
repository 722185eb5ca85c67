"""What tells the first, inner and last tokens of a holder's or an initiative's name from others.

A feature is a number: a row of a hashed table of weights, so that no vocabulary is needed. Features
of a token's own form (word, class, shape, beginning, ending, lists) are those of its *type*, and are
looked up once per type; features of its surroundings (neighbouring words and classes, quotation,
place in the sentence, distance to the verb that reports) are computed for all tokens at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from .gazetteer import GROUPS, INITIATIVES, OFFICES, TITLES, states_named
from .lexicons import CUES, cue_names
from .token_features import EDGE
from .tokens import fold, token_texts

__all__ = ["BUCKETS", "FAR", "PAIR", "Tokens", "TypeMemo", "context_buckets", "type_buckets"]

BUCKETS = 1 << 18
"""Rows of the table of weights."""

FAR, NEAR = (-3, -2, -1, 0, 1, 2, 3), (-1, 0, 1)
"""Where, from the token in question, the word and its class are looked at, and where the rest of its form."""

PAIR = 0
"""Row of `context_buckets` that holds the pair of a word and the next."""

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]

_FUNCTION_WORDS = frozenset(
    """the a an this that these those its their his her our my your some many several few most all both two three four
    five of for in on at by to from with and or but as who which whose he she it they we i you not no is are was were
    be been has have had will would should could may can must do does did one other others such if when while after
    before than about into over under against between among through per any each every another own""".split()
)
_REPORTING = frozenset(CUES["report"].split()) | frozenset(
    """saying tell states declared declares announces notes explains vowed vows pledged pledges accused accuses
    denounced denounces condemned condemns rejects rejected believes believe thinks think thought wants want wanted
    hopes fears fear opposes opposed supports supported backs backed welcomed welcomes urged urges suggested conceded
    concedes admitted admits claimed claims maintained maintains wrote writes remarked recalled concluded finds found
    promised observed complained doubts doubted called calls warning""".split()
)
_REPORTS, _STOPS, _QUOTES = 1, 2, 4
_MULTIPLIERS = np.array([[0x9E3779B97F4A7C15], [0xC2B2AE3D27D4EB4F], [0x165667B19E3779F9]], np.uint64)
_FINAL = np.array([0xBF58476D1CE4E5B9], np.uint64)
_SHIFT = np.uint64(64 - (BUCKETS.bit_length() - 1))
_HALF = np.uint64(32)
_NEIGHBOURS = (
    (("word", 0), ("word", 1)),
    (("word", -1), ("word", 0)),
    (("class", -1), ("class", 0)),
    (("class", 0), ("class", 1)),
    (("class", -1), ("class", 1)),
    (("class", -2), ("class", -1)),
    (("class", 1), ("class", 2)),
    (("class", -2), ("class", -1), ("class", 0)),
    (("class", -1), ("class", 0), ("class", 1)),
    (("class", 0), ("class", 1), ("class", 2)),
)
"""Neighbours that count together; the first is `PAIR`."""

_PLACES = 6
_NUMBERS = (np.arange(1000, 1000 + len(_NEIGHBOURS) + 2 * _PLACES, dtype=np.uint64) * _FINAL * _MULTIPLIERS[0])[:, None]
"""What keeps one kind of neighbourhood or place apart from the next."""


@dataclass(frozen=True)
class Tokens:
    """The tokens of some passages in a row, three edges before, between and after them.

    ``ids`` are numbers of types, 0 for an edge; passage k has the tokens ``starts[k]`` to
    ``starts[k] + lengths[k]`` (exclusive).
    """

    ids: Numbers
    starts: Numbers
    lengths: Numbers


class TypeMemo:
    """Numbers and keys of every type of token that was met; the first is the edge.

    Examples
    --------
    >>> memo = TypeMemo()
    >>> tokens = memo.tokens(["The pact, she said.", "No"])
    >>> tokens.starts.tolist(), tokens.lengths.tolist()
    ([3, 12], [6, 1])
    """

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.forms: list[tuple[int, ...]] = []
        self.classes: list[int] = []
        self.flags: list[int] = []
        self._stretches = _Stretches(self)
        self._keys = np.zeros((3, 0), np.uint64)
        self.number(EDGE)

    def __len__(self) -> int:
        return len(self.forms)

    def tokens(self, texts: Sequence[str]) -> Tokens:
        """The tokens of passages."""
        edges = (0, 0, 0)
        rows = [[*edges, *self._passage(text)] for text in texts]
        sizes = np.array([len(row) for row in rows], np.int64)
        ids = np.array([*chain.from_iterable(rows), *edges], np.int64)
        return Tokens(ids, np.cumsum(sizes) - sizes + len(edges), sizes - len(edges))

    def keys(self) -> Keys:
        """Keys of the words, of the classes, and the flags of all types, of shape (3, n_types)."""
        if self._keys.shape[1] < len(self):
            self._keys = np.array([[form[0] for form in self.forms], self.classes, self.flags], np.uint64)
        return self._keys

    def number(self, token: str) -> int:
        """The number of a type."""
        number = self.numbers.setdefault(token, len(self.forms))
        if number == len(self.forms):
            word, kind = fold(token), _class_of(token)
            self.forms.append(tuple(zlib.crc32(form.encode("utf-8", "surrogatepass")) for form in _forms(token, word)))
            self.classes.append(zlib.crc32(kind.encode("utf-8", "surrogatepass")))
            self.flags.append(
                _REPORTS * (word in _REPORTING) + _STOPS * (token in ".!?") + _QUOTES * (token in '"“”«»')
            )
        return number

    def _passage(self, text: str) -> list[int]:
        stretches = text.replace(EDGE, " ").split()
        return list(chain.from_iterable(map(self._stretches.__getitem__, stretches)))


class _Stretches(dict[str, tuple[int, ...]]):
    """Numbers of the types in a stretch without white space, which no token crosses."""

    def __init__(self, memo: TypeMemo) -> None:
        self.memo = memo

    def __missing__(self, stretch: str) -> tuple[int, ...]:
        self[stretch] = numbers = tuple(map(self.memo.number, token_texts(stretch.replace("\u2019", "'"))))
        return numbers


def type_buckets(forms: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """Rows of the weights of types, by where the type stands from the token in question.

    Parameters
    ----------
    forms : sequence of sequence of int
        From `TypeMemo`.

    Returns
    -------
    far : ndarray of shape (n_types, 2, 7)
        Of word and class, places as `FAR`.
    near : ndarray of shape (n_types, n_forms - 2, 3)
        Of the other forms, places as ``NEAR``.
    """
    keys = np.array(forms, np.uint64).reshape(len(forms), -1)[:, :, None]
    number = np.arange(keys.shape[1], dtype=np.uint64)[None, :, None] * np.uint64(16)
    places = np.array([place + 8 for place in FAR], np.uint64)[None, None, :]
    buckets = _finished((keys + (number + places) * _FINAL) * _MULTIPLIERS[0])
    return buckets[:, :2], buckets[:, 2:, NEAR[0] - FAR[0] : NEAR[-1] - FAR[0] + 1]


def context_buckets(tokens: Tokens, memo: TypeMemo) -> Numbers:
    """Rows of the weights of every token's surroundings.

    Parameters
    ----------
    tokens : Tokens
    memo : TypeMemo
        That gave the tokens.

    Returns
    -------
    ndarray of shape (n_features, n_tokens)
        Edges included.
    """
    words, classes, flags = memo.keys().take(tokens.ids, axis=1)
    n, edge = len(words), np.zeros(2, np.uint64)
    framed = {name: np.concatenate([edge, keys, edge]) for name, keys in (("word", words), ("class", classes))}
    multiplied = {name: [keys * multiplier for multiplier in _MULTIPLIERS] for name, keys in framed.items()}
    mixed = np.empty((len(_NUMBERS), n), np.uint64)
    for row, group in zip(mixed, _NEIGHBOURS, strict=False):
        parts = [multiplied[name][k][place + 2 : place + 2 + n] for k, (name, place) in enumerate(group)]
        np.add(parts[0], parts[1], out=row)
        if len(parts) > 2:
            row += parts[2]
    own_class = multiplied["class"][1][2 : 2 + n]
    places = _places(tokens, flags.astype(np.int64))
    for row, place in zip(mixed[len(_NEIGHBOURS) :: 2], places, strict=True):
        np.multiply(place, _MULTIPLIERS[0], out=row)
    np.add(mixed[len(_NEIGHBOURS) :: 2], own_class, out=mixed[len(_NEIGHBOURS) + 1 :: 2])
    mixed += _NUMBERS
    return _finished(mixed)


def _places(tokens: Tokens, flags: Numbers) -> list[Keys]:
    """Where each token stands: in the passage, in its sentence, by the verbs that report, inside quotation marks."""
    n, here = len(flags), np.arange(len(flags))
    first = np.zeros(n, np.int64)
    first[tokens.starts] = tokens.starts
    first = np.maximum.accumulate(first)
    stops = (flags & _STOPS) > 0
    begins = np.concatenate([stops[-1:], stops[:-1]])
    sentence = np.maximum.accumulate(np.where(begins, here, first))
    last = np.minimum.accumulate(np.where(stops | (tokens.ids == 0), here, n)[::-1])[::-1]
    marks = np.cumsum((flags & _QUOTES) > 0)
    quoted = (marks - marks[first]) & 1
    reports = (flags & _REPORTS) > 0
    following = np.minimum.accumulate(np.where(reports, here, 2 * n)[::-1])[::-1]
    before = np.maximum.accumulate(np.where(reports, here, -n))
    ahead = np.where(following <= last, _rounded(following - here), 9)
    behind = np.where(before >= sentence, _rounded(here - before), 9)
    places = (
        _rounded(here - first) * 2 + quoted,
        ahead * 2 + quoted,
        behind * 2 + quoted,
        _rounded(here - sentence) * 2 + quoted,
        ahead * 100 + behind,
        quoted,
    )
    return [np.asarray(place, np.uint64) for place in places]


def _rounded(distance: Numbers) -> Numbers:
    rounded: Numbers = np.minimum(distance, 4)
    return np.asarray(rounded + (distance > 6) + (distance > 12))


def _finished(mixed: Keys) -> Numbers:
    """Rows of the table from sums of multiplied keys; ``mixed`` is overwritten."""
    mixed ^= mixed >> _HALF
    mixed *= _FINAL
    return np.asarray(mixed >> _SHIFT).astype(np.int64)


def _forms(token: str, word: str) -> tuple[str, ...]:
    """Word and class, then shape, beginning, endings, lists and cues."""
    return (
        f"w:{word}",
        f"c:{_class_of(token)}",
        f"shape:{_shape(token)}",
        f"begin:{word[:3]}",
        f"end:{word[-3:]}",
        f"last:{word[-2:]}",
        f"list:{_lists(token, word)}",
        f"cue:{' '.join(cue_names(word))}",
    )


def _class_of(token: str) -> str:
    """A coarse class, something like a part of speech."""
    word = fold(token)
    if word in _FUNCTION_WORDS or not token[0].isalnum():
        return word
    if word in _REPORTING:
        return "reports"
    if token[0].isdigit():
        return "number"
    capital = "capital " if token[0].isupper() else ""
    for name, words in (("title", TITLES), ("office", OFFICES), ("initiative", INITIATIVES), ("group", GROUPS)):
        if word in words:
            return capital + name
    if capital:
        return capital + ("'s" if word.endswith("'s") else "")
    return word[-2:]


def _lists(token: str, word: str) -> str:
    states = states_named(token)
    return (
        "".join(
            letter
            for letter, listed in (
                ("T", word in TITLES),
                ("O", word in OFFICES),
                ("I", word in INITIATIVES),
                ("G", word in GROUPS),
                ("S", any(token == state.name for state in states)),
                ("A", any(token == state.adjective for state in states)),
                ("K", any(token == state.capital for state in states)),
            )
            if listed
        )
        or "-"
    )


def _shape(token: str) -> str:
    """``Xx`` for a capitalised word, ``X`` for one in capitals, ``d`` for digits."""
    shape = ""
    for character in token[:12]:
        kind = "X" if character.isupper() else "x" if character.islower() else "d" if character.isdigit() else character
        shape += "" if shape.endswith(kind) else kind
    return shape[:5]
