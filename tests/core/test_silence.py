from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rules import QuietHours
from bot.core.silence import Silence, SilenceKind, Weekly
from tests.doubles import START

HOUR = timedelta(hours=1)
EVERYTHING = Silence(1, SilenceKind.MUTE, START, START + HOUR)

moments = st.timedeltas(timedelta(), timedelta(days=366)).map(lambda after: START + after)
zones = st.sampled_from(("Asia/Seoul", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"))
weeklies = st.builds(
    Weekly,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start=st.times(),
    lasts=st.timedeltas(timedelta(minutes=1), timedelta(days=7)),
    zone=zones,
)
mutes = st.builds(
    lambda starts_at, lasts: Silence(1, SilenceKind.MUTE, starts_at, starts_at + lasts),
    moments,
    st.timedeltas(timedelta(seconds=1), timedelta(days=60)),
)
windows = st.builds(
    lambda starts_at, lasts, weekly: Silence(1, SilenceKind.MAINTENANCE, starts_at, starts_at + lasts, weekly=weekly),
    moments,
    st.timedeltas(timedelta(days=1), timedelta(days=60)),
    weeklies,
)


@pytest.mark.parametrize(
    ("channel", "workflow_id", "job_id", "is_covered"),
    [
        (None, None, None, True),
        ("C1", None, None, True),
        ("C2", None, None, False),
        (None, "w1", None, True),
        (None, "w2", None, False),
        ("C2", "w1", None, False),
        (None, "w1", "j1", True),
        (None, "w1", "j2", False),
    ],
)
def test_what_is_named_in_the_scope_has_to_fit(
    channel: str | None, workflow_id: str | None, job_id: str | None, is_covered: bool
) -> None:
    silence = Silence(1, SilenceKind.MUTE, START, START + HOUR, channel, workflow_id, job_id)
    assert silence.covers("C1", "w1", "j1", START) is is_covered


@pytest.mark.parametrize(
    ("after", "is_active"),
    [(-timedelta(seconds=1), False), (timedelta(), True), (HOUR - timedelta(seconds=1), True), (HOUR, False)],
)
def test_a_mute_holds_from_its_start_until_just_before_its_end(after: timedelta, is_active: bool) -> None:
    assert EVERYTHING.is_active(START + after) is is_active


@given(silence=mutes | windows, now=moments)
def test_nothing_outlives_its_end(silence: Silence, now: datetime) -> None:
    assert silence.ends_at is not None
    if now >= silence.ends_at:
        assert not silence.covers("C1", "w1", "j1", now)
    if silence.is_active(now):
        assert now < silence.end_of(now) <= silence.ends_at


@given(weekly=weeklies, now=moments)
def test_an_occurrence_is_over_when_it_says(weekly: Weekly, now: datetime) -> None:
    end = weekly.end_of(now)
    if end is not None:
        assert now < end <= now + weekly.lasts
        assert weekly.end_of(end) != end


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        pytest.param("2026-03-28", 3.0, id="an ordinary night"),
        pytest.param("2026-03-29", 3.0, id="the night that is an hour short"),
        pytest.param("2026-10-25", 3.0, id="the night that is an hour longer"),
    ],
)
def test_a_window_lasts_as_long_as_it_says_whatever_the_clocks_do(day: str, hours: float) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    weekly = Weekly(frozenset((5, 6)), time(1), timedelta(hours=hours), berlin.key)
    start = datetime.fromisoformat(f"{day} 01:00").replace(tzinfo=berlin).astimezone(UTC)
    assert weekly.end_of(start) == start + timedelta(hours=hours)
    assert weekly.end_of(start - timedelta(minutes=1)) is None
    assert weekly.end_of(start + timedelta(hours=hours)) is None


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-28 21:59+01:00", None),
        ("2026-03-28 22:00+01:00", "2026-03-29 07:00+02:00"),
        ("2026-03-29 06:59+02:00", "2026-03-29 07:00+02:00"),
        ("2026-03-29 07:00+02:00", None),
        ("2026-10-25 02:30+01:00", "2026-10-25 07:00+01:00"),
    ],
)
def test_quiet_hours_end_at_their_local_time_whatever_the_clocks_do(now: str, until: str | None) -> None:
    quiet = QuietHours(time(22), time(7), "Europe/Berlin")
    expected = datetime.fromisoformat(until) if until else None
    assert quiet.until(datetime.fromisoformat(now)) == expected


@given(start=st.times(), end=st.times(), zone=zones, now=moments)
def test_quiet_hours_are_over_when_they_say(start: time, end: time, zone: str, now: datetime) -> None:
    until = QuietHours(start, end, zone).until(now)
    assert until is None or now < until <= now + timedelta(hours=26)
