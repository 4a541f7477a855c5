"""Cuts long lists for statements, which take no more than some thousands of parameters."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

ROWS_AT_ONCE = 500


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """All items, so many at a time."""
    rest = iter(items)
    while chunk := list(islice(rest, ROWS_AT_ONCE)):
        yield chunk
