"""What counts as a transition, and when it happened."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Change, KnownExecution, Watch, detect
from tests.doubles import START, an_ended_execution, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MOMENT = timedelta(milliseconds=100)
FIRST_LOOK = Watch(START, is_first_look=True)
LATER_LOOK = Watch(START, is_first_look=False)
SEEN = START + 10 * MINUTE

BEFORE, AFTER = START - MINUTE, START + MINUTE


def known(status: ExecutionStatus, ended_at: datetime | None = None) -> dict[str, KnownExecution]:
    return {"e1": KnownExecution(status, None, ended_at)}


def look(
    execution: Execution, before: dict[str, KnownExecution] | None = None, watch: Watch = LATER_LOOK
) -> Change | None:
    changes = detect(before or {}, [execution], watch, SEEN)
    return changes[0] if changes else None


@pytest.mark.parametrize(
    ("watch", "status", "ended_at", "is_told"),
    [
        (FIRST_LOOK, FAILED, BEFORE, False),
        (FIRST_LOOK, FAILED, START - SECOND, False),
        (FIRST_LOOK, FAILED, START, True),  # dates have whole seconds: it may have ended just after
        (Watch(START + MOMENT, is_first_look=True), FAILED, START, True),
        (Watch(START + MOMENT, is_first_look=True), FAILED, START + MOMENT, False),
        (Watch(START + MOMENT, is_first_look=True), FAILED, START + 2 * MOMENT, True),
        (FIRST_LOOK, FAILED, AFTER, True),
        (FIRST_LOOK, FAILED, None, False),
        (FIRST_LOOK, UNKNOWN, BEFORE, False),
        (FIRST_LOOK, UNKNOWN, None, True),
        (FIRST_LOOK, RUNNING, None, True),
        (FIRST_LOOK, READY, None, True),
        (LATER_LOOK, FAILED, BEFORE - SECOND, False),  # the first look missed it
        (LATER_LOOK, FAILED, BEFORE, True),  # it ended since the first look, by a clock that is behind
        (LATER_LOOK, FAILED, AFTER, True),
        (LATER_LOOK, FAILED, None, True),
        (LATER_LOOK, CANCELED, AFTER, True),
        (LATER_LOOK, COMPLETED, AFTER, True),
    ],
)
def test_of_executions_never_seen_only_those_that_ended_before_the_baseline_are_silent(
    watch: Watch, status: ExecutionStatus, ended_at: datetime | None, is_told: bool
) -> None:
    change = look(an_execution(status=status, ended_at=ended_at), watch=watch)
    assert change is not None
    assert change.is_new
    assert (change.transition is not None) is is_told


@pytest.mark.parametrize(
    ("before", "now", "is_told"),
    [
        (READY, READY, False),
        (READY, RUNNING, True),
        (READY, FAILED, True),
        (READY, UNKNOWN, True),
        (RUNNING, READY, False),  # a page older than the last one
        (RUNNING, RUNNING, False),
        (RUNNING, COMPLETED, True),
        (RUNNING, CANCELED, True),
        (RUNNING, UNKNOWN, True),
        (UNKNOWN, RUNNING, True),
        (UNKNOWN, READY, False),
        (COMPLETED, RUNNING, False),
        (COMPLETED, FAILED, False),  # an end is final
        (FAILED, FAILED, False),
        (FAILED, COMPLETED, False),
        (FAILED, UNKNOWN, False),
    ],
)
def test_a_known_execution_moves_forward_only(before: ExecutionStatus, now: ExecutionStatus, is_told: bool) -> None:
    change = look(an_execution(status=now), known(before))
    transition = change.transition if change else None
    assert (transition is not None) is is_told
    if transition:
        assert (transition.previous, transition.status) == (before, now)


def test_a_known_execution_that_ended_before_the_baseline_by_the_apis_clock_is_told_all_the_same() -> None:
    """We saw it open, so its end is news: the API's pages and its clock need not agree to the second."""
    change = look(an_ended_execution(at=BEFORE), known(RUNNING))
    assert change is not None
    assert change.transition is not None


def test_a_workflow_that_is_watched_again_has_a_baseline_for_what_was_open_when_it_was_left() -> None:
    change = look(an_ended_execution(at=BEFORE), known(RUNNING), FIRST_LOOK)
    assert change is not None
    assert not change.is_new
    assert change.transition is None


