"""Durations as people write and read them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.durations import parse, spell


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(), "under 1 s"),
        (timedelta(milliseconds=999), "under 1 s"),
        (timedelta(seconds=-5), "under 1 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=42, seconds=10), "42 min 10 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=1, seconds=3), "1 h"),
        (timedelta(hours=26, minutes=30), "1 d 2 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(span: timedelta, shown: str) -> None:
    assert spell(span) == shown


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("45", timedelta(seconds=45)),
        ("30s", timedelta(seconds=30)),
        ("1.5h", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("10 min", timedelta(minutes=10)),
        ("1min30sec", timedelta(seconds=90)),
        ("2 D", timedelta(days=2)),
    ],
)
def test_a_duration_is_understood_as_people_write_it(text: str, span: timedelta) -> None:
    assert parse(text) == span


@pytest.mark.parametrize(
    "text", ["", "soon", "0", "0s", "-5m", "1x", "h", "5 5x", "9" * 400, "1..5h", "5hin", "5dec", "5ec", "2hours"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse(text) is None


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    span = parse(text)
    assert span is None or span > timedelta()
