"""Buckets of records are read some thousand records at a time."""

from cli.reconciliations import READ_AT_ONCE, batches

HALF = READ_AT_ONCE // 2


def test_small_buckets_are_read_together_and_a_large_one_alone() -> None:
    sizes = {1: HALF, 2: HALF, 3: 1, 4: 3 * READ_AT_ONCE, 5: 1}
    assert batches(list(sizes), lambda bucket: sizes[bucket]) == [[1, 2], [3], [4], [5]]


def test_without_buckets_nothing_is_read() -> None:
    assert batches([], lambda _bucket: 1) == []
