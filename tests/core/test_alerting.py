"""Who hears of which end, when, and for which reason; and what a late alert is."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.core.alerting import Decision, End, Reason, Verdict, decide, lateness
from bot.core.flapping import Flapping
from bot.core.incidents import Change, Incident, JobTrouble, Step, advance
from bot.core.model import ExecutionStatus
from bot.core.rules import DEFAULT_OUTCOMES, Outcome, QuietHours, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.transitions import Transition
from tests.doubles import LOAD, START, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TELL, HOLD, SILENT = Verdict
NOW = START + MINUTE

HOUR_LONG_MUTE = Silence(1, SilenceKind.MUTE, START, START + HOUR)
LONGER_WINDOW = Silence(2, SilenceKind.MAINTENANCE, START, START + 2 * HOUR)
QUIET = QuietHours(time(9), time(12), "Asia/Seoul")
"""START is 10:00 in Seoul."""


def an_end(
    status: ExecutionStatus, failures_before: int = 0, flapping: Flapping | None = None, ended_at: datetime = START
) -> End:
    """The end of a run of a job that failed so many times in a row before."""
    execution = an_execution(status=status, ended_at=ended_at)
    earlier = an_execution("earlier", FAILED, ended_at=START - HOUR)
    trouble = JobTrouble(LOAD, failures_before, START - HOUR, START - HOUR, earlier)
    open_incidents = [Incident("w1", START - HOUR, (trouble,), flapping=flapping)] if failures_before else []
    change = advance(open_incidents, execution, ended_at, flapping)
    return End(Transition(execution, RUNNING, ended_at, NOW), "orders-daily", change)


def decided(
    end: End,
    rules: Rules | None = None,
    silences: Collection[Silence] = (),
    *,
    now: datetime = NOW,
    has_card: bool = False,
) -> Decision:
    return decide(end, Subscription(1, "C1", rules=rules or Rules()), list(silences), now, has_card=has_card)


@pytest.mark.parametrize(
    ("status", "outcomes", "verdict", "reason"),
    [
        (FAILED, DEFAULT_OUTCOMES, TELL, Reason.FAILED),
        (CANCELED, DEFAULT_OUTCOMES, TELL, Reason.CANCELED),
        (UNKNOWN, DEFAULT_OUTCOMES, TELL, Reason.ENDED_UNKNOWN),
        (COMPLETED, DEFAULT_OUTCOMES, SILENT, Reason.OUTCOME_NOT_WANTED),
        (COMPLETED, {Outcome.COMPLETED}, TELL, Reason.COMPLETED),
        (FAILED, {Outcome.COMPLETED}, SILENT, Reason.OUTCOME_NOT_WANTED),
        (FAILED, set(), SILENT, Reason.OUTCOME_NOT_WANTED),
    ],
)
def test_an_end_is_told_to_those_who_ask_for_its_outcome(
    status: ExecutionStatus, outcomes: Collection[Outcome], verdict: Verdict, reason: Reason
) -> None:
    assert decided(an_end(status), Rules(outcomes=frozenset(outcomes))) == Decision(verdict, reason)


@pytest.mark.parametrize(
    ("has_card", "outcomes", "verdict", "reason"),
    [
        (True, DEFAULT_OUTCOMES, TELL, Reason.RECOVERED),
        (False, DEFAULT_OUTCOMES, SILENT, Reason.NEVER_TOLD),
        (True, DEFAULT_OUTCOMES - {Outcome.RECOVERED}, SILENT, Reason.OUTCOME_NOT_WANTED),
        (True, {Outcome.COMPLETED}, SILENT, Reason.OUTCOME_NOT_WANTED),  # it is a recovery, which nobody asked for
    ],
)
def test_a_recovery_is_told_where_the_failure_was(
    has_card: bool, outcomes: Collection[Outcome], verdict: Verdict, reason: Reason
) -> None:
    decision = decided(an_end(COMPLETED, 1), Rules(outcomes=frozenset(outcomes)), has_card=has_card)
    assert decision == Decision(verdict, reason)


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
    decision = decide(an_end(FAILED), Subscription(1, "C1", pattern), [], NOW, has_card=False)
    assert decision.should_alert is is_covered
    assert decision.reason is (Reason.FAILED if is_covered else Reason.WORKFLOW_NOT_WANTED)


@pytest.mark.parametrize(
    ("failures_before", "has_card", "verdict", "reason"),
    [
        (0, False, SILENT, Reason.NOT_YET_NTH),
        (1, False, SILENT, Reason.NOT_YET_NTH),
        (2, False, TELL, Reason.FAILED),
        (3, True, TELL, Reason.FAILED),
        (0, True, TELL, Reason.FAILED),  # another job has brought the card already
    ],
)
def test_the_nth_failure_in_a_row_is_the_first_that_is_told(
    failures_before: int, has_card: bool, verdict: Verdict, reason: Reason
) -> None:
    decision = decided(an_end(FAILED, failures_before), Rules(nth_failure=3), has_card=has_card)
    assert decision == Decision(verdict, reason)


@pytest.mark.parametrize(
    ("silences", "quiet", "expected"),
    [
        ([HOUR_LONG_MUTE], None, Decision(HOLD, Reason.MUTED, START + HOUR, HOUR_LONG_MUTE)),
        (
            [HOUR_LONG_MUTE, LONGER_WINDOW],
            None,
            Decision(HOLD, Reason.MAINTENANCE, START + 2 * HOUR, LONGER_WINDOW),
        ),
        ([], QUIET, Decision(HOLD, Reason.QUIET_HOURS, START + 2 * HOUR)),
        ([HOUR_LONG_MUTE], QUIET, Decision(HOLD, Reason.MUTED, START + HOUR, HOUR_LONG_MUTE)),
        ([replace(HOUR_LONG_MUTE, ends_at=NOW)], None, Decision(TELL, Reason.FAILED)),
        ([replace(HOUR_LONG_MUTE, starts_at=NOW + MINUTE)], None, Decision(TELL, Reason.FAILED)),
        ([replace(HOUR_LONG_MUTE, channel="C2")], None, Decision(TELL, Reason.FAILED)),
        ([replace(HOUR_LONG_MUTE, workflow_id="w2")], None, Decision(TELL, Reason.FAILED)),
        ([replace(HOUR_LONG_MUTE, workflow_id="w1", job_id="other")], None, Decision(TELL, Reason.FAILED)),
    ],
)
def test_what_is_silenced_is_held_back_until_the_longest_of_its_silences_ends(
    silences: list[Silence], quiet: QuietHours | None, expected: Decision
) -> None:
    assert decided(an_end(FAILED), Rules(quiet=quiet), silences) == expected


@pytest.mark.parametrize(
    ("after", "has_card", "expected"),
    [
        (MINUTE, False, Decision(HOLD, Reason.WAITING_FOR_RECOVERY, START + 10 * MINUTE)),
        (10 * MINUTE, False, Decision(TELL, Reason.FAILED)),
        (MINUTE, True, Decision(TELL, Reason.FAILED)),  # the channel knows already that it fails
    ],
)
def test_patience_ends_that_long_after_the_failure(after: timedelta, has_card: bool, expected: Decision) -> None:
    rules = Rules(wait_for=10 * MINUTE)
    assert decided(an_end(FAILED), rules, now=START + after, has_card=has_card) == expected


@pytest.mark.parametrize(
    ("status", "has_card", "verdict", "reason"),
    [
        (FAILED, True, SILENT, Reason.FLAPPING),
        (COMPLETED, True, SILENT, Reason.FLAPPING),
        (FAILED, False, TELL, Reason.FAILED),  # there is no card yet that could say so
        (COMPLETED, False, TELL, Reason.COMPLETED),
        (CANCELED, True, TELL, Reason.CANCELED),
    ],
)
def test_a_flapping_job_is_silent_where_a_card_says_that_it_flaps(
    status: ExecutionStatus, has_card: bool, verdict: Verdict, reason: Reason
) -> None:
    flapping = Flapping(START, 7, 2 * HOUR)
    rules = Rules(outcomes=frozenset(Outcome))
    assert decided(an_end(status, 1, flapping), rules, has_card=has_card) == Decision(verdict, reason)


def test_an_incident_that_opens_while_its_job_flaps_says_so() -> None:
    end = an_end(FAILED, flapping=Flapping(START, 7, 2 * HOUR))
    assert end.change.step is Step.OPENED
    assert end.is_flapping


@pytest.mark.parametrize(("pattern", "is_covered"), [("load [1]", True), ("load [*", True), ("load [[]1]", False)])
def test_brackets_in_a_pattern_mean_themselves(pattern: str, is_covered: bool) -> None:
    assert Subscription(1, "C1", pattern).covers("w1", "load [1]") is is_covered


def test_the_part_of_a_recovery_that_does_not_end_the_incident_is_a_recovery_too() -> None:
    end = an_end(COMPLETED, 1)
    partial = replace(end, change=Change(Step.RECOVERED, end.change.incident, end.change.before))
    assert partial.outcome is Outcome.RECOVERED


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
    transition = Transition(an_execution(status=FAILED, ended_at=START), RUNNING, START, START + seen_after)
    assert lateness(transition, poll_every=MINUTE) == late_for
