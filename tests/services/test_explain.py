"""Why a run was told of, or was not: the chain says so, whatever happened."""

from datetime import timedelta

import pytest

from bot.core.alerting import Reason, Verdict
from bot.core.delivery import DeliveryState, FailureClass, NotPosted, Posted, Purpose
from bot.core.explanation import Explanation
from bot.core.model import ExecutionStatus
from bot.core.rules import Outcome, Rules
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import Wish
from bot.services.answers import Help
from bot.services.boot import Boot
from bot.services.remind import Remind
from bot.store import silences, subscriptions
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

FAILED = ExecutionStatus.FAILED
NO_FAILURES = Rules(outcomes=frozenset({Outcome.RECOVERED}))


@pytest.fixture
def watching(world: World) -> World:
    world.cycle()
    return world


def why(world: World, execution_id: str = "e1") -> Explanation:
    answer = world.ask(f"why {execution_id}")
    assert isinstance(answer, Explanation)
    return answer


def ends(world: World, execution_id: str = "e1", status: ExecutionStatus = FAILED, ago: timedelta = SECOND) -> None:
    world.clock.advance(MINUTE)
    world.source.put(an_ended_execution(execution_id, status, at=world.clock.now - ago))
    world.cycle(SECOND)


def subscribe(world: World, wish: Wish) -> None:
    with world.database.transaction() as session:
        subscriptions.put(session, wish, world.clock())


def test_a_told_failure_leads_to_its_message(watching: World) -> None:
    ends(watching)
    watching.deliver_for(5 * SECOND)
    (step,) = why(watching).transitions
    (decision,) = step.decisions
    assert (step.status, step.late_for) == (FAILED, None)
    assert (decision.verdict, decision.reason) == (Verdict.TELL, Reason.FAILED)
    assert decision.message
    assert (decision.message.purpose, decision.message.state) == (Purpose.ALERT, DeliveryState.SENT)
    assert decision.message.ref in [ref for ref, _ in watching.slack.posts]


def test_each_step_of_a_run_is_there(watching: World) -> None:
    watching.source.put(an_execution("e1", started_at=watching.clock.now))
    watching.cycle()
    assert why(watching).notes == ("It has not ended: nothing is decided before that.",)
    ends(watching)
    assert [step.status for step in why(watching).transitions] == [ExecutionStatus.RUNNING, FAILED]
    assert [incident.failures for incident in why(watching).incidents] == [1]


def test_a_late_sight_says_how_late(watching: World) -> None:
    watching.clock.advance(timedelta(minutes=20))
    ends(watching, ago=timedelta(minutes=9))
    (step,) = why(watching).transitions
    assert step.late_for == timedelta(minutes=9, seconds=1)


@pytest.mark.parametrize(
    ("rules", "verdict", "reason", "rule"),
    [
        (Rules(nth_failure=2), Verdict.SILENT, Reason.NOT_YET_NTH, "nth_failure 2"),
        (NO_FAILURES, Verdict.SILENT, Reason.OUTCOME_NOT_WANTED, "outcomes recovered"),
        (Rules(wait_for=timedelta(minutes=10)), Verdict.HOLD, Reason.WAITING_FOR_RECOVERY, "wait_for 10m"),
    ],
)
def test_silence_and_patience_name_the_rule(
    watching: World, rules: Rules, verdict: Verdict, reason: Reason, rule: str
) -> None:
    subscribe(watching, Wish("C1", rules=rules))
    ends(watching)
    (decision,) = why(watching).transitions[0].decisions
    assert (decision.verdict, decision.reason, decision.rule) == (verdict, reason, rule)
    assert decision.message is None


def test_a_mute_is_named_with_its_end(watching: World) -> None:
    until = watching.clock() + timedelta(hours=4)
    mute = Silence(0, SilenceKind.MUTE, START, until, channel="C1", created_by="U0123", note="planned")
    with watching.database.transaction() as session:
        silence_id = silences.add(session, mute, START)
    ends(watching)
    (decision,) = why(watching).transitions[0].decisions
    assert (decision.verdict, decision.reason, decision.held_until) == (Verdict.HOLD, Reason.MUTED, until)
    assert decision.silence
    assert (decision.silence.silence_id, decision.silence.created_by) == (silence_id, "U0123")


