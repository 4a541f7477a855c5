"""Explains why a run was told of, or was not, from what is stored."""

from dataclasses import replace
from datetime import timedelta

from bot.core.alerting import lateness
from bot.core.explanation import Explanation, OverdueTrace, TransitionTrace
from bot.core.model import Execution
from bot.core.transitions import Transition
from bot.services.refresh_cards import change_key
from bot.services.watch_overdue import over_key
from bot.store import explaining, overdue
from bot.store.engine import Session
from bot.store.explaining import KnownOverdue

SHOWN_REMINDERS = 5


def explain(session: Session, job_execution_id: str, poll_every: timedelta) -> Explanation | None:
    """The whole chain of a run; None when it is not known.

    1. The run as it was last seen, and each step that was seen of it.
    2. For each step what was decided for each subscription, and what holds or held it back.
    3. For each decision the message that it led to; two subscriptions that share a channel share it. The
       changes of cards that each step led to, and the reminders.
    """
    run = explaining.run(session, job_execution_id)
    if run is None:
        return None
    steps = explaining.steps(session, run)
    keys = [key for key, _ in steps]
    cards = explaining.cards_of(session, keys)
    return Explanation(
        execution=run.execution,
        workflow_name=run.workflow_name,
        transitions=tuple(
            replace(
                step,
                late_for=_late_for(run.execution, step, poll_every),
                decisions=tuple(explaining.decisions_on(session, key)),
                changes=tuple(explaining.messages(session, (change_key(*card, str(key)) for card in cards))),
            )
            for key, step in steps
        ),
        incidents=tuple(explaining.incidents_of(session, keys)),
        overdue=tuple(with_changes(session, one) for one in explaining.overdue_of_run(session, run)),
        reminders=tuple(explaining.reminders_of(session, keys, SHOWN_REMINDERS)),
        lost_at=run.lost_at,
    )


def with_changes(session: Session, known: KnownOverdue) -> OverdueTrace:
    """What was decided on something overdue, with what its messages said when it was over."""
    keys = (over_key(card, known.outcome, known.subject) for card in overdue.cards_of(session, known.key))
    return replace(known.trace, changes=tuple(explaining.messages(session, keys)))


def _late_for(execution: Execution, step: TransitionTrace, poll_every: timedelta) -> timedelta | None:
    return lateness(Transition(execution, step.previous, step.happened_at, step.seen_at), poll_every)
