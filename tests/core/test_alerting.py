"""Who hears of which transition, and what a late alert is."""

from datetime import datetime, timedelta

import pytest

from bot.core.alerting import Decision, Reason, Subscription, alert_of, decide
from bot.core.model import ExecutionStatus
from bot.core.transitions import Transition
from tests.doubles import START, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
MINUTE = timedelta(minutes=1)


def transition_to(
    status: ExecutionStatus, ended_at: datetime | None = START, seen_after: timedelta = MINUTE
) -> Transition:
    execution = an_execution(status=status, ended_at=ended_at)
    return Transition(execution, RUNNING, ended_at or START, START + seen_after)


@pytest.mark.parametrize(
    ("status", "outcomes", "decision"),
    [
        (FAILED, None, Decision(True, Reason.FAILED)),
        (CANCELED, None, Decision(True, Reason.CANCELED)),
        (UNKNOWN, None, Decision(True, Reason.ENDED_UNKNOWN)),
        (COMPLETED, None, Decision(False, Reason.OUTCOME_NOT_WANTED)),
        (COMPLETED, {COMPLETED}, Decision(True, Reason.COMPLETED)),
        (FAILED, {COMPLETED}, Decision(False, Reason.OUTCOME_NOT_WANTED)),
        (FAILED, set(), Decision(False, Reason.OUTCOME_NOT_WANTED)),
    ],
)
def test_an_end_is_told_to_those_who_ask_for_its_outcome(
    status: ExecutionStatus, outcomes: set[ExecutionStatus] | None, decision: Decision
) -> None:
    subscription = Subscription(1, "C1") if outcomes is None else Subscription(1, "C1", outcomes=frozenset(outcomes))
    assert decide(transition_to(status), "orders", subscription) == decision


@pytest.mark.parametrize("status", [READY, RUNNING, UNKNOWN])
def test_what_has_not_ended_is_told_to_nobody(status: ExecutionStatus) -> None:
    everything = Subscription(1, "C1", outcomes=frozenset(ExecutionStatus))
    assert decide(transition_to(status, ended_at=None), "orders", everything) == Decision(False, Reason.NOT_ENDED)


@pytest.mark.parametrize(
    ("pattern", "is_covered"),
    [
        ("*", True),
        ("w1", True),
        ("orders-daily", True),
        ("orders-*", True),
        ("orders-dail?", True),
        ("W1", False),  # ids are case-sensitive
        ("orders", False),
        ("billing-*", False),
        ("", False),
    ],
)
def test_a_subscription_covers_the_workflows_whose_id_or_name_fits_its_pattern(pattern: str, is_covered: bool) -> None:
    decision = decide(transition_to(FAILED), "orders-daily", Subscription(1, "C1", pattern))
    assert decision.should_alert is is_covered
    assert decision.reason is (Reason.FAILED if is_covered else Reason.WORKFLOW_NOT_WANTED)


@pytest.mark.parametrize(
    ("seen_after", "late_for"),
    [
        (timedelta(), None),
        (2 * MINUTE, None),
        (2 * MINUTE + timedelta(milliseconds=1), 2 * MINUTE + timedelta(milliseconds=1)),
        (timedelta(hours=6), timedelta(hours=6)),
    ],
)
def test_an_alert_is_late_after_more_than_two_poll_intervals(seen_after: timedelta, late_for: timedelta | None) -> None:
    transition = transition_to(FAILED, seen_after=seen_after)
    alert = alert_of(transition, "orders", poll_every=MINUTE)
    assert (alert.late_for, alert.seen_at, alert.workflow_name) == (late_for, START + seen_after, "orders")
    assert alert.execution is transition.execution
