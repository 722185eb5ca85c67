"""Rows of words that a compiled model does not know: sums over their runs of characters and cues."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .lexicons import cue_names, english_balance
from .token_arrays import Keys, text_codes
from .token_features import LONGEST, MAX_WORD, SHORTEST

__all__ = ["UnknownWords"]

MEMO_BITS = 15
"""Binary logarithm of the number of words that are remembered; a word forgets the one in its place."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Odd constant near 2**64 / golden ratio, for Fibonacci hashing."""

Rows = NDArray[np.float32]


class UnknownWords:
    """Computes rows of unknown words, and remembers them.

    Parameters
    ----------
    run_keys : ndarray of uint64
        Sorted keys of runs of characters, as `stancelib.token_features` cuts them from words.
    run_rows : ndarray of float32, shape (n_runs, width)
    cues : sequence of str
        Names of features.
    cue_rows : ndarray of float32, shape (n_cues, width)
    """

    def __init__(self, run_keys: NDArray[np.uint64], run_rows: Rows, cues: Sequence[str], cue_rows: Rows) -> None:
        self._run_keys = np.asarray(run_keys)
        self._run_rows = np.asarray(run_rows)
        self._cue_rows = dict(zip(cues, np.asarray(cue_rows), strict=True))
        self._lock = threading.Lock()
        self._width = run_rows.shape[1]
        self._keys = np.zeros(1 << MEMO_BITS, np.uint64)
        self._memo = np.zeros((1 << MEMO_BITS, 2 * self._width), np.float32)

    def rows(
        self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64], keys: NDArray[np.uint64]
    ) -> tuple[Rows, Rows]:
        """What each word adds to the scores, and what it adds besides where it is negated.

        Parameters
        ----------
        text : str
            Folded.
        starts, ends : ndarray of int64
            Where the words stand in the text.
        keys : ndarray of uint64
            Their keys.

        Returns
        -------
        rows, negated_rows : ndarray of float32, shape (n_words, width)
        """
        slots = ((keys * GOLDEN) >> np.uint64(64 - MEMO_BITS)).view(np.int64)
        with self._lock:
            rows = self._memo.take(slots, axis=0)
            missing = (self._keys.take(slots) != keys).nonzero()[0]
            if len(missing):
                rows[missing] = learned = self._learn(text, starts[missing], ends[missing], keys[missing])
                # Where two words share a slot, the last is remembered, in both arrays.
                self._keys[slots[missing]] = keys[missing]
                self._memo[slots[missing]] = learned
        return rows[:, : self._width], rows[:, self._width :]

    def _learn(
        self, text: str, starts: NDArray[np.int64], ends: NDArray[np.int64], keys: NDArray[np.uint64]
    ) -> NDArray[np.float64]:
        """Both rows of each word; words that occur more than once are looked at once."""
        _, firsts, numbers = np.unique(keys, return_index=True, return_inverse=True)
        places = zip(starts[firsts].tolist(), ends[firsts].tolist(), strict=True)
        return self._compute([text[start:end] for start, end in places]).take(numbers, axis=0)

    def _compute(self, words: list[str]) -> NDArray[np.float64]:
        rows = np.zeros((len(words), 2 * self._width))
        plain, negated = rows[:, : self._width], rows[:, self._width :]
        lettered = [number for number, word in enumerate(words) if word[0].isalpha() and len(word) <= MAX_WORD]
        if lettered:
            plain[lettered] = self._run_sums([words[number] for number in lettered])
        plain[:, -1] = [english_balance(word) for word in words]
        for number, word in enumerate(words):
            for name in cue_names(word):
                plain[number] += self._cue_rows.get(f"cue:{name}", 0.0)
                negated[number] += self._cue_rows.get(f"negated cue:{name}", 0.0)
        return rows

    def _run_sums(self, words: list[str]) -> NDArray[np.float64]:
        """Sums over the runs of characters in each word, its marked ends included."""
        text = f"_{'__'.join(words)}_"
        lengths = np.fromiter(map(len, words), np.int64, len(words)) + 2
        word_ends = np.repeat(lengths.cumsum(), lengths)
        run_ends = np.arange(len(text))[:, None] + np.arange(SHORTEST, LONGEST + 1)
        starts, columns = (run_ends <= word_ends[:, None]).nonzero()
        keys = Keys(text_codes(text)).of(starts, run_ends[starts, columns])
        places = np.minimum(self._run_keys.searchsorted(keys), len(self._run_keys) - 1)
        hits = (self._run_keys.take(places) == keys).nonzero()[0] if len(self._run_keys) else places[:0]
        sums = np.zeros((len(words), self._width))
        if len(hits):
            owners = np.repeat(np.arange(len(words)), lengths)[starts[hits]]
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            hit_rows = self._run_rows.take(places[hits], axis=0)
            sums[owners[firsts]] = np.add.reduceat(hit_rows, firsts, axis=0, dtype=np.float64)
        return sums
