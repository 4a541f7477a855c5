"""Turns one reading of a workflow into rows: executions, transitions, decisions, and the alerts they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.alerting import Alert, Subscription, alert_of, decide
from bot.core.catch_up import GATHER_FOR, stale_after
from bot.core.delivery import Purpose, message_key
from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Transition, detect
from bot.store import executions, outbox, subscriptions
from bot.store.engine import Session
from bot.store.outbox import Draft
from bot.store.workflows import WatchedWorkflow


@dataclass(frozen=True, slots=True)
class Reading:
    """The executions of a workflow as the API reported them at a moment.

    `unclear_until` is set for the first reading since the start: an earlier process may have posted its alerts.
    """

    executions: Sequence[Execution]
    at: datetime
    unclear_until: datetime | None


def record_observed(session: Session, workflow: WatchedWorkflow, reading: Reading, poll_every: timedelta) -> None:
    """Write down what changed and queue what is to be told, within the caller's transaction.

    A crash loses both or neither: the next poll finds the same change and makes the same messages of it.
    """
    now = reading.at
    changes = detect(executions.known(session, workflow.key), reading.executions, workflow.watch, now)
    keys = executions.write(session, workflow.key, changes, now)
    transitions = [change.transition for change in changes if change.transition]
    subscribed = subscriptions.active(session) if transitions else []
    for transition in transitions:
        key = executions.add_transition(session, keys[transition.execution.job_execution_id], transition)
        if transition.execution.is_ended:
            alert = alert_of(transition, workflow.name, poll_every)
            is_old_news = now - transition.happened_at > stale_after(poll_every)
            not_before = now + GATHER_FOR if is_old_news else now
            told = _Told(key, transition, alert, reading.unclear_until, not_before)
            for subscription in subscribed:
                _tell(session, told, subscription)


@dataclass(frozen=True, slots=True)
class _Told:
    """An end, ready to be told: its transition's row and the alert."""

    transition_key: int
    transition: Transition
    alert: Alert
    unclear_until: datetime | None
    not_before: datetime


def _tell(session: Session, told: _Told, subscription: Subscription) -> None:
    """Decide and queue. Two subscriptions that share a channel share the message: its key is the same."""
    transition = told.transition
    decision = decide(transition, told.alert.workflow_name, subscription)
    queued = None
    if decision.should_alert:
        draft = Draft(
            key=alert_key(subscription.channel, transition.execution.job_execution_id, transition.status),
            channel=subscription.channel,
            facts=told.alert,
            about_at=transition.happened_at,
            unclear_until=told.unclear_until,
        )
        queued = outbox.add(session, draft, transition.seen_at, not_before=told.not_before)
    subscriptions.add_decision(session, told.transition_key, subscription, decision, queued)


def alert_key(channel: str, job_execution_id: str, status: ExecutionStatus) -> str:
    """The key of the message that tells this channel of this end."""
    return message_key(channel, Purpose.ALERT, job_execution_id, status)
