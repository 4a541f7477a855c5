"""Decides whether a transition is told to a channel, and why; silence has its reason too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Transition

DEFAULT_OUTCOMES = frozenset({ExecutionStatus.FAILED, ExecutionStatus.CANCELED, ExecutionStatus.UNKNOWN})
"""An end under a word that we do not know is told as well: it may be how the service calls a time-out."""


class Reason(StrEnum):
    """Why a channel was told of a transition, or was not."""

    FAILED = "the run failed"
    CANCELED = "the run was cancelled"
    ENDED_UNKNOWN = "the run ended with a status this bot does not know"
    COMPLETED = "the run completed"
    NOT_ENDED = "the run has not ended"
    OUTCOME_NOT_WANTED = "the subscription does not ask for this outcome"
    WORKFLOW_NOT_WANTED = "the subscription does not cover this workflow"


_REASON_TO_TELL = {
    ExecutionStatus.FAILED: Reason.FAILED,
    ExecutionStatus.CANCELED: Reason.CANCELED,
    ExecutionStatus.COMPLETED: Reason.COMPLETED,
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's wish to be told. `workflows` is a pattern (`*`, `?`) over ids and names; `channel` as configured."""

    subscription_id: int
    channel: str
    workflows: str = "*"
    outcomes: frozenset[ExecutionStatus] = DEFAULT_OUTCOMES

    def covers(self, workflow_id: str, workflow_name: str) -> bool:
        return any(fnmatchcase(name, self.workflows) for name in (workflow_id, workflow_name))


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one subscription, with the reason that `why` shows."""

    should_alert: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Alert:
    """The facts of one bad end, from which a message is made. `late_for` is None when it was seen in good time."""

    workflow_name: str
    execution: Execution
    seen_at: datetime
    late_for: timedelta | None = None


def decide(transition: Transition, workflow_name: str, subscription: Subscription) -> Decision:
    """Whether this channel hears of this transition."""
    execution = transition.execution
    if not execution.is_ended:
        return Decision(False, Reason.NOT_ENDED)
    if not subscription.covers(execution.workflow_id, workflow_name):
        return Decision(False, Reason.WORKFLOW_NOT_WANTED)
    if execution.status not in subscription.outcomes:
        return Decision(False, Reason.OUTCOME_NOT_WANTED)
    return Decision(True, _REASON_TO_TELL.get(execution.status, Reason.ENDED_UNKNOWN))


def alert_of(transition: Transition, workflow_name: str, poll_every: timedelta) -> Alert:
    """The facts to tell. An alert is late when it was seen more than two poll intervals after the run ended."""
    delay = transition.seen_at - transition.happened_at
    late_for = delay if delay > 2 * poll_every else None
    return Alert(workflow_name, transition.execution, transition.seen_at, late_for)
