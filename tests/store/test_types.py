"""The column types: what goes in comes out, and what cannot be kept is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.core.model import ExecutionStatus
from bot.store.engine import Database
from bot.store.message_tables import ChannelRow
from bot.store.types import StatusCode, UtcTime

DIALECT: Dialect = sqlite.dialect()
KST = timezone(timedelta(hours=9))


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - what is refused
    with database.transaction() as session, pytest.raises(StatementError, match="without a zone"):
        session.execute(insert(ChannelRow).values(channel="C1", ready_at=naive))


@pytest.mark.parametrize(
    "time",
    [
        datetime(2026, 3, 2, 1, 0, 0, 123000, tzinfo=UTC),
        datetime(2026, 3, 2, 10, 0, tzinfo=KST),
        datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_a_time_comes_back_as_the_same_moment_in_utc(database: Database, time: datetime) -> None:
    with database.transaction() as session:
        session.execute(insert(ChannelRow).values(channel="C1", ready_at=time))
    with database.snapshot() as session:
        kept = session.execute(select(ChannelRow.ready_at)).scalar_one()
    assert kept == time
    assert kept.tzinfo is UTC


@given(st.datetimes(timezones=st.timezones()), st.datetimes(timezones=st.timezones()))
def test_stored_times_sort_like_the_moments_they_stand_for(one: datetime, other: datetime) -> None:
    first, second = (UtcTime().process_bind_param(time.astimezone(UTC), DIALECT) for time in (one, other))
    assert first is not None
    assert second is not None
    assert (first <= second) or one > other


@pytest.mark.parametrize("status", ExecutionStatus)
def test_every_status_has_a_code_of_its_own(status: ExecutionStatus) -> None:
    column = StatusCode()
    assert column.process_result_value(column.process_bind_param(status, DIALECT), DIALECT) is status
