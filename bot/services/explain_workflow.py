"""Explains what was decided on a workflow lately, from what is stored: also where there is no run to ask about."""

from datetime import datetime

from bot.core.explanation import StartTrace, WorkflowExplanation
from bot.services.explain import with_changes
from bot.services.find_overdue import expected_start
from bot.store import explaining, overdue, silences, subscriptions
from bot.store.engine import Session
from bot.store.overdue import PolledWorkflow

SHOWN_OVERDUE = 5
SHOWN_ENDS = 5


def explain_workflow(session: Session, workflow_id: str, now: datetime) -> WorkflowExplanation | None:
    """What it takes to understand an alert, or a silence, about a workflow; None before it was ever polled.

    1. When it is expected to start, as far as that is known.
    2. Who hears of it now, and which mutes and windows hold that back, or will.
    3. The newest of what took too long or did not start, and of the runs that ended, with the decisions on each.
    """
    workflow = overdue.polled(session, workflow_id)
    if workflow is None:
        return None
    known = explaining.overdue_of_workflow(session, workflow.key, SHOWN_OVERDUE)
    return WorkflowExplanation(
        workflow_id=workflow.workflow_id,
        workflow_name=workflow.name,
        is_recurring=workflow.is_recurring,
        start=_start(session, workflow),
        subscriptions=tuple(
            one for one in subscriptions.active(session) if one.covers(workflow.workflow_id, workflow.name)
        ),
        silences=tuple(
            one for one in silences.in_force(session, now) if one.workflow_id in (None, workflow.workflow_id)
        ),
        overdue=tuple(with_changes(session, one) for one in known),
        ends=tuple(explaining.ends_of_workflow(session, workflow.key, SHOWN_ENDS)),
    )


def _start(session: Session, workflow: PolledWorkflow) -> StartTrace | None:
    start = expected_start(session, workflow) if workflow.is_recurring else None
    return StartTrace(start.at, start.limit.span, start.limit.basis) if start else None
