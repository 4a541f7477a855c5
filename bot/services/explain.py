"""Explains why a run was told of, or was not, from what is stored."""

from dataclasses import replace
from datetime import timedelta

from bot.core.alerting import Reason, Verdict, lateness
from bot.core.delivery import Purpose, message_key
from bot.core.explanation import DecisionTrace, Explanation, TransitionTrace
from bot.core.model import Execution
from bot.core.transitions import Transition
from bot.services.tell import alert_key
from bot.store import explaining
from bot.store.engine import Session
from bot.store.explaining import KnownRun


def explain(session: Session, job_execution_id: str, poll_every: timedelta) -> Explanation | None:
    """The whole chain of a run; None when it is not known.

    1. The run as it was last seen, and each step that was seen of it.
    2. For each step what was decided for each subscription, and what holds or held it back.
    3. For each decision the message that it led to, or the one that told the same in its channel.
    """
    run = explaining.run(session, job_execution_id)
    if run is None:
        return None
    steps = explaining.steps(session, run)
    return Explanation(
        execution=run.execution,
        workflow_name=run.workflow_name,
        transitions=tuple(
            replace(step, late_for=_late_for(run.execution, step, poll_every), decisions=_decisions(session, run, key))
            for key, step in steps
        ),
        incidents=tuple(explaining.incidents_of(session, [key for key, _ in steps])),
        overdue=tuple(explaining.overdue_of(session, run)),
        lost_at=run.lost_at,
    )


def _late_for(execution: Execution, step: TransitionTrace, poll_every: timedelta) -> timedelta | None:
    return lateness(Transition(execution, step.previous, step.happened_at, step.seen_at), poll_every)


def _decisions(session: Session, run: KnownRun, transition_key: int) -> tuple[DecisionTrace, ...]:
    return tuple(_with_message(session, run, one) for one in explaining.decisions_on(session, transition_key))


def _with_message(session: Session, run: KnownRun, decision: DecisionTrace) -> DecisionTrace:
    """Two subscriptions that share a channel share the message: whoever came second queued none of its own."""
    if decision.message or decision.verdict is not Verdict.TELL:
        return decision
    channel, execution_id = decision.subscription.channel, run.execution.job_execution_id
    if decision.reason is Reason.RECOVERED:
        key = message_key(channel, Purpose.RECOVERY, execution_id)
    else:
        key = alert_key(channel, execution_id, run.execution.status)
    return replace(decision, message=explaining.message_by_key(session, key))
