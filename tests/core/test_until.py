from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.silence import Weekly
from bot.core.until import parse_clock, parse_until, parse_weekly

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY_TEN = datetime(2026, 3, 2, 10, tzinfo=SEOUL)

moments = st.timedeltas(timedelta(), timedelta(days=30_000)).map(lambda after: datetime(2000, 1, 1, tzinfo=UTC) + after)
zones = st.sampled_from(("Asia/Seoul", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")).map(ZoneInfo)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30m", "2026-03-02 10:30"),
        ("4h", "2026-03-02 14:00"),
        ("1h30m", "2026-03-02 11:30"),
        ("18:00", "2026-03-02 18:00"),
        ("9:00", "2026-03-03 09:00"),
        ("10:00", "2026-03-03 10:00"),
        ("today 23:59", "2026-03-02 23:59"),
        ("tomorrow", "2026-03-03 00:00"),
        ("tomorrow 9:00", "2026-03-03 09:00"),
        ("  Tomorrow   9:00 ", "2026-03-03 09:00"),
        ("2026-12-24", "2026-12-24 00:00"),
        ("2026-12-24 18:00", "2026-12-24 18:00"),
        ("2026-12-24T18:00", "2026-12-24 18:00"),
    ],
)
def test_an_end_is_understood_as_people_write_it(text: str, meant: str) -> None:
    assert parse_until(text, MONDAY_TEN, SEOUL) == datetime.fromisoformat(meant).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "45",
        "0m",
        "today",
        "today 9:00",
        "2026-03-02",
        "2020-01-01",
        "2026-02-30",
        "24:00",
        "9",
        "9:5",
        "soon",
        "-1h",
        "999999999999d",
        "0000-00-00",
    ],
)
def test_what_is_not_an_end_in_the_future_is_refused(text: str) -> None:
    assert parse_until(text, MONDAY_TEN, SEOUL) is None


@pytest.mark.parametrize(
    ("now", "text", "meant"),
    [
        pytest.param("2026-03-28 20:00+00:00", "2:30", "2026-03-29 01:30+00:00", id="a time that the clocks skip"),
        pytest.param("2026-10-24 20:00+00:00", "2:30", "2026-10-25 00:30+00:00", id="the first of two"),
        pytest.param("2026-10-25 00:45+00:00", "2:30", "2026-10-25 01:30+00:00", id="the second of two"),
        pytest.param("2026-10-24 20:00+00:00", "24h", "2026-10-25 20:00+00:00", id="a duration is a duration"),
        pytest.param("2026-10-24 20:00+00:00", "tomorrow 22:00", "2026-10-25 21:00+00:00", id="a day of 25 hours"),
    ],
)
def test_a_change_of_the_clocks_moves_no_end_into_the_past(now: str, text: str, meant: str) -> None:
    assert parse_until(text, datetime.fromisoformat(now), BERLIN) == datetime.fromisoformat(meant)


@given(text=st.text(max_size=20), now=moments, zone=zones)
def test_whatever_is_typed_is_an_end_in_the_future_or_nothing(text: str, now: datetime, zone: ZoneInfo) -> None:
    end = parse_until(text, now, zone)
    assert end is None or end > now


@given(clock=st.times(), now=moments, zone=zones)
def test_a_time_of_day_is_its_next_coming(clock: time, now: datetime, zone: ZoneInfo) -> None:
    end = parse_until(f"{clock:%H:%M}", now, zone)
    assert end is not None
    assert now < end <= now + timedelta(hours=26)


@given(day=st.dates(date(2001, 1, 2), date(2099, 1, 1)), clock=st.times(), zone=zones)
def test_what_is_written_out_in_full_means_that_very_minute(day: date, clock: time, zone: ZoneInfo) -> None:
    end = parse_until(f"{day} {clock:%H:%M}", datetime(2001, 1, 1, tzinfo=UTC), zone)
    assert end is not None
    local = end.astimezone(zone)
    is_skipped = f"{local:%Y-%m-%d %H:%M}" != f"{day} {clock:%H:%M}"
    assert not is_skipped or local.utcoffset() != (local - timedelta(hours=3)).utcoffset()


@pytest.mark.parametrize("text", ["", "9", "9:5", "24:00", "12:60", "a:00", "-1:00", "1:2:3", "٣٣:99"])
def test_what_is_not_a_time_of_day_is_refused(text: str) -> None:
    assert parse_clock(text) is None


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ("mon", {0}),
        ("mon,wed", {0, 2}),
        ("Monday, sun", {0, 6}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("weekends,fri", {4, 5, 6}),
        ("daily", set(range(7))),
    ],
)
def test_days_of_the_week_are_understood(days: str, weekdays: set[int]) -> None:
    weekly = parse_weekly(days, "02:00", "90m", SEOUL)
    assert weekly == Weekly(
        frozenset(weekdays), parse_clock("02:00") or MONDAY_TEN.time(), timedelta(minutes=90), SEOUL.key
    )


@pytest.mark.parametrize(
    ("days", "start", "lasts"),
    [
        ("", "02:00", "90m"),
        ("mon,", "02:00", "90m"),
        ("monkey", "02:00", "90m"),
        ("mon", "2", "90m"),
        ("mon", "02:00", ""),
        ("mon", "02:00", "8d"),
        ("mon", "02:00", "0m"),
    ],
)
def test_what_is_not_a_weekly_window_is_refused(days: str, start: str, lasts: str) -> None:
    assert parse_weekly(days, start, lasts, SEOUL) is None
