"""What an execution says about itself."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import ExecutionStatus
from tests.doubles import START, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("status", "ended_at", "is_ended"),
    [
        (READY, None, False),
        (RUNNING, None, False),
        (RUNNING, START, False),
        (COMPLETED, None, True),
        (FAILED, None, True),
        (CANCELED, START, True),
        (UNKNOWN, None, False),
        (UNKNOWN, START, True),
    ],
)
def test_the_status_tells_whether_it_ended_and_for_a_word_we_do_not_know_the_end_date(
    status: ExecutionStatus, ended_at: datetime | None, is_ended: bool
) -> None:
    assert an_execution(status=status, ended_at=ended_at).is_ended is is_ended


@pytest.mark.parametrize(
    ("started_at", "ended_at", "ran_for"),
    [
        (START, START + MINUTE, MINUTE),
        (START, None, None),
        (None, START, None),
        (START + MINUTE, START, timedelta()),  # clocks of two machines
    ],
)
def test_it_ran_from_start_to_end(
    started_at: datetime | None, ended_at: datetime | None, ran_for: timedelta | None
) -> None:
    assert an_execution(started_at=started_at, ended_at=ended_at).ran_for == ran_for


@pytest.mark.parametrize(
    ("waiting_time", "running_time", "ran_for", "waited_for"),
    [
        (36, 18, 18 * SECOND, 36 * SECOND),
        (36, 18, 95 * SECOND, 36 * SECOND),  # the guide's example: it does not add up, and is nearer to seconds
        (3, 20, 20 * MINUTE, 3 * MINUTE),
        (3, 20, 20 * MINUTE + 29 * SECOND, 3 * MINUTE),
        (36, None, MINUTE, 36 * SECOND),
        (36, 0, MINUTE, 36 * SECOND),
        (36, 18, None, 36 * SECOND),
        (36, 18, timedelta(), 36 * SECOND),
        (0, 20, 20 * MINUTE, timedelta()),
        (None, 20, 20 * MINUTE, None),
    ],
)
def test_the_unit_of_the_waiting_time_is_the_one_that_fits_the_running_time(
    waiting_time: int | None, running_time: int | None, ran_for: timedelta | None, waited_for: timedelta | None
) -> None:
    execution = an_execution(
        created_at=START,
        started_at=START,
        ended_at=None if ran_for is None else START + ran_for,
        waiting_time=waiting_time,
        running_time=running_time,
    )
    assert execution.waited_for == waited_for


@pytest.mark.parametrize(
    ("created_at", "started_at", "waited_for"),
    [
        (START - MINUTE, START, MINUTE),
        (START, START, 36 * SECOND),  # equal dates say nothing
        (START + MINUTE, START, 36 * SECOND),
        (None, START, 36 * SECOND),
        (START, None, 36 * SECOND),
    ],
)
def test_it_waited_from_creation_to_start_where_the_two_differ(
    created_at: datetime | None, started_at: datetime | None, waited_for: timedelta
) -> None:
    execution = an_execution(created_at=created_at, started_at=started_at, waiting_time=36)
    assert execution.waited_for == waited_for


COUNTS = st.none() | st.integers(0, 2**31 - 1)  # what the boundary lets through


@given(COUNTS, COUNTS, st.timedeltas(timedelta(), timedelta(days=3650)))
def test_no_number_of_the_apis_breaks_the_inference(
    waiting_time: int | None, running_time: int | None, ran_for: timedelta
) -> None:
    execution = an_execution(
        started_at=START, ended_at=START + ran_for, waiting_time=waiting_time, running_time=running_time
    )
    waited_for = execution.waited_for
    assert (waited_for is None) is (waiting_time is None)
    assert waited_for is None or waited_for >= timedelta()
