"""Explains a message that somebody points at: the run that it tells of, or which runs there are to choose from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.core.alerting import Alert
from bot.core.delivery import Facts
from bot.core.digest import MessageRef
from bot.core.explanation import Explanation
from bot.core.model import Execution
from bot.core.reruns import RerunNews
from bot.core.telling import Overdue, Recovery, Reminder
from bot.services.explain import explain
from bot.store import placed
from bot.store.engine import Session


@dataclass(frozen=True, slots=True)
class SeveralRuns:
    """The message tells of more than one run: each may be asked for by its id."""

    runs: tuple[Execution, ...]


@dataclass(frozen=True, slots=True)
class NoRunTold:
    """The message is not of this bot, or tells of no run."""


MessageAnswer = Explanation | SeveralRuns | NoRunTold


def explain_message(session: Session, message: MessageRef, poll_every: timedelta) -> MessageAnswer:
    told = (run for facts in placed.facts_at(session, message) for run in _runs(facts))
    runs = tuple({run.job_execution_id: run for run in told}.values())
    match runs:
        case ():
            return NoRunTold()
        case (run,):
            return explain(session, run.job_execution_id, poll_every) or NoRunTold()
    return SeveralRuns(runs)


def _runs(facts: Facts) -> Iterator[Execution]:
    match facts:
        case Alert(incident=None) | Recovery():
            yield facts.execution
        case Alert(incident=incident) | Reminder(incident=incident) if incident:
            yield incident.last_failure
        case Overdue(execution=execution) if execution:
            yield execution
        case RerunNews(runs=runs):
            yield from runs
