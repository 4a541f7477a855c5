"""When a rule says that a workflow begins."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.overdue_words import spell_recurrence
from bot.core.recurrence import Interval, Recurrence

SEOUL = ZoneInfo("Asia/Seoul")
DAILY = Recurrence(Interval.DAY, time(10))
WEEKLY = Recurrence(Interval.WEEK, time(10), frozenset({0, 4}))
ON_THE_31ST = Recurrence(Interval.MONTH, time(10), day_of_month=31)
ON_THE_LAST = Recurrence(Interval.MONTH, time(10))
HOURLY = Recurrence(Interval.HOUR, time(0, 20))


def seoul(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL).astimezone(UTC)


@pytest.mark.parametrize(
    ("rule", "now", "last"),
    [
        (DAILY, "2026-03-02T10:00", "2026-03-02T10:00"),
        (DAILY, "2026-03-02T09:59", "2026-03-01T10:00"),
        (WEEKLY, "2026-03-02T10:01", "2026-03-02T10:00"),  # a Monday
        (WEEKLY, "2026-03-02T09:00", "2026-02-27T10:00"),  # the Friday before
        (ON_THE_31ST, "2026-03-30T12:00", "2026-01-31T10:00"),  # February has none
        (ON_THE_LAST, "2026-03-30T12:00", "2026-02-28T10:00"),
        (ON_THE_LAST, "2028-03-01T00:00", "2028-02-29T10:00"),
        (HOURLY, "2026-03-02T10:20", "2026-03-02T10:20"),
        (HOURLY, "2026-03-02T00:19", "2026-03-01T23:20"),
    ],
)
def test_the_newest_start_is_found(rule: Recurrence, now: str, last: str) -> None:
    assert rule.last_start(seoul(now)) == seoul(last)


def test_a_week_without_days_has_no_start() -> None:
    assert Recurrence(Interval.WEEK, time(10)).last_start(seoul("2026-03-02T10:00")) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (DAILY, "every day at 10:00 (Asia/Seoul)"),
        (WEEKLY, "every Monday, Friday at 10:00 (Asia/Seoul)"),
        (ON_THE_31ST, "on day 31 of every month at 10:00 (Asia/Seoul)"),
        (ON_THE_LAST, "on the last day of every month at 10:00 (Asia/Seoul)"),
        (HOURLY, "every hour at minute 20"),
    ],
)
def test_a_rule_can_be_read(rule: Recurrence, words: str) -> None:
    assert spell_recurrence(rule) == words


RULES = st.builds(
    Recurrence,
    interval=st.sampled_from(Interval),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    day_of_month=st.sampled_from([-1, 1, 28, 29, 30, 31]),
    zone=st.sampled_from(["Asia/Seoul", "Europe/Berlin", "America/New_York", "UTC"]),
)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=2000)).map(lambda span: datetime(2024, 1, 1, tzinfo=UTC) + span)


@given(RULES, MOMENTS)
def test_a_start_is_never_in_the_future_and_is_its_own_last_start(rule: Recurrence, now: datetime) -> None:
    last = rule.last_start(now)
    assert last is not None
    assert last <= now
    assert rule.last_start(last) == last


@given(RULES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=90)))
def test_time_going_on_never_takes_a_start_back(rule: Recurrence, now: datetime, later: timedelta) -> None:
    first, second = rule.last_start(now), rule.last_start(now + later)
    assert first is not None
    assert second is not None
    assert first <= second


@given(MOMENTS)
def test_a_daily_start_comes_each_day_also_when_the_clocks_change(now: datetime) -> None:
    last = Recurrence(Interval.DAY, time(2, 30), zone="Europe/Berlin").last_start(now)
    assert last is not None
    assert now - last < timedelta(hours=25)
