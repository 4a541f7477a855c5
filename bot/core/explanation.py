"""Why somebody was told of a run, or was not: the chain from what was seen to the message, as values."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.alerting import Reason, Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.digest import MessageRef
from bot.core.incidents import Incident
from bot.core.model import Execution, ExecutionStatus
from bot.core.overdue import Basis
from bot.core.rule_words import spell_rule
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence
from bot.language import N_

_RULE_OF = {
    Reason.OUTCOME_NOT_WANTED: "outcomes",
    Reason.NOT_YET_NTH: "nth_failure",
    Reason.QUIET_HOURS: "quiet",
    Reason.WAITING_FOR_RECOVERY: "wait_for",
    Reason.RECOVERED_IN_TIME: "wait_for",
}


@dataclass(frozen=True, slots=True)
class MessageTrace:
    """What became of a message. `ref` is where it stands, or what carries it does when it was folded. Unless it is
    `is_own`, another subscription of the same channel had asked for it before."""

    purpose: Purpose
    channel: str
    state: DeliveryState
    ref: MessageRef | None
    due_at: datetime
    closed_at: datetime | None
    error: str | None
    sent_to: str | None
    attempts: int
    may_repeat: bool
    is_own: bool = True


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """What was decided for one subscription. `subscription` is as it is now, the decision as it was then."""

    subscription: Subscription
    verdict: Verdict
    reason: Reason
    silence: Silence | None
    held_until: datetime | None
    released_at: datetime | None
    message: MessageTrace | None

    @property
    def rule(self) -> str | None:
        """The rule that decided, as the subscription has it now; None where none did."""
        name = _RULE_OF.get(self.reason)
        return spell_rule(self.subscription.rules, name) if name else None


@dataclass(frozen=True, slots=True)
class TransitionTrace:
    """One step of the run. `late_for` is None when it was seen in good time; `changes` are those of cards that it led
    to."""

    previous: ExecutionStatus | None
    status: ExecutionStatus
    happened_at: datetime
    seen_at: datetime
    late_for: timedelta | None = None
    decisions: tuple[DecisionTrace, ...] = ()
    changes: tuple[MessageTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderTrace:
    """A reminder of its incident that came due, and what was decided on it."""

    decided_at: datetime
    decision: DecisionTrace


@dataclass(frozen=True, slots=True)
class OverdueTrace:
    """It took too long: since when, and what was decided on that."""

    outcome: Outcome
    due_at: datetime
    basis: Basis
    closed_at: datetime | None
    decisions: tuple[DecisionTrace, ...]
    changes: tuple[MessageTrace, ...] = ()


class Note(StrEnum):
    """What the chain does not show by itself, in words that are shown."""

    WAS_THERE_BEFORE = N_("It had ended before the workflow was watched: what was there before is told of nothing.")
    NOT_ENDED = N_("It has not ended: nothing is decided before that.")
    NO_SUBSCRIPTION = N_("There was no subscription when it ended.")
    LOST = N_("The API no longer knows it, so nobody waits for its end.")


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of why a run was told or not. `incidents` are those that its decisions belong to, `reminders`
    the newest of theirs."""

    execution: Execution
    workflow_name: str
    transitions: tuple[TransitionTrace, ...]
    incidents: tuple[Incident, ...] = ()
    overdue: tuple[OverdueTrace, ...] = ()
    reminders: tuple[ReminderTrace, ...] = ()
    lost_at: datetime | None = None

    @property
    def notes(self) -> tuple[Note, ...]:
        """What the chain does not show by itself."""
        notes = []
        if not self.transitions:
            notes.append(Note.WAS_THERE_BEFORE)
        elif not self.execution.is_ended:
            notes.append(Note.NOT_ENDED)
        elif not any(step.decisions for step in self.transitions):
            notes.append(Note.NO_SUBSCRIPTION)
        if self.lost_at:
            notes.append(Note.LOST)
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class EndTrace:
    """A run that ended, and what was decided on that."""

    job_execution_id: str
    job_name: str
    step: TransitionTrace


@dataclass(frozen=True, slots=True)
class StartTrace:
    """The newest start that should have come by the last poll, and what it is compared with."""

    due_at: datetime
    within: timedelta
    basis: Basis


@dataclass(frozen=True, slots=True)
class WorkflowExplanation:
    """What was decided on a workflow lately. `subscriptions` are those that cover it now, `silences` those that hold
    back of it what they cover, or will; `start` is None where no start is waited for, as one that `is_recurring` is
    once enough is known. What was overdue and the ends are the newest ones, newest first."""

    workflow_id: str
    workflow_name: str
    is_recurring: bool
    start: StartTrace | None = None
    subscriptions: tuple[Subscription, ...] = ()
    silences: tuple[Silence, ...] = ()
    overdue: tuple[OverdueTrace, ...] = ()
    ends: tuple[EndTrace, ...] = ()
