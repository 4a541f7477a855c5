"""Listings are read whole while rows come, go and move between two pages."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataflow.model import Skipped
from bot.dataflow.paging import read_all
from bot.dataflow.payloads import Page
from bot.errors import ApiMalformed


@dataclass(frozen=True)
class Item:
    key: str
    state: str = ""


def items(count: int) -> list[Item]:
    return [Item(f"row-{number}") for number in range(count)]


class Api:
    """Serves `rows` by page and limit; `between` changes them after each page."""

    def __init__(
        self, rows: list[Item], cap: int | None = None, between: Callable[[list[Item]], None] | None = None
    ) -> None:
        self.rows = rows
        self.cap = cap
        self.between = between
        self.asked: list[tuple[int, int]] = []

    def __call__(self, page: int, limit: int) -> Page[Item]:
        self.asked.append((page, limit))
        used = min(limit, self.cap or limit)
        shown = self.rows[page * used : (page + 1) * used]
        if self.between:
            self.between(self.rows)
        return Page(shown, [], used)


def read(fetch: Callable[[int, int], Page[Item]], page_size: int = 1000) -> list[Item]:
    return list(read_all(fetch, lambda item: item.key, page_size, "test")[0])


@given(st.integers(0, 300), st.integers(1, 50), st.none() | st.integers(1, 50))
def test_every_row_is_read_once_whatever_the_sizes(count: int, page_size: int, cap: int | None) -> None:
    assert read(Api(items(count), cap), page_size) == items(count)


@pytest.mark.parametrize("count", [0, 1, 999])
def test_a_listing_shorter_than_a_page_takes_one_request(count: int) -> None:
    api = Api(items(count))
    assert read(api) == items(count)
    assert api.asked == [(0, 1000)]


def test_a_full_page_is_followed_by_another_that_overlaps_it() -> None:
    api = Api(items(1000))
    read(api)
    assert api.asked == [(0, 1000), (1, 900)]


def test_an_api_that_caps_the_limit_is_read_in_its_own_pages() -> None:
    api = Api(items(10), cap=4)
    assert read(api) == items(10)
    assert api.asked == [(0, 1000), (1, 4), (2, 4)]


@given(st.integers(0, 120), st.integers(2, 40), st.lists(st.integers(0, 60), max_size=30))
def test_no_row_is_lost_when_others_are_inserted_between_pages(count: int, page_size: int, places: list[int]) -> None:
    pending = [Item(f"new-{number}") for number in range(len(places))]

    def insert(rows: list[Item]) -> None:
        if pending:
            rows.insert(places[len(pending) - 1], pending.pop())

    assert set(items(count)) <= set(read(Api(items(count), between=insert), page_size))


@given(st.integers(100, 400), st.data())
def test_no_remaining_row_is_lost_when_a_few_vanish_between_pages(count: int, data: st.DataObject) -> None:
    def remove(rows: list[Item]) -> None:
        for place in data.draw(st.lists(st.integers(0, count), max_size=4)):
            del rows[place : place + 1]

    api = Api(items(count), between=remove)
    found = read(api, page_size=100)
    assert set(api.rows) <= set(found)


def test_as_many_rows_inserted_as_a_page_holds_do_not_end_the_reading() -> None:
    bursts = [items(4)]

    def insert(rows: list[Item]) -> None:
        if bursts:
            rows[:0] = [Item(f"new-{item.key}") for item in bursts.pop()]

    assert set(items(12)) <= set(read(Api(items(12), cap=4, between=insert)))


def test_a_row_that_moves_on_between_pages_is_reported_in_both_states() -> None:
    pages = [[Item("a", "RUNNING"), Item("b")], [Item("a", "FAILED"), Item("b")], []]
    found = read(lambda page, limit: Page(pages[page], [], limit), page_size=2)
    assert found == [Item("a", "RUNNING"), Item("b"), Item("a", "FAILED")]


@pytest.mark.parametrize("cap", [4, None])
def test_an_api_that_ignores_the_page_number_is_not_asked_for_ever(cap: int | None) -> None:
    asked = []

    def same(page: int, limit: int) -> Page[Item]:
        asked.append(page)
        return Page(items(cap or limit), [], cap)

    assert read(same, page_size=20) == items(cap or 20)
    assert len(asked) == 3


@pytest.mark.parametrize("news", [[], [Item("new")]])
def test_an_api_that_repeats_what_is_known_is_not_asked_for_ever(news: list[Item]) -> None:
    asked = []

    def same(page: int, limit: int) -> Page[Item]:
        asked.append(page)
        return Page(news, [], 20, same=range(20 - len(news)), same_count=20 - len(news))

    read(same, page_size=20)
    assert len(asked) == 3


def test_known_rows_that_differ_from_page_to_page_are_read_to_their_end() -> None:
    asked = []

    def known(page: int, limit: int) -> Page[Item]:
        asked.append(page)
        rows = range(page * 20, min(page * 20 + 20, 90))
        return Page([], [], 20, same=rows, same_count=len(rows))

    read(known, page_size=20)
    assert len(asked) == 5


def test_an_api_that_never_ends_is_malformed() -> None:
    def endless(page: int, limit: int) -> Page[Item]:
        return Page([Item(f"{page}-{number}") for number in range(limit)], [], limit)

    with pytest.raises(ApiMalformed, match="no end after 1000 pages"):
        read(endless, page_size=2)


def test_skipped_items_fill_their_page_and_carry_its_number() -> None:
    pages = [
        Page([Item("a")], [Skipped("list[1]", "is NoneType instead of an object")], 2),
        Page([], [Skipped("list[0].jobExecutionId", "is missing, empty or not a text")], 2),
    ]
    found, skipped = read_all(lambda page, _limit: pages[page], lambda item: item.key, 2, "test")
    assert found == (Item("a"),)
    assert [(skip.page, skip.path) for skip in skipped] == [(0, "list[1]"), (1, "list[0].jobExecutionId")]
