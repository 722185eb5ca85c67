"""Every key is found at the first look, and no other is."""

from __future__ import annotations

import numpy as np
import pytest

from stancelib.placed_tables import PlacedTable, build_table


@pytest.mark.parametrize("count", [0, 1, 2, 500, 5000])
def test_known_keys_are_found_and_others_are_not(count: int) -> None:
    keys = np.array([left << 32 | right for left in range(1, 101) for right in range(1, 101)], np.uint64)
    known, others = keys[:count], keys[count:]
    table = build_table(known, np.arange(7, 7 + count))
    assert table.find(known, -1).tolist() == list(range(7, 7 + count))
    assert set(table.find(others, -1).tolist()) <= {-1}
    assert table.is_sound(7 + count)


def test_small_tables_have_room_for_all_their_keys() -> None:
    random_state = np.random.default_rng(0)
    for count in range(1, 300):
        keys = random_state.integers(1, 1 << 63, count).astype(np.uint64)
        assert build_table(keys, np.arange(count)).find(keys, -1).tolist() == list(range(count))


def test_the_same_keys_make_the_same_table() -> None:
    keys = np.arange(1, 3000, dtype=np.uint64)
    first, again = (build_table(keys.copy(), np.arange(len(keys))) for _ in range(2))
    np.testing.assert_array_equal(first.shifts, again.shifts)
    np.testing.assert_array_equal(first.keys, again.keys)


@pytest.mark.parametrize("keys", [[5, 5], [0, 5]], ids=["double", "zero"])
def test_a_double_key_and_zero_are_refused(keys: list[int]) -> None:
    with pytest.raises(ValueError, match="is there twice, or is 0"):
        build_table(np.array(keys, np.uint64), np.arange(2))


def test_a_table_that_leads_outside_itself_is_not_sound() -> None:
    table = build_table(np.array([5, 6], np.uint64), np.arange(2))
    assert not table.is_sound(1)
    assert not PlacedTable(table.salt, table.shifts + 1, table.keys, table.values).is_sound(2)
    assert not PlacedTable(table.salt, table.shifts[:3], table.keys, table.values).is_sound(2)
