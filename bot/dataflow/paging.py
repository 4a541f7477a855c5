"""Reads a listing to its end while rows come, go and move. Knows neither requests nor what the items are.

Source: NCP API guide: `page` from 0, `limit`, and a `count` whose meaning changed between editions, so it is not used.
The order of the rows is not documented.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeVar

from bot.dataflow.model import Skipped
from bot.dataflow.payloads import Page
from bot.errors import ApiMalformed

T = TypeVar("T")

MAX_PAGES = 1000
OVERLAP = 10
"""A page repeats up to a tenth of the one before: rows that shift by less between two requests are still seen."""


def read_all(
    fetch: Callable[[int, int], Page[T]], key: Callable[[T], str], page_size: int, what: str
) -> tuple[tuple[T, ...], tuple[Skipped, ...]]:
    """Every sighting of every item, but no sighting twice, in the order read.

    1. Ask for a page. When the API says that it used a smaller limit than asked, count in its pages.
    2. A page shorter than its limit is the last one. So is the second in a row that brings no new id: the API repeats
       itself. The first may be due to as many rows inserted before it as a page holds.
    3. The next page starts a little before the end of this one.
    """
    items: list[T] = []
    skipped: list[Skipped] = []
    seen: dict[str, T] = {}
    same: set[int] = set()
    last_same: Collection[int] = ()
    limit, stale_pages = page_size, 0
    for number in range(MAX_PAGES):
        page = fetch(number, limit)
        limit = min(page.limit or limit, limit)
        known = len(seen)
        for item in page.items:
            if seen.get(key(item)) != item:
                items.append(item)
                seen[key(item)] = item
        skipped += [replace(skip, page=number) for skip in page.skipped]
        if page.length < limit:
            break
        same.update(last_same)  # only now, since most listings end with their first page
        last_same = page.same
        stale_pages = 0 if len(seen) > known or not same.issuperset(page.same) else stale_pages + 1
        if stale_pages == 2:
            break
        limit = _next_limit(number, limit)
    else:
        raise ApiMalformed(f"{what}: no end after {MAX_PAGES} pages")
    return tuple(items), tuple(skipped)


def _next_limit(number: int, limit: int) -> int:
    """A page starts at row `page * limit`: a slightly smaller limit makes the next one start slightly earlier."""
    return limit - limit // OVERLAP // (number + 1)
