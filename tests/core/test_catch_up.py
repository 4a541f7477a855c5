"""When alerts are folded, and how: every one in a line of the thread, the message itself short."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.catch_up import (
    ALERTS_PER_PAGE,
    FEW,
    MANY_AT_ONCE,
    SHOWN_JOBS,
    SHOWN_NEWEST,
    WaitingAlert,
    carried_mark,
    choose_to_fold,
    fold,
    page_of,
    stale_after,
)
from bot.core.delivery import Purpose, message_key
from bot.core.model import Execution, ExecutionStatus, Job
from tests.doubles import START, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STALE = timedelta(minutes=5)


def an_alert(
    number: int,
    ago: timedelta | None = timedelta(),
    *,
    status: ExecutionStatus = FAILED,
    workflow: int = 1,
    job: int = 1,
) -> WaitingAlert:
    execution = an_execution(
        f"e{number}",
        status,
        workflow_id=f"w{workflow}",
        job=Job(f"job-{job}", f"job {job}"),
        ended_at=None if ago is None else START - ago,
    )
    key = message_key("C1", Purpose.ALERT, f"e{number}")
    return WaitingAlert(number, key, Alert("orders", execution, START), START)


def rows(alerts: Sequence[WaitingAlert]) -> list[int]:
    return [alert.row for alert in alerts]


@pytest.mark.parametrize(
    ("fresh", "old", "folded"),
    [
        (0, 0, 0),
        (MANY_AT_ONCE, 0, 0),
        (MANY_AT_ONCE + 1, 0, MANY_AT_ONCE + 1),
        (0, FEW, 0),
        (0, FEW + 1, FEW + 1),
        (5, FEW + 1, FEW + 1),  # what is fresh is told singly
        (5, FEW, 0),
        (MANY_AT_ONCE - FEW, FEW + 1, MANY_AT_ONCE + 1),
    ],
)
def test_very_many_alerts_are_folded_and_of_fewer_those_that_are_old_news(fresh: int, old: int, folded: int) -> None:
    waiting = [an_alert(number) for number in range(fresh)]
    waiting += [an_alert(fresh + number, ago=STALE + MINUTE) for number in range(old)]
    assert len(choose_to_fold(waiting, START, STALE)) == folded


def test_an_alert_that_was_held_back_on_purpose_is_no_old_news() -> None:
    waiting = [replace(an_alert(number), queued_at=START + HOUR) for number in range(FEW + 1)]
    assert not choose_to_fold(waiting, START + HOUR + STALE, STALE)
    assert choose_to_fold(waiting, START + HOUR + STALE + MINUTE, STALE) == waiting


@pytest.mark.parametrize(("ago", "is_old"), [(STALE, False), (STALE + timedelta(milliseconds=1), True), (None, False)])
def test_an_alert_is_old_news_by_the_end_of_its_run(ago: timedelta | None, is_old: bool) -> None:
    waiting = [an_alert(number, ago) for number in range(FEW + 1)]
    assert bool(choose_to_fold(waiting, START, STALE)) is is_old


@pytest.mark.parametrize(
    ("poll_every", "stale"), [(MINUTE / 60, 5 * MINUTE), (MINUTE, 5 * MINUTE), (10 * MINUTE, 30 * MINUTE)]
)
def test_what_an_ordinary_poll_finds_is_never_old_news(poll_every: timedelta, stale: timedelta) -> None:
    assert stale_after(poll_every) == stale


def test_the_message_counts_by_job_the_last_to_fail_first() -> None:
    alerts = [
        an_alert(1, 30 * MINUTE, job=1),
        an_alert(2, 10 * MINUTE, job=2, status=CANCELED),
        an_alert(3, 20 * MINUTE, job=2),
        an_alert(4, 40 * MINUTE, job=1, status=UNKNOWN),
    ]

    def is_broken(execution: Execution) -> bool:
        return execution.job.job_id == "job-1"

    message, _ = fold(alerts, is_broken)
    assert [(job.job_name, job.failed, job.canceled, job.other, job.is_broken) for job in message.jobs] == [
        ("job 2", 1, 1, 0, False),
        ("job 1", 1, 0, 1, True),
    ]
    assert (message.first_at, message.last_at) == (START - 40 * MINUTE, START - 10 * MINUTE)
    assert (message.total, message.job_count, message.broken_count) == (4, 2, 1)
    assert [newest.run.job_execution_id for newest in message.newest] == ["e2", "e3", "e1", "e4"]


def test_jobs_of_one_name_in_different_workflows_are_told_apart() -> None:
    message, _ = fold([an_alert(1, workflow=1), an_alert(2, workflow=2)], lambda _: True)
    assert [job.total for job in message.jobs] == [1, 1]


MANY = st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 40)), min_size=1, max_size=60)


@given(MANY)
def test_every_folded_alert_stands_in_one_line_and_is_carried_by_its_page(jobs: list[tuple[int, int]]) -> None:
    alerts = [an_alert(number, ago * MINUTE, job=job) for number, (ago, job) in enumerate(jobs)]
    message, pages = fold(alerts, lambda _: True)
    made = [page_of(page, number, len(pages)) for number, page in enumerate(pages, start=1)]

    assert sorted(rows([alert for page in pages for alert in page])) == rows(alerts)
    lines = [run.job_execution_id for page in made for job in page.jobs for run in job.runs]
    assert sorted(lines) == sorted(alert.alert.execution.job_execution_id for alert in alerts)
    assert [page.carries for page in made] == [tuple(carried_mark(alert.key) for alert in page) for page in pages]
    assert len(message.jobs) <= SHOWN_JOBS
    assert len(message.newest) <= SHOWN_NEWEST
    assert message.total == len(alerts) == sum(len(page) for page in pages)


def test_thousands_are_spread_over_pages() -> None:
    _, pages = fold([an_alert(number, job=number % 7) for number in range(1001)], lambda _: True)
    assert [len(page) for page in pages] == [ALERTS_PER_PAGE] * 4 + [1]
