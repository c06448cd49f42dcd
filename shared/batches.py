"""Helpers for handling many things at once."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def first_by_key(items: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    """The first item of each key, in order. A batch may hold the same message, or news of the same document, twice."""
    firsts: dict[K, T] = {}
    for item in items:
        firsts.setdefault(key(item), item)
    return firsts
