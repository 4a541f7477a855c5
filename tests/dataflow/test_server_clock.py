"""The API's clock as learnt from Date headers."""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataflow.server_clock import ServerClock, parse_http_date

NOON = datetime(2025, 3, 20, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Machine:
    """Our own clock, and a server whose clock is ahead of it by `ahead`."""

    def __init__(self) -> None:
        self.now = NOON
        self.ahead = timedelta()
        self.server_clock = ServerClock(lambda: self.now)

    def exchange(self, to_server: timedelta = 0 * SECOND, back: timedelta = 0 * SECOND) -> timedelta:
        sent_at = self.now
        self.now += to_server
        header = format_datetime(self.now + self.ahead, usegmt=True)
        self.now += back
        self.server_clock.observe(header, sent_at)
        return self.server_clock.offset


seconds = st.floats(-3600, 3600).map(lambda s: timedelta(seconds=s))
latencies = st.floats(0, 20).map(lambda s: timedelta(seconds=s))


@given(seconds, latencies, latencies)
def test_the_offset_is_right_to_the_resolution_of_the_header_and_half_the_latency(
    ahead: timedelta, to_server: timedelta, back: timedelta
) -> None:
    machine = Machine()
    machine.ahead = ahead
    learnt = machine.exchange(to_server, back)
    assert abs(learnt - ahead) <= 3 * SECOND + to_server + back


@given(st.floats(-1, 1), latencies, latencies)
def test_clocks_that_agree_are_not_corrected_however_slow_the_answer(
    drift: float, to_server: timedelta, back: timedelta
) -> None:
    machine = Machine()
    machine.ahead = timedelta(seconds=drift)
    assert machine.exchange(to_server, back) == timedelta()


def test_an_offset_stays_until_an_answer_contradicts_it() -> None:
    machine = Machine()
    machine.ahead = timedelta(minutes=3)
    first = machine.exchange()
    machine.now += timedelta(milliseconds=700)
    assert machine.exchange() == first
    machine.ahead = timedelta()
    assert machine.exchange() == timedelta()


def test_a_skew_over_a_minute_is_warned_of_once_and_again_when_it_changes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    machine = Machine()
    warnings = []
    for ahead in (30, 90, 91, 120, 240, 0, 0, 90):
        machine.ahead = timedelta(seconds=ahead)
        machine.exchange()
        warnings.append(len(caplog.records))
    assert warnings == [0, 1, 1, 1, 2, 2, 2, 3]
    assert "+90 s" in caplog.records[0].getMessage() or "+91 s" in caplog.records[0].getMessage()


@pytest.mark.parametrize(
    "header",
    [None, "", "now", "Thu, 99 Mar 2025 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -2300", "0 0 0 0 0", "\ud800"],
)
def test_a_header_that_is_no_date_is_ignored(header: str | None) -> None:
    server_clock = ServerClock(lambda: NOON)
    server_clock.observe(header, NOON)
    assert server_clock.offset == timedelta()


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    parsed = parse_http_date(text)
    assert parsed is None or parsed.tzinfo is UTC


@pytest.mark.parametrize("header", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"])
def test_an_absurd_date_still_yields_a_timestamp(header: str) -> None:
    server_clock = ServerClock(lambda: NOON)
    server_clock.observe(header, NOON)
    assert isinstance(server_clock.timestamp_ms(server_clock.offset), int)
