"""Long answers, a page at a time."""

from dataclasses import dataclass

ROWS = 15
"""On a page: what a telephone shows without losing the thread."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which of how many pages, from 1 on."""

    number: int
    count: int


FIRST = Page(1, 1)


def skipped(number: int) -> int:
    """How many rows come before the page."""
    return (number - 1) * ROWS


def page_among(number: int, rows: int) -> Page:
    """The page, where there are so many rows in all."""
    return Page(number, max(-(-rows // ROWS), 1))
