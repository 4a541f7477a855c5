"""Turns one reading of a workflow into rows: executions, transitions, decisions, and the alerts they lead to."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.core.alerting import Alert, Subscription, alert_of, decide
from bot.core.delivery import Purpose, message_key
from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Transition, detect
from bot.store import executions, outbox, subscriptions
from bot.store.workflows import WatchedWorkflow


def record_observed(
    session: Session, workflow: WatchedWorkflow, observed: Iterable[Execution], now: datetime, poll_every: timedelta
) -> None:
    """Write down what changed and queue what is to be told, within the caller's transaction.

    A crash loses both or neither: the next poll finds the same change and makes the same messages of it.
    """
    changes = detect(executions.known(session, workflow.key), observed, workflow.watch, now)
    keys = executions.write(session, workflow.key, changes, now)
    transitions = [change.transition for change in changes if change.transition]
    subscribed = subscriptions.active(session) if transitions else []
    for transition in transitions:
        key = executions.add_transition(session, keys[transition.execution.job_execution_id], transition)
        if transition.execution.is_ended:
            _tell(session, key, transition, subscribed, alert_of(transition, workflow.name, poll_every))


def _tell(
    session: Session, transition_key: int, transition: Transition, subscribed: Sequence[Subscription], alert: Alert
) -> None:
    """Decide for each subscription. Two that share a channel share the message: its key is the same."""
    for subscription in subscribed:
        decision = decide(transition, alert.workflow_name, subscription)
        queued = None
        if decision.should_alert:
            key = alert_key(subscription.channel, transition.execution.job_execution_id, transition.status)
            queued = outbox.add(session, key, subscription.channel, alert, transition.seen_at)
        subscriptions.add_decision(session, transition_key, subscription, decision, queued)


def alert_key(channel: str, job_execution_id: str, status: ExecutionStatus) -> str:
    """The key of the message that tells this channel of this end."""
    return message_key(channel, Purpose.ALERT, job_execution_id, status)
