"""How answers about subscriptions, reasons and what-ifs look, and that no name in them is more than text."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerting import Reason, Verdict
from bot.core.comparison import ComparedIncident, MessageCounts, Simulation
from bot.core.delivery import DeliveryState, Purpose
from bot.core.digest import MessageRef
from bot.core.explanation import DecisionTrace, Explanation, MessageTrace, OverdueTrace, TransitionTrace
from bot.core.incidents import Acknowledgement, Incident, JobTrouble
from bot.core.model import ExecutionStatus
from bot.core.rules import Origin, Outcome, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import RuleChange, SubscriptionChanges, Wish
from bot.services.answers import Answer, SubscriptionList, SubscriptionUpdate
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.elements import Message
from tests.core.test_rule_words import RULES
from tests.slack import hostile
from tests.slack.hostile import assert_harmless, assert_slack_takes, counts, maybe_times, names, spans, statuses, times
from tests.slack.samples import LINKS, NOON, ORDERS, execution, minutes
from tests.slack.test_hostile import few

EVERYTHING = Subscription(1, "C0ALERTS")
PATIENT = Subscription(2, "#data", "orders-*", Rules(nth_failure=2, wait_for=minutes(10)), Origin.FILE)
MINAS = Subscription(3, "U0MINA", "*", Rules(), Origin.COMMAND)
MUTE = Silence(
    4, SilenceKind.MUTE, NOON, NOON + minutes(240), channel="U0MINA", created_by="U0MINA", note="moving <db>"
)

SENT = MessageTrace(
    purpose=Purpose.ALERT,
    channel="C0ALERTS",
    state=DeliveryState.SENT,
    ref=MessageRef("C0ALERTS", "1774000000.000100"),
    due_at=NOON,
    closed_at=NOON + minutes(1),
    error=None,
    sent_to="#fallback",
    attempts=2,
    may_repeat=True,
)
WAITS = replace(SENT, state=DeliveryState.PENDING, ref=None, closed_at=None, error="is_archived", sent_to=None)
UNCLEAR = replace(WAITS, state=DeliveryState.UNCLEAR, error=None, may_repeat=False)
FOLDED = replace(SENT, state=DeliveryState.FOLDED, is_own=False, sent_to=None, may_repeat=False)
DEAD = replace(WAITS, state=DeliveryState.DEAD, error="no_text")
TOLD = DecisionTrace(EVERYTHING, Verdict.TELL, Reason.FAILED, None, None, None, SENT)
INCIDENT = Incident(
    ORDERS.workflow_id,
    NOON - minutes(60),
    (JobTrouble(execution().job, 3, NOON - minutes(60), NOON, execution(), NOON, execution()),),
    Acknowledgement("U0MINA", NOON - minutes(30)),
)
OPEN = replace(INCIDENT, jobs=(replace(INCIDENT.jobs[0], failures=1, recovered_at=None, recovered_by=None),))

WHY = Explanation(
    execution=execution(),
    workflow_name=ORDERS.name,
    transitions=(
        TransitionTrace(None, ExecutionStatus.RUNNING, NOON - minutes(13), NOON - minutes(12)),
        TransitionTrace(
            ExecutionStatus.RUNNING,
            ExecutionStatus.FAILED,
            NOON - minutes(1),
            NOON + minutes(9),
            minutes(10),
            (
                TOLD,
                replace(TOLD, message=None),
                DecisionTrace(PATIENT, Verdict.SILENT, Reason.NOT_YET_NTH, None, None, None, None),
                DecisionTrace(
                    MINAS, Verdict.HOLD, Reason.MUTED, MUTE, NOON + minutes(240), NOON + minutes(241), FOLDED
                ),
                *(replace(TOLD, message=message) for message in (WAITS, UNCLEAR, DEAD)),
            ),
        ),
    ),
    incidents=(INCIDENT, OPEN),
    overdue=(OverdueTrace("running-long", NOON - minutes(5), "the last 30 runs took 4 min", NOON, (TOLD,)),),
    lost_at=NOON,
)
BASELINE = Explanation(execution(ExecutionStatus.COMPLETED), ORDERS.name, ())
SIMULATION = Simulation(
    since=NOON - minutes(7 * 1440),
    until=NOON,
    runs=1200,
    incident_count=40,
    present=MessageCounts(59, 2, 0, 30, 41),
    changed=MessageCounts(8, 1, 0, 12, 20),
    incidents=(
        ComparedIncident(ORDERS.name, INCIDENT, NOON - minutes(60), NOON - minutes(40)),
        ComparedIncident(ORDERS.name, INCIDENT, NOON - minutes(60), NOON - minutes(62)),
        ComparedIncident(ORDERS.name, OPEN, NOON - minutes(60), None),
        ComparedIncident(ORDERS.name, INCIDENT, None, NOON),
    ),
)
CHANGES = SubscriptionChanges(
    added=(Wish("U0MINA", rules=Rules(outcomes=frozenset({Outcome.FAILED, Outcome.RECOVERED}))),),
    changed=(RuleChange(EVERYTHING, Wish("C0ALERTS", rules=PATIENT.rules)),),
    removed=(PATIENT,),
)
ANSWERS: dict[str, Answer] = {
    "why": WHY,
    "why_baseline": BASELINE,
    "simulation": SIMULATION,
    "simulation_alike": replace(SIMULATION, changed=SIMULATION.present, incidents=()),
    "subscriptions": SubscriptionList((EVERYTHING, PATIENT, MINAS)),
    "subscription_update": SubscriptionUpdate(CHANGES),
    "subscription_dry_run": SubscriptionUpdate(SubscriptionChanges(), is_dry_run=True),
}

subscriptions = st.builds(Subscription, st.just(1), names, names, RULES, st.sampled_from(Origin))
wishes = st.builds(Wish, names, names, RULES)
refs = st.builds(MessageRef, names, names)
messages = st.builds(
    MessageTrace,
    st.sampled_from(Purpose),
    names,
    st.sampled_from(DeliveryState),
    st.none() | refs,
    times,
    maybe_times,
    st.none() | names,
    st.none() | names,
    counts,
    st.booleans(),
    st.booleans(),
)
silences = st.builds(
    Silence, counts, st.sampled_from(SilenceKind), times, maybe_times, created_by=st.none() | names, note=names
)
decisions = st.builds(
    DecisionTrace,
    subscriptions,
    st.sampled_from(Verdict),
    st.sampled_from(Reason),
    st.none() | silences,
    maybe_times,
    maybe_times,
    st.none() | messages,
)
many_decisions = st.lists(decisions, max_size=6).map(tuple)
steps = st.builds(TransitionTrace, st.none() | statuses, statuses, times, times, st.none() | spans, many_decisions)
explanations = st.builds(
    Explanation,
    hostile.executions,
    names,
    st.lists(steps, max_size=4).map(tuple),
    st.lists(hostile.incidents, max_size=2).map(tuple),
    st.lists(
        st.builds(OverdueTrace, st.sampled_from(Outcome), times, names, maybe_times, many_decisions), max_size=2
    ).map(tuple),
    maybe_times,
)
message_counts = st.builds(MessageCounts, counts, counts, counts, counts, counts)
simulations = st.builds(
    Simulation,
    times,
    times,
    counts,
    counts,
    message_counts,
    message_counts,
    st.lists(st.builds(ComparedIncident, names, hostile.incidents, maybe_times, maybe_times), max_size=6).map(tuple),
)
updates = st.builds(
    SubscriptionUpdate,
    st.builds(
        SubscriptionChanges,
        st.lists(wishes, max_size=20).map(tuple),
        st.lists(st.builds(RuleChange, subscriptions, wishes), max_size=20).map(tuple),
        st.lists(subscriptions, max_size=20).map(tuple),
    ),
    st.booleans(),
)
lists = st.builds(SubscriptionList, st.lists(subscriptions, max_size=40).map(tuple))


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_about_rules_looks_as_agreed(name: str, golden: Callable[[str, Message], None]) -> None:
    golden(name, answer_message(ANSWERS[name], LINKS))


@few
@given(st.one_of(explanations, simulations, updates, lists))
def test_every_answer_about_rules_fits_and_is_harmless(answer: Answer) -> None:
    message = answer_message(answer, LINKS)
    assert_slack_takes(message)
    assert_harmless(message)


def test_a_span_of_no_length_is_no_difference() -> None:
    alike = ComparedIncident(ORDERS.name, INCIDENT, NOON, NOON)
    assert alike.later_by == timedelta()
    assert replace(SIMULATION, incidents=(alike,)).later == ()
