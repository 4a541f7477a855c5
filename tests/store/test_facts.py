"""The facts of a message survive their stay in the outbox, whatever was in the API's answer."""

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.delivery import Facts, Notice, NoticeKind, Purpose
from bot.core.digest import Counts, Digest, DigestRun, MessageRef, Window
from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.store import facts

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)  # the boundary lets no lone surrogate in
TIMES = st.datetimes(timezones=st.just(UTC))
SPANS = st.timedeltas(timedelta(), timedelta(days=400))
NUMBERS = st.integers(0, 2**31 - 1)
STATUSES = st.sampled_from(ExecutionStatus)
MAYBE_TEXT, MAYBE_TIME, MAYBE_NUMBER = (st.none() | values for values in (TEXTS, TIMES, NUMBERS))

EXECUTIONS = st.builds(
    Execution,
    TEXTS,
    TEXTS,
    st.builds(Job, TEXTS, TEXTS, MAYBE_NUMBER, MAYBE_TEXT, MAYBE_TEXT),
    STATUSES,
    reported_status=TEXTS,
    created_at=MAYBE_TIME,
    started_at=MAYBE_TIME,
    ended_at=MAYBE_TIME,
    trigger=st.none() | st.builds(Trigger, TEXTS, TEXTS),
    waiting_time=MAYBE_NUMBER,
    running_time=MAYBE_NUMBER,
    executor_num=MAYBE_NUMBER,
)
ALERTS = st.builds(Alert, TEXTS, EXECUTIONS, TIMES, st.none() | SPANS)
LINKS = st.none() | st.builds(MessageRef, TEXTS, TEXTS)
COUNTS = st.builds(Counts, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
RUNS = st.lists(
    st.builds(
        DigestRun,
        TEXTS,
        TEXTS,
        TEXTS,
        STATUSES,
        MAYBE_TIME,
        MAYBE_TIME,
        st.none() | st.builds(MessageRef, TEXTS, TEXTS),
    ),
    max_size=3,
).map(tuple)
WINDOWS = st.builds(Window, st.dates(date(2000, 1, 1)), st.timezone_keys(), TIMES, TIMES)
DIGESTS = st.builds(Digest, WINDOWS, TIMES, COUNTS, COUNTS, RUNS, RUNS, RUNS, NUMBERS)
NOTICES = st.builds(Notice, st.sampled_from(NoticeKind), TEXTS, TEXTS, NUMBERS)


@given(ALERTS | DIGESTS | NOTICES)
def test_facts_come_out_of_the_outbox_as_they_went_in(message: Facts) -> None:
    assert facts.decode(facts.purpose_of(message), facts.encode(message)) == message


@pytest.mark.parametrize("text", ["{}", "[]", "not JSON", '{"workflow_name": 1}'])
@pytest.mark.parametrize("purpose", Purpose)
def test_what_another_version_queued_and_this_one_cannot_read_is_told_as_it_stands(purpose: Purpose, text: str) -> None:
    told = facts.decode(purpose, text)
    assert told == Notice(NoticeKind.UNREADABLE, purpose, text)
