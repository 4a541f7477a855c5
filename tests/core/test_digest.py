"""The digest's days and due times, also where clocks change, and what it says."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest import (
    SHOWN_FAILURES,
    SHOWN_RUNNING,
    SHOWN_SLOWEST,
    Counts,
    DayCounts,
    Digest,
    DigestRun,
    Ended,
    compared_days,
    count,
    day_window,
    digest_due_at,
    next_digest_day,
    summarise,
)
from bot.core.model import ExecutionStatus
from tests.doubles import START

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SEOUL, NEW_YORK, BERLIN, SANTIAGO = map(
    ZoneInfo, ("Asia/Seoul", "America/New_York", "Europe/Berlin", "America/Santiago")
)
NINE = time(9)

ZONES = st.sampled_from([SEOUL, NEW_YORK, BERLIN, SANTIAGO, *map(ZoneInfo, ("Australia/Lord_Howe", "America/Havana"))])
DAYS = st.dates(date(2000, 1, 1), date(2035, 12, 31))
TIMES_OF_DAY = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("zone", "day", "start", "length"),
    [
        (SEOUL, date(2026, 3, 8), utc(2026, 3, 7, 15), 24 * HOUR),
        (NEW_YORK, date(2026, 3, 7), utc(2026, 3, 7, 5), 24 * HOUR),
        (NEW_YORK, date(2026, 3, 8), utc(2026, 3, 8, 5), 23 * HOUR),
        (NEW_YORK, date(2026, 11, 1), utc(2026, 11, 1, 4), 25 * HOUR),
        (BERLIN, date(2026, 3, 29), utc(2026, 3, 28, 23), 23 * HOUR),
        (BERLIN, date(2026, 10, 25), utc(2026, 10, 24, 22), 25 * HOUR),
        # in Santiago clocks change at midnight: the day begins at 1:00, or the evening before comes twice
        (SANTIAGO, date(2026, 9, 6), utc(2026, 9, 6, 4), 23 * HOUR),
        (SANTIAGO, date(2026, 4, 4), utc(2026, 4, 4, 3), 25 * HOUR),
        # Samoa left out a day when it crossed the date line
        (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), utc(2011, 12, 30, 10), timedelta()),
    ],
)
def test_a_local_day_lasts_from_midnight_to_midnight(
    zone: ZoneInfo, day: date, start: datetime, length: timedelta
) -> None:
    window = day_window(day, zone)
    assert (window.start, window.end - window.start) == (start, length)
    assert (window.day, window.zone) == (day, zone.key)


@given(ZONES, DAYS)
def test_days_follow_each_other_without_gap_or_overlap(zone: ZoneInfo, day: date) -> None:
    windows = [day_window(day + timedelta(days=number), zone) for number in range(3)]
    assert all(one.end == other.start for one, other in pairwise(windows))


@given(ZONES, DAYS)
def test_every_moment_of_a_day_has_its_date(zone: ZoneInfo, day: date) -> None:
    window = day_window(day, zone)
    for moment in (
        window.start,
        window.start + (window.end - window.start) / 2,
        window.end - timedelta(milliseconds=1),
    ):
        assert moment.astimezone(zone).date() == day


def test_a_day_is_compared_with_the_seven_local_days_before_it() -> None:
    days = compared_days(date(2026, 3, 10), NEW_YORK)
    assert [day.day for day in days] == [date(2026, 3, number) for number in range(3, 10)]
    assert (days[0].start, days[-1].end) == (utc(2026, 3, 3, 5), utc(2026, 3, 10, 4))


def test_the_days_before_add_up_and_stand_beside_the_day_itself() -> None:
    before = [DayCounts(date(2026, 2, 27), Counts(completed=3)), DayCounts(date(2026, 2, 28), Counts(1, 2, 3, 4))]
    digest = summarise(Ended(Counts(), [], []), [], before, day_window(date(2026, 3, 1), SEOUL), utc(2026, 3, 2))
    assert digest.before == Counts(4, 2, 3, 4)
    assert digest.days == (*before, DayCounts(date(2026, 3, 1), Counts()))


@pytest.mark.parametrize(
    ("zone", "day", "at", "due_at"),
    [
        (SEOUL, date(2026, 3, 1), NINE, utc(2026, 3, 2, 0)),
        (NEW_YORK, date(2026, 3, 7), NINE, utc(2026, 3, 8, 13)),
        (NEW_YORK, date(2026, 3, 6), NINE, utc(2026, 3, 7, 14)),
        (NEW_YORK, date(2026, 3, 7), time(2, 30), utc(2026, 3, 8, 7, 30)),  # skipped: at 3:30 of the new time
        (NEW_YORK, date(2026, 10, 31), time(1, 30), utc(2026, 11, 1, 5, 30)),  # comes twice: the first one
        (SANTIAGO, date(2026, 9, 5), time(), utc(2026, 9, 6, 4)),
    ],
)
def test_a_digest_is_due_on_the_morning_after(zone: ZoneInfo, day: date, at: time, due_at: datetime) -> None:
    assert digest_due_at(day, at, zone) == due_at


@given(ZONES, DAYS, TIMES_OF_DAY)
def test_a_day_is_over_when_its_digest_is_due(zone: ZoneInfo, day: date, at: time) -> None:
    assert digest_due_at(day, at, zone) >= day_window(day, zone).end


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        (utc(2026, 3, 1, 23, 59), SEOUL, date(2026, 3, 1)),  # 8:59 in Seoul
        (utc(2026, 3, 2, 0, 0), SEOUL, date(2026, 3, 2)),
        (utc(2026, 3, 2, 14, 59), SEOUL, date(2026, 3, 2)),
        (utc(2026, 3, 2, 15, 0), SEOUL, date(2026, 3, 2)),
        (utc(2026, 3, 8, 12, 59), NEW_YORK, date(2026, 3, 7)),
        (utc(2026, 3, 8, 13, 0), NEW_YORK, date(2026, 3, 8)),
    ],
)
def test_the_next_digest_is_about_the_first_day_that_is_not_due_yet(now: datetime, zone: ZoneInfo, day: date) -> None:
    assert next_digest_day(now, NINE, zone) == day


@given(ZONES, st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)), TIMES_OF_DAY)  # noqa: DTZ001 - hypothesis adds the zone
def test_the_next_digest_is_neither_due_nor_a_day_too_late(zone: ZoneInfo, now: datetime, at: time) -> None:
    day = next_digest_day(now, at, zone)
    assert digest_due_at(day - timedelta(days=1), at, zone) <= now < digest_due_at(day, at, zone)


def test_outcomes_are_counted_and_words_we_do_not_know_are_counted_as_other() -> None:
    counted = count([(COMPLETED, 5), (FAILED, 2), (CANCELED, 1), (UNKNOWN, 1), (COMPLETED, 1)])
    assert counted == Counts(completed=6, failed=2, canceled=1, other=1)
    assert (counted.total, counted.success_rate) == (10, 0.6)


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (Counts(completed=9, failed=1), Counts(completed=1, failed=1), 0.4),
        (Counts(failed=1), Counts(completed=7), -1.0),
        (Counts(completed=3), Counts(completed=3), 0.0),
        (Counts(), Counts(completed=3), None),
        (Counts(completed=3), Counts(), None),
    ],
)
def test_the_success_rate_is_compared_where_both_sides_have_one(
    now: Counts, before: Counts, change: float | None
) -> None:
    digest = Digest(day_window(date(2026, 3, 1), SEOUL), START, now, before, (), (), (), 0)
    assert digest.rate_change == (None if change is None else pytest.approx(change))


def a_run(name: str, status: ExecutionStatus, ended: timedelta | None, ran_for: timedelta | None) -> DigestRun:
    ended_at = None if ended is None else START + ended
    started_at = None if ran_for is None else (ended_at or START) - ran_for
    return DigestRun(name, "orders", "load", status, started_at, ended_at)


def digest_of(ended: list[DigestRun], running: list[DigestRun], made_at: datetime = START) -> Digest:
    bad = [run for run in ended if run.status is not COMPLETED]
    timed = [run for run in ended if run.ran_for is not None]
    return summarise(
        Ended(count((run.status, 1) for run in ended), bad, timed),
        running,
        [],
        day_window(date(2026, 3, 1), SEOUL),
        made_at,
    )


def test_a_digest_lists_the_newest_failures_the_slowest_runs_and_the_longest_running() -> None:
    ended = [
        a_run("quick", COMPLETED, 1 * HOUR, 1 * MINUTE),
        a_run("slow", COMPLETED, 2 * HOUR, 3 * HOUR),
        a_run("early failure", FAILED, 3 * HOUR, 2 * MINUTE),
        a_run("late failure", CANCELED, 4 * HOUR, None),
        a_run("unknown end", UNKNOWN, 5 * HOUR, 2 * HOUR),
    ]
    running = [
        a_run("young", RUNNING, None, MINUTE),
        a_run("not started", READY, None, None),
        a_run("old", RUNNING, None, HOUR),
    ]
    digest = digest_of(ended, running)

    assert names(digest.failures) == ["unknown end", "late failure", "early failure"]
    assert names(digest.slowest) == ["slow", "unknown end", "early failure"]
    assert names(digest.running) == ["old", "young", "not started"]
    assert digest.counts == Counts(completed=2, failed=1, canceled=1, other=1)
    assert (digest.bad_count, digest.running_count) == (3, 3)


def test_a_digest_of_a_bad_day_is_cut_and_still_counts_everything() -> None:
    many = [a_run(f"e{number}", FAILED, number * MINUTE, number * MINUTE) for number in range(50)]
    digest = digest_of(many, many)

    assert (len(digest.failures), len(digest.slowest), len(digest.running)) == (
        SHOWN_FAILURES,
        SHOWN_SLOWEST,
        SHOWN_RUNNING,
    )
    assert (digest.bad_count, digest.running_count) == (50, 50)
    assert digest.failures[0].job_execution_id == digest.slowest[0].job_execution_id == "e49"


def test_a_digest_of_an_empty_day_says_nothing_and_has_no_rate() -> None:
    digest = digest_of([], [])
    assert (digest.counts.total, digest.counts.success_rate, digest.rate_change) == (0, None, None)


@pytest.mark.parametrize(("made_after", "is_partial"), [(-MINUTE, True), (timedelta(), False), (HOUR, False)])
def test_a_digest_made_before_the_day_is_over_says_so(made_after: timedelta, is_partial: bool) -> None:
    end = day_window(date(2026, 3, 1), SEOUL).end
    assert digest_of([], [], end + made_after).is_partial is is_partial


def names(runs: tuple[DigestRun, ...]) -> list[str]:
    return [run.job_execution_id for run in runs]
