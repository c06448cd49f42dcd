"""Helpers for batches of messages."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def first_by_key(items: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    """The first item of each key, in order: a batch may hold one message twice, or two messages about one document."""
    firsts: dict[K, T] = {}
    for item in items:
        firsts.setdefault(key(item), item)
    return firsts
