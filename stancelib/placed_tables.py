"""Hash tables in which every key is found at the first look, for lookups with numpy.

A key has a bucket and an offset; its place is the bucket's shift plus the offset. The shifts are
chosen so that no two keys meet: a lookup is a few operations on arrays, without a loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PlacedTable", "build_table"]

OFFSETS_PER_BUCKET = 8
"""A table has room for two to four times its keys, and an eighth as many buckets."""

SALTS = 64
"""Odd multipliers that are tried; about half of them serve."""

STEP = 128
"""Shifts that are tried at once."""


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A mapping of 64-bit keys to small numbers.

    ``salt`` (of shape (1,)) mixes the keys; ``shifts`` has one element per bucket, their number being
    a power of two; ``keys`` and ``values`` have one per place. No known key is 0, so empty places are 0.
    """

    salt: NDArray[np.uint64]
    shifts: NDArray[np.int32]
    keys: NDArray[np.uint64]
    values: NDArray[np.int32]

    def is_sound(self, n_values: int) -> bool:
        """Whether every lookup stays inside the table, and every value below ``n_values``."""
        n = len(self.shifts)
        return (
            n.bit_count() == 1
            and self.salt.shape == (1,)
            and int(self.shifts.min()) >= 0
            and len(self.keys) >= int(self.shifts.max()) + OFFSETS_PER_BUCKET * n
            and self.keys.shape == self.values.shape
            and 0 <= int(self.values.min()) <= int(self.values.max()) < n_values
        )

    def find(self, keys: NDArray[np.uint64], otherwise: int) -> NDArray[np.int32]:
        """The value of each key.

        Parameters
        ----------
        keys : ndarray of uint64
        otherwise : int
            Value of a key that is not in the table.

        Returns
        -------
        ndarray of int32
        """
        places = _places(keys, self.salt, self.shifts)
        values = self.values.take(places)
        values[self.keys.take(places) != keys] = otherwise
        return values


def build_table(keys: NDArray[np.uint64], values: NDArray[np.integer]) -> PlacedTable:
    """A table that maps keys to values.

    Parameters
    ----------
    keys : ndarray of uint64
        All different, none 0.
    values : ndarray of int
        As many.

    Returns
    -------
    PlacedTable

    Raises
    ------
    ValueError
        When a key is there twice, or 0.
    """
    if len(np.unique(keys)) < len(keys) or not keys.all():
        raise ValueError("a key is there twice, or is 0")
    n_offsets = 1 << max(6, (2 * len(keys)).bit_length())
    for number in range(SALTS):
        salt = np.array([0x9E3779B97F4A7C15], np.uint64) + np.uint64(0x7F4A7C16 * number)
        shifts = _separating_shifts(*_bucket_and_offset(keys, salt, n_offsets // OFFSETS_PER_BUCKET), n_offsets)
        if shifts is not None:
            break
    else:
        raise ValueError(f"no multiplier of {SALTS} keeps {len(keys)} keys apart")
    places = _places(keys, salt, shifts)
    table = PlacedTable(
        salt,
        shifts,
        np.zeros(n_offsets + int(shifts.max()), np.uint64),
        np.zeros(n_offsets + int(shifts.max()), np.int32),
    )
    table.keys[places], table.values[places] = keys, values
    return table


def _places(keys: NDArray[np.uint64], salt: NDArray[np.uint64], shifts: NDArray[np.int32]) -> NDArray[np.int64]:
    buckets, places = _bucket_and_offset(keys, salt, len(shifts))
    places += shifts.take(buckets)
    return places


def _bucket_and_offset(
    keys: NDArray[np.uint64], salt: NDArray[np.uint64], n_buckets: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # The highest bits of a product are mixed best: first those of the offset, then those of the bucket.
    mixed = keys * salt
    below_offset = 65 - (OFFSETS_PER_BUCKET * n_buckets).bit_length()
    offsets = (mixed >> np.uint64(below_offset)).view(np.int64)
    mixed >>= np.uint64(below_offset + 1 - n_buckets.bit_length())
    mixed &= np.uint64(n_buckets - 1)
    return mixed.view(np.int64), offsets


def _separating_shifts(
    buckets: NDArray[np.int64], offsets: NDArray[np.int64], n_offsets: int
) -> NDArray[np.int32] | None:
    """A shift per bucket that keeps all places apart; None when two keys share bucket and offset."""
    shifts = np.zeros(n_offsets // OFFSETS_PER_BUCKET, np.int32)
    order = np.lexsort((offsets, buckets))
    borders = np.flatnonzero(np.diff(buckets[order], prepend=-1))
    groups = np.split(offsets[order], borders[1:])
    if any((group[1:] == group[:-1]).any() for group in groups):
        return None
    taken = np.zeros(2 * n_offsets + STEP, bool)
    # Full buckets first, while there is room; equal ones in their order, so that tables are reproducible.
    for number in sorted(range(len(borders)), key=lambda number: -len(groups[number])):
        shift = _first_fit(groups[number], taken)
        taken[groups[number] + shift] = True
        shifts[buckets[order[borders[number]]]] = shift
    return shifts


def _first_fit(offsets: NDArray[np.int64], taken: NDArray[np.bool_]) -> int:
    if not taken[offsets].any():
        return 0
    for start in range(1, (len(taken) - STEP) // 2, STEP):
        tried = np.arange(start, start + STEP)
        fits = np.flatnonzero(~taken[tried[:, None] + offsets].any(axis=1))
        if len(fits):
            return int(tried[fits[0]])
    raise ValueError("the table is too full")  # it is half empty, so there is always room
