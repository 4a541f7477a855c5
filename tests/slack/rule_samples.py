"""One ordinary value of every answer about subscriptions, reasons and what-ifs."""

from dataclasses import replace
from datetime import time

from bot.core.alerting import Reason, Verdict
from bot.core.comparison import ComparedIncident, MessageCounts, Simulation
from bot.core.delivery import DeliveryState, Purpose
from bot.core.digest import MessageRef
from bot.core.explanation import (
    DecisionTrace,
    EndTrace,
    Explanation,
    MessageTrace,
    OverdueTrace,
    ReminderTrace,
    StartTrace,
    TransitionTrace,
    WorkflowExplanation,
)
from bot.core.incidents import Acknowledgement, Incident, JobTrouble
from bot.core.model import ExecutionStatus
from bot.core.overdue import Basis, BasisKind
from bot.core.recurrence import Interval, Recurrence
from bot.core.rules import Origin, Outcome, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import RuleChange, SubscriptionChanges, Wish
from bot.services.answers import Answer, SubscriptionList, SubscriptionUpdate
from tests.slack.samples import NOON, ORDERS, execution, minutes

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
CHANGE = replace(SENT, sent_to=None, may_repeat=False, attempts=1)
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
    overdue=(
        OverdueTrace(Outcome.RUNNING_LONG, NOON - minutes(5), Basis(BasisKind.RUNS, minutes(4), 30), NOON, (TOLD,)),
    ),
    lost_at=NOON,
)
CHANGED = replace(WHY.transitions[1], decisions=(TOLD,), changes=(CHANGE,))
REMINDED = replace(
    WHY,
    transitions=(CHANGED,),
    overdue=(),
    reminders=(
        ReminderTrace(NOON, replace(TOLD, reason=Reason.STILL_OPEN)),
        ReminderTrace(
            NOON + minutes(60), DecisionTrace(PATIENT, Verdict.SILENT, Reason.LOOKED_AFTER, None, None, None, None)
        ),
    ),
    lost_at=None,
)
MISSED = OverdueTrace(
    Outcome.NEVER_STARTED,
    NOON - minutes(5),
    Basis(BasisKind.TRIGGER, rule=Recurrence(Interval.DAY, time(11, 40))),
    NOON,
    (replace(TOLD, reason=Reason.NEVER_STARTED),),
    (CHANGE,),
)
WORKFLOW = WorkflowExplanation(
    workflow_id=ORDERS.workflow_id,
    workflow_name=ORDERS.name,
    is_recurring=True,
    start=StartTrace(NOON - minutes(20), minutes(15), MISSED.basis),
    subscriptions=(EVERYTHING, PATIENT),
    silences=(MUTE,),
    overdue=(MISSED,),
    ends=(EndTrace(execution().job_execution_id, execution().job.name, CHANGED),),
)
BASELINE = Explanation(execution(ExecutionStatus.COMPLETED), ORDERS.name, ())
SIMULATION = Simulation(
    since=NOON - minutes(7 * 1440),
    until=NOON,
    runs=1200,
    incident_count=40,
    present=MessageCounts(59, 2, 0, 30, 41, crowded=24),
    changed=MessageCounts(8, 1, 0, 12, 20),
    incidents=(
        ComparedIncident(ORDERS.name, INCIDENT, NOON - minutes(60), NOON - minutes(40)),
        ComparedIncident(ORDERS.name, INCIDENT, NOON - minutes(60), NOON - minutes(62)),
        ComparedIncident(ORDERS.name, OPEN, NOON - minutes(60), None),
        ComparedIncident(ORDERS.name, INCIDENT, None, NOON),
    ),
    late_count=3,
)
CHANGES = SubscriptionChanges(
    added=(Wish("U0MINA", rules=Rules(outcomes=frozenset({Outcome.FAILED, Outcome.RECOVERED}))),),
    changed=(RuleChange(EVERYTHING, Wish("C0ALERTS", rules=PATIENT.rules)),),
    removed=(PATIENT,),
)
ANSWERS: dict[str, Answer] = {
    "why": WHY,
    "why_baseline": BASELINE,
    "why_changed_and_reminded": REMINDED,
    "why_workflow": WORKFLOW,
    "why_workflow_little_known": WorkflowExplanation(ORDERS.workflow_id, ORDERS.name, is_recurring=False),
    "simulation": SIMULATION,
    "simulation_alike": replace(SIMULATION, changed=SIMULATION.present, incidents=()),
    "subscriptions": SubscriptionList((EVERYTHING, PATIENT, MINAS)),
    "subscription_update": SubscriptionUpdate(CHANGES),
    "subscription_dry_run": SubscriptionUpdate(SubscriptionChanges(), is_dry_run=True),
}
