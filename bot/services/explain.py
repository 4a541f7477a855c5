"""Explains why a run was told of, or was not, from what is stored."""

from dataclasses import replace
from datetime import timedelta

from bot.core.alerting import lateness
from bot.core.explanation import Explanation, TransitionTrace
from bot.core.model import Execution
from bot.core.transitions import Transition
from bot.store import explaining
from bot.store.engine import Session


def explain(session: Session, job_execution_id: str, poll_every: timedelta) -> Explanation | None:
    """The whole chain of a run; None when it is not known.

    1. The run as it was last seen, and each step that was seen of it.
    2. For each step what was decided for each subscription, and what holds or held it back.
    3. For each decision the message that it led to; two subscriptions that share a channel share it.
    """
    run = explaining.run(session, job_execution_id)
    if run is None:
        return None
    steps = explaining.steps(session, run)
    return Explanation(
        execution=run.execution,
        workflow_name=run.workflow_name,
        transitions=tuple(
            replace(
                step,
                late_for=_late_for(run.execution, step, poll_every),
                decisions=tuple(explaining.decisions_on(session, key)),
            )
            for key, step in steps
        ),
        incidents=tuple(explaining.incidents_of(session, [key for key, _ in steps])),
        overdue=tuple(explaining.overdue_of(session, run)),
        lost_at=run.lost_at,
    )


def _late_for(execution: Execution, step: TransitionTrace, poll_every: timedelta) -> timedelta | None:
    return lateness(Transition(execution, step.previous, step.happened_at, step.seen_at), poll_every)
