"""What takes too long, against what is usual."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting import Decision, Reason, Verdict
from bot.core.model import Execution, ExecutionStatus, Job
from bot.core.overdue import (
    EARLY,
    START_FLOOR,
    UNKNOWN_WAIT,
    Basis,
    BasisKind,
    HowOver,
    Late,
    Limit,
    decide_late,
    how_it_ended,
    late_run,
    running_limit,
    start_by_habit,
    start_by_rule,
    waiting_limit,
)
from bot.core.overdue_words import spell_basis, spell_end
from bot.core.recurrence import Interval, Recurrence
from bot.core.rules import Outcome, QuietHours, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from tests.doubles import START, an_ended_execution, an_execution

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
COMPLETED, FAILED, READY, RUNNING = (
    ExecutionStatus.COMPLETED,
    ExecutionStatus.FAILED,
    ExecutionStatus.READY,
    ExecutionStatus.RUNNING,
)


def runs_of(*minutes: float, status: ExecutionStatus = COMPLETED) -> list[Execution]:
    return [an_ended_execution(f"e{n}", status, ran_for=span * MINUTE) for n, span in enumerate(minutes)]


def waits_of(*minutes: float) -> list[Execution]:
    return [
        replace(run, created_at=run.started_at and run.started_at - span * MINUTE)
        for run, span in zip(runs_of(*[5.0] * len(minutes)), minutes, strict=True)
    ]


@pytest.mark.parametrize(
    ("history", "timeout", "span"),
    [
        ([], None, None),
        (runs_of(10, 10, 10, 10), None, None),
        (runs_of(10, 10, 10, 10, 10), None, 15 * MINUTE),
        (runs_of(10, 10, 10, 10, 600), None, 15 * MINUTE),
        (runs_of(0.1, 0.1, 0.1, 0.1, 0.1), None, 1.1 * MINUTE),
        (runs_of(10, 10, 10, 10, 10, status=FAILED), None, None),
        ([], 60, 48 * MINUTE),
        (runs_of(10, 10, 10, 10, 10), 60, 15 * MINUTE),
        (runs_of(50, 50, 50, 50, 50), 60, 48 * MINUTE),
        ([], 0, None),
    ],
)
def test_a_run_may_take_what_is_usual_and_most_of_its_time_out(
    history: Sequence[Execution], timeout: int | None, span: timedelta | None
) -> None:
    limit = running_limit(history, timeout)
    assert (limit and limit.span) == span


@pytest.mark.parametrize(
    ("history", "span"),
    [([], UNKNOWN_WAIT), (waits_of(1, 1, 1, 1, 1), 10 * MINUTE), (waits_of(20, 20, 20, 20, 20), 30 * MINUTE)],
)
def test_a_wait_has_a_floor_and_a_limit_while_nothing_is_known(history: Sequence[Execution], span: timedelta) -> None:
    assert waiting_limit(history).span == span


@pytest.mark.parametrize(
    ("status", "after", "outcome"),
    [
        (RUNNING, 15 * MINUTE, None),
        (RUNNING, 16 * MINUTE, Outcome.RUNNING_LONG),
        (READY, 30 * MINUTE, None),
        (READY, 31 * MINUTE, Outcome.WAITING_LONG),
        (COMPLETED, DAY, None),
        (ExecutionStatus.UNKNOWN, DAY, None),
    ],
)
def test_a_run_is_late_beyond_its_limit(status: ExecutionStatus, after: timedelta, outcome: Outcome | None) -> None:
    history = [replace(run, created_at=None) for run in runs_of(10, 10, 10, 10, 10)]
    execution = an_execution("now", status, created_at=START, started_at=START if status is RUNNING else None)
    late = late_run(execution, START, history, START + after)
    assert (late and late.outcome) == outcome


def test_a_run_without_dates_is_late_since_it_was_first_seen() -> None:
    execution = an_execution("now", READY)
    late = late_run(execution, START, [], START + HOUR)
    assert late is not None
    assert late.since == START


def test_one_that_takes_long_says_what_it_is_compared_with() -> None:
    by_history, by_timeout = running_limit(runs_of(10, 10, 10, 10, 10), None), running_limit([], 360)
    assert by_history == Limit(15 * MINUTE, Basis(BasisKind.RUNS, 10 * MINUTE, 5))
    assert by_timeout == Limit(288 * MINUTE, Basis(BasisKind.TIMEOUT, 6 * HOUR))


DAILY = Recurrence(Interval.DAY, time(10))
TEN = datetime(2026, 3, 2, 1, tzinfo=UTC)
"""10:00 in Seoul."""


def test_by_rule_a_start_is_expected_at_its_time_with_some_patience() -> None:
    start = start_by_rule(DAILY, [], TEN + HOUR)
    assert start is not None
    assert (start.at, start.limit.span) == (TEN, START_FLOOR)
    assert start.limit.basis == Basis(BasisKind.TRIGGER, rule=DAILY)


def test_by_rule_a_start_that_is_usually_late_is_given_that_time() -> None:
    begun = [TEN - day * DAY + 40 * MINUTE for day in range(1, 8)]
    start = start_by_rule(DAILY, begun, TEN + HOUR)
    assert start is not None
    assert start.limit.span == HOUR


def test_by_rule_a_start_that_came_a_little_early_was_not_a_day_late() -> None:
    begun = [TEN - day * DAY - MINUTE for day in range(1, 8)]
    start = start_by_rule(DAILY, begun, TEN + HOUR)
    assert start is not None
    assert start.limit.span == START_FLOOR


def test_by_rule_what_somebody_starts_by_hand_later_on_says_nothing_about_the_time() -> None:
    begun = [TEN - day * DAY + hour * HOUR for day in range(1, 8) for hour in (0, 3, 5, 8)]
    start = start_by_rule(DAILY, begun, TEN + HOUR)
    assert start is not None
    assert start.limit.span == START_FLOOR


MONDAY = date(2026, 3, 2)


def weekly(*minutes: float | None) -> list[datetime | None]:
    """So many minutes after ten, on the Mondays before, newest first."""
    return [
        None if late is None else TEN - week * 7 * DAY + late * MINUTE for week, late in enumerate(minutes, start=1)
    ]


@pytest.mark.parametrize(
    "begun",
    [
        weekly(),
        weekly(0, 0, 0, 0),
        weekly(0, 0, None, 0, 0),
        weekly(0, 0, 0, 0, None),
        weekly(0, 200, -200, 400, -400),
    ],
)
def test_without_a_habit_nothing_is_expected(begun: Sequence[datetime | None]) -> None:
    assert start_by_habit(begun, MONDAY) is None


@pytest.mark.parametrize(
    ("begun", "late", "span"),
    [
        (weekly(0, 0, 0, 0, 0), 0, START_FLOOR),
        (weekly(3, 1, 2, 1, 90), 2, START_FLOOR),
        (weekly(0, 10, -10, 5, -5), 0, timedelta(seconds=4 * 1.4826 * 300)),
        (weekly(1, 1, 1, 1, 1, None), 1, START_FLOOR),
    ],
)
def test_by_habit_a_start_is_expected_at_the_usual_time(
    begun: Sequence[datetime | None], late: int, span: timedelta
) -> None:
    start = start_by_habit(begun, MONDAY)
    assert start is not None
    assert start.at == TEN + late * MINUTE
    assert start.limit.span == span
    assert (start.limit.basis.kind, start.limit.basis.runs) == (BasisKind.HABIT, 5)
    assert start.limit.basis.rule is not None
    assert start.limit.basis.rule.weekdays == {0}


def test_what_usually_begins_just_after_midnight_may_begin_just_before() -> None:
    midnight = datetime(2026, 3, 1, 15, tzinfo=UTC)
    start = start_by_habit([midnight + MINUTE - week * 7 * DAY for week in range(1, 6)], MONDAY)
    assert start is not None
    assert start.counts_from == midnight + MINUTE - EARLY


def test_a_habit_follows_the_clock_on_the_wall() -> None:
    ten_in_berlin = [datetime(2026, 3, 30, 8, tzinfo=UTC) - week * 7 * DAY for week in range(5)]
    winter = [moment + HOUR if moment < datetime(2026, 3, 29, tzinfo=UTC) else moment for moment in ten_in_berlin]
    start = start_by_habit(winter, date(2026, 4, 6), "Europe/Berlin")
    assert start is not None
    assert start.at == datetime(2026, 4, 6, 8, tzinfo=UTC)


@given(st.integers(0, 85199), st.lists(st.integers(0, 1200), min_size=5, max_size=5), st.integers(1, 27))
def test_a_habit_is_expected_on_its_day(usually: int, delays: list[int], day: int) -> None:
    midnight = datetime(2026, 2, day, tzinfo=UTC) - timedelta(hours=9)
    begun = [
        midnight - week * 7 * DAY + timedelta(seconds=usually + delay) for week, delay in enumerate(delays, start=1)
    ]
    start = start_by_habit(begun, date(2026, 2, day))
    assert start is not None
    assert midnight <= start.at < midnight + DAY
    assert start.counts_from == min(midnight, start.at - EARLY)


RUN = an_execution("e1", RUNNING, started_at=START)
CANCELED = an_ended_execution(status=ExecutionStatus.CANCELED)
TIMED_OUT = replace(an_ended_execution(status=ExecutionStatus.UNKNOWN), reported_status="TIMED_OUT")
USUAL = Basis(BasisKind.WAITS, MINUTE, 5)
LATE = Late(Outcome.RUNNING_LONG, "w1", START, Limit(HOUR, USUAL), RUN)
MUTE = Silence(7, SilenceKind.MUTE, START, START + DAY, job_id=RUN.job.job_id)
NIGHT = QuietHours(time(0), time(12), "UTC")


@pytest.mark.parametrize(
    ("subscription", "silences", "expected"),
    [
        (Subscription(1, "C1"), [], Decision(Verdict.TELL, Reason.RUNNING_LONG)),
        (Subscription(1, "C1", "x*"), [], Decision(Verdict.SILENT, Reason.WORKFLOW_NOT_WANTED)),
        (
            Subscription(1, "C1", rules=Rules(frozenset({Outcome.FAILED}))),
            [],
            Decision(Verdict.SILENT, Reason.OUTCOME_NOT_WANTED),
        ),
        (Subscription(1, "C1"), [MUTE], Decision(Verdict.HOLD, Reason.MUTED, START + DAY, MUTE)),
        (
            Subscription(1, "C1", rules=Rules(quiet=NIGHT)),
            [],
            Decision(Verdict.HOLD, Reason.QUIET_HOURS, datetime(2026, 3, 2, 12, tzinfo=UTC)),
        ),
    ],
)
def test_whether_a_channel_hears_of_it_has_a_reason(
    subscription: Subscription, silences: Sequence[Silence], expected: Decision
) -> None:
    assert decide_late(LATE, "orders", subscription, silences, START + HOUR) == expected


def test_a_mute_of_a_job_does_not_hide_that_the_workflow_never_started() -> None:
    late = Late(Outcome.NEVER_STARTED, "w1", START, Limit(HOUR, USUAL))
    assert decide_late(late, "orders", Subscription(1, "C1"), [MUTE], START + HOUR).reason is Reason.NEVER_STARTED


@pytest.mark.parametrize(
    ("outcome", "execution", "how", "words"),
    [
        (Outcome.RUNNING_LONG, an_ended_execution(), HowOver.ENDED, "it ended as FAILED after 1 h"),
        (Outcome.RUNNING_LONG, None, HowOver.LOST, "it can no longer be found"),
        (Outcome.WAITING_LONG, RUN, HowOver.STARTED, "it started after 1 h"),
        (Outcome.WAITING_LONG, CANCELED, HowOver.ENDED, "it ended as CANCELED after 1 h"),
        (Outcome.WAITING_LONG, TIMED_OUT, HowOver.ENDED, "it ended as TIMED_OUT after 1 h"),
        (Outcome.NEVER_STARTED, None, HowOver.BEGAN, "it began after all, 1 h after its time"),
    ],
)
def test_the_end_is_told_in_words(outcome: Outcome, execution: Execution | None, how: HowOver, words: str) -> None:
    assert how_it_ended(outcome, execution) is how
    assert spell_end(how, execution, HOUR) == words


@pytest.mark.parametrize(
    ("basis", "words"),
    [
        (Basis(BasisKind.RUNS, 10 * MINUTE, 6), "usually 10 min, by its last 6 completed runs"),
        (Basis(BasisKind.WAITS, 10 * MINUTE, 6), "usually 10 min, by its last 6 runs"),
        (Basis(BasisKind.TIMEOUT, 6 * HOUR), "80% of its time-out of 6 h"),
        (Basis(BasisKind.TOO_FEW_RUNS), "too few runs are known to tell what is usual"),
        (Basis(BasisKind.TRIGGER, rule=DAILY), "its trigger starts it every day at 10:00 (Asia/Seoul)"),
        (
            Basis(BasisKind.HABIT, runs=5, rule=Recurrence(Interval.WEEK, time(10), frozenset((0,)))),
            "on each of the last 5 Mondays it had begun, usually at 10:00 (Asia/Seoul)",
        ),
    ],
)
def test_what_it_is_compared_with_is_told_in_words(basis: Basis, words: str) -> None:
    assert spell_basis(basis) == words


def test_the_subject_is_the_same_whoever_notices_it() -> None:
    job = Job("another", "name")
    assert LATE.subject == replace(LATE, execution=replace(RUN, job=job)).subject == "e1"
    assert replace(LATE, execution=None).subject == "w1 2026-03-02T01:00:00+00:00"