class TestAnUnknownWord:
    """A status that the API guide does not list: an end date makes it an end."""

    def test_is_no_end_without_an_end_date(self) -> None:
        change = look(an_execution(status=UNKNOWN), known(RUNNING))
        assert change is not None
        assert not change.execution.is_ended

    def test_ends_when_its_end_date_appears(self) -> None:
        change = look(an_execution(status=UNKNOWN, ended_at=AFTER), known(UNKNOWN))
        assert change is not None
        assert change.transition is not None
        assert change.execution.is_ended

    def test_does_not_end_twice(self) -> None:
        assert look(an_execution(status=UNKNOWN, ended_at=AFTER), known(UNKNOWN, ended_at=AFTER)) is None

    def test_does_not_come_back_to_life_when_the_date_is_missing_once(self) -> None:
        assert look(an_execution(status=UNKNOWN), known(UNKNOWN, ended_at=AFTER)) is None

    def test_may_turn_out_to_be_an_end_that_we_know(self) -> None:
        change = look(an_ended_execution(at=AFTER), known(UNKNOWN))
        assert change is not None
        assert change.transition is not None
        assert change.transition.status is FAILED


@pytest.mark.parametrize(
    ("execution", "happened_at"),
    [
        (an_execution(status=FAILED, ended_at=AFTER), AFTER),
        (an_execution(status=FAILED, ended_at=None, started_at=AFTER), SEEN),
        (an_execution(status=FAILED, ended_at=SEEN + MINUTE), SEEN),  # the API's clock is ahead of ours
        (an_execution(status=RUNNING, started_at=AFTER, created_at=BEFORE), AFTER),
        (an_execution(status=RUNNING, created_at=AFTER), AFTER),
        (an_execution(status=RUNNING), SEEN),
        (an_execution(status=READY, created_at=AFTER, started_at=AFTER + MINUTE), AFTER),
        (an_execution(status=READY), SEEN),
    ],
)
def test_a_transition_happened_when_the_api_says_so_and_never_after_it_was_seen(
    execution: Execution, happened_at: datetime
) -> None:
    change = look(execution)
    assert change is not None
    assert change.transition is not None
    assert (change.transition.happened_at, change.transition.seen_at) == (happened_at, SEEN)


def test_a_date_that_arrives_later_is_written_down_and_not_told() -> None:
    change = look(an_execution(status=FAILED, ended_at=AFTER), known(FAILED))
    assert change is not None
    assert (change.is_new, change.transition) == (False, None)


def test_an_end_date_that_is_missing_from_a_later_page_is_kept() -> None:
    assert look(an_execution(status=FAILED), known(FAILED, ended_at=AFTER)) is None


def test_changes_come_in_the_order_in_which_they_happened() -> None:
    executions = [
        an_ended_execution("third", at=START + 3 * MINUTE),
        an_execution("second", RUNNING, started_at=START + 2 * MINUTE),
        an_ended_execution("first", at=START + MINUTE),
        an_execution("last", FAILED),
    ]
    for order in permutations(executions):
        changes = detect({}, order, LATER_LOOK, SEEN)
        assert [change.execution.job_execution_id for change in changes] == ["first", "second", "third", "last"]


@given(st.permutations([READY, RUNNING, FAILED, RUNNING, READY, FAILED]))
def test_an_execution_repeated_over_two_pages_counts_once_and_as_the_one_further_on(
    statuses: list[ExecutionStatus],
) -> None:
    changes = detect({}, [an_execution(status=status) for status in statuses], LATER_LOOK, SEEN)
    assert [change.execution.status for change in changes] == [FAILED]


@given(st.lists(st.tuples(st.sampled_from(ExecutionStatus), st.sampled_from([None, BEFORE, AFTER])), max_size=8))
def test_an_execution_ends_at_most_once_whatever_the_api_says(
    readings: list[tuple[ExecutionStatus, datetime | None]],
) -> None:
    memory: dict[str, KnownExecution] = {}
    ends = 0
    for status, ended_at in readings:
        change = look(an_execution(status=status, ended_at=ended_at), memory)
        if change:
            told = change.execution
            memory["e1"] = KnownExecution(told.status, told.started_at, told.ended_at)
            ends += change.transition is not None and told.is_ended
    assert ends <= 1


@given(st.sampled_from(ExecutionStatus), st.sampled_from([None, BEFORE, AFTER]))
def test_reading_the_same_again_changes_nothing(status: ExecutionStatus, ended_at: datetime | None) -> None:
    execution = an_execution(status=status, ended_at=ended_at)
    change = look(execution)
    assert change is not None
    memory = {"e1": KnownExecution(status, execution.started_at, execution.ended_at)}
    assert look(execution, memory) is None
