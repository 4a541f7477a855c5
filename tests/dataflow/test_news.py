"""What is new in a listing since it was read last, and that nothing is ever lost by not decoding the rest."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Execution
from bot.core.picture import Picture
from bot.dataflow.news import NewsDesk
from bot.dataflow.payloads import Page, executions_page
from tests.dataflow.test_payloads import ITEM

Rows = list[dict[str, Any]]

rows_of_a_page = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(["READY", "RUNNING", "COMPLETED", "FAILED"])),
    unique_by=lambda row: row[0],
).map(lambda rows: [ITEM | {"jobExecutionId": run, "status": status} for run, status in rows])


def body_of(rows: Rows) -> bytes:
    return json.dumps({"list": rows, "limit": 1000}).encode()


def read(body: bytes, last: Picture | None = None) -> tuple[Page[Execution], Picture]:
    desk = NewsDesk("w1", last)
    page = desk.page(0, body, "test")
    return page, desk.picture


def whole(body: bytes) -> dict[str, Execution]:
    return {execution.job_execution_id: execution for execution in executions_page(body, "w1", "test").items}


@given(st.lists(rows_of_a_page, min_size=1))
def test_whoever_applies_the_news_knows_what_a_whole_reading_says(pages: list[Rows]) -> None:
    known: dict[str, Execution] = {}
    picture = None
    for rows in pages:
        page, picture = read(body_of(rows), picture)
        known |= {execution.job_execution_id: execution for execution in page.items}
        now = whole(body_of(rows))
        assert {run: known[run] for run in now} == now
        assert page.length == len(rows)
        unended = {run for run, execution in now.items() if not execution.is_ended}
        assert {run for run in "abcdef" if picture.has_unended(run)} == unended


def test_what_is_read_for_the_first_time_is_all_new() -> None:
    page, _ = read(body_of([ITEM]))
    assert [execution.job_execution_id for execution in page.items] == [ITEM["jobExecutionId"]]


def test_the_same_bytes_hold_no_news() -> None:
    _, picture = read(body_of([ITEM]))
    page, again = read(body_of([ITEM]), picture)
    assert (page.items, page.skipped, page.length, page.limit) == ([], [], 1, 1000)
    assert again == picture


def test_a_new_run_is_news_and_those_that_moved_down_are_not() -> None:
    _, picture = read(body_of([ITEM]))
    page, _ = read(body_of([ITEM | {"jobExecutionId": "new"}, ITEM]), picture)
    assert [execution.job_execution_id for execution in page.items] == ["new"]


def test_a_run_of_which_anything_changed_is_news() -> None:
    _, picture = read(body_of([ITEM | {"runningTime": 1}]))
    page, _ = read(body_of([ITEM | {"runningTime": 2}]), picture)
    assert [execution.running_time for execution in page.items] == [2]


def test_a_run_that_was_listed_in_two_states_stays_known_while_either_is() -> None:
    early, late = (ITEM | {"status": "RUNNING", "runningTime": seconds} for seconds in (1, 2))
    desk = NewsDesk("w1", None)
    desk.page(0, body_of([early]), "test")
    desk.page(1, body_of([late]), "test")
    for row in (early, late):
        page, picture = read(body_of([row, ITEM | {"jobExecutionId": "new"}]), desk.picture)
        assert [execution.job_execution_id for execution in page.items] == ["new"]
        assert picture.has_unended(ITEM["jobExecutionId"])


def test_a_row_that_cannot_be_read_is_reported_whenever_its_page_changes_and_counted_always() -> None:
    bad = ITEM | {"jobExecutionId": None}
    page, picture = read(body_of([bad, ITEM]))
    assert [skip.path for skip in page.skipped] == ["list[0].jobExecutionId"]
    page, picture = read(body_of([bad, ITEM]), picture)
    assert (page.skipped, picture.skipped, page.length) == ([], 1, 2)
    page, picture = read(body_of([ITEM | {"jobExecutionId": "new"}, bad, ITEM]), picture)
    assert [skip.path for skip in page.skipped] == ["list[1].jobExecutionId"]
    assert picture.skipped == 1


def test_one_row_of_a_wrong_type_does_not_cost_the_others_their_speed_or_their_place() -> None:
    odd = ITEM | {"jobExecutionId": "odd", "waitingTime": "36"}
    page, picture = read(body_of([odd, ITEM]))
    assert [execution.waiting_time for execution in page.items] == [36, 36]
    assert picture.row_count == 2


def test_a_page_that_only_the_tolerant_way_can_read_is_read_whole_when_it_changes() -> None:
    strange = b"\xef\xbb\xbf" + body_of([ITEM | {"status": "RUNNING"}])  # a byte order mark, which JSON forbids
    page, picture = read(strange)
    assert len(page.items) == 1
    assert picture.has_unended(ITEM["jobExecutionId"])
    assert read(strange, picture)[0].items == []
    changed = strange.replace(b"RUNNING", b"FAILED")
    assert [execution.status for execution in read(changed, picture)[0].items] == ["FAILED"]