def test_a_message_that_cannot_be_sent_says_what_slack_said(watching: World) -> None:
    watching.deliver_for(2 * SECOND)
    watching.slack.answers["C1"] = [NotPosted(FailureClass.MESSAGE, "msg_too_long")] * 3
    ends(watching)
    watching.deliver_for(5 * SECOND)
    (decision,) = why(watching).transitions[0].decisions
    assert decision.message
    assert (decision.message.state, decision.message.error) == (DeliveryState.DEAD, "msg_too_long")


def test_two_subscriptions_of_a_channel_share_the_message(watching: World) -> None:
    subscribe(watching, Wish("C1", "orders"))
    ends(watching)
    first, second = (decision.message for decision in why(watching).transitions[0].decisions)
    assert first
    assert second
    assert (first.is_own, second.is_own) == (True, False)


def test_a_folded_alert_leads_to_what_carries_it(watching: World) -> None:
    watching.clock.advance(timedelta(hours=1))
    for number in range(5):
        watching.source.put(an_ended_execution(f"e{number}", at=watching.clock.now - timedelta(minutes=30 + number)))
    watching.cycle(SECOND)
    watching.deliver_for(20 * SECOND)
    messages = [why(watching, f"e{number}").transitions[0].decisions[0].message for number in range(5)]
    assert {message.state for message in messages if message} == {DeliveryState.FOLDED}
    assert all(message and message.ref for message in messages)


def test_what_ended_before_the_watch_says_so(world: World) -> None:
    world.source.put(an_ended_execution("old", at=START - timedelta(days=1)))
    world.cycle()
    assert why(world, "old").transitions == ()
    assert "before the workflow was watched" in why(world, "old").notes[0]


def test_an_end_that_nobody_subscribed_to_says_so(watching: World) -> None:
    watching.start()
    ends(watching)
    assert why(watching).notes == ("There was no subscription when it ended.",)


def test_a_change_of_the_card_leads_to_the_card(watching: World) -> None:
    ends(watching)
    watching.deliver_for(5 * SECOND)
    ends(watching, "e2")
    watching.deliver_for(5 * SECOND)
    (first,) = why(watching).transitions
    (again,) = why(watching, "e2").transitions
    assert first.changes == ()
    (change,) = again.changes
    card = first.decisions[0].message
    assert card
    assert (change.state, change.ref) == (DeliveryState.SENT, card.ref)


def test_a_change_that_was_posted_anew_and_those_after_it_are_there_too(watching: World) -> None:
    ends(watching)
    watching.deliver_for(5 * SECOND)
    watching.slack.answers["C1"] = [Posted("C1", "1.000009"), NotPosted(FailureClass.EDIT, "message_not_found")]
    for execution_id in ("e2", "e3"):
        ends(watching, execution_id)
        watching.deliver_for(5 * SECOND)
    states = [[change.state for change in why(watching, run).transitions[0].changes] for run in ("e1", "e2", "e3")]
    assert states == [[], [DeliveryState.SENT], [DeliveryState.SENT]]


def test_the_reminders_of_its_incident_are_there(watching: World) -> None:
    subscribe(watching, Wish("C1", rules=Rules(remind_every=timedelta(hours=1))))
    ends(watching)
    remind = Remind(watching.database, watching.clock, Boot(watching.clock(), MINUTE)).step
    for _ in range(7):
        watching.clock.advance(timedelta(hours=1))
        while remind():
            pass
    told = why(watching).reminders
    assert [one.decided_at for one in told] == [
        watching.clock() - hours * timedelta(hours=1) for hours in (4, 3, 2, 1, 0)
    ]
    assert {(one.decision.reason, one.decision.message is not None) for one in told} == {(Reason.STILL_OPEN, True)}


@pytest.mark.parametrize("typed", ["why", "why e1 e2", "why nothing"])
def test_an_unknown_run_is_said_to_be_unknown(watching: World, typed: str) -> None:
    answer = watching.ask(typed)
    assert isinstance(answer, Help)
    assert answer.problem
    assert [command.usage for command in answer.commands] == ["why <execution id, or workflow>"]
