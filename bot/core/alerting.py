"""Decides what a channel hears of an end, and why; silence and patience have their reasons too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.handles import Handle
from bot.core.incidents import Change, Incident, JobTrouble, Step
from bot.core.model import Execution, ExecutionStatus
from bot.core.normal import Background
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence, SilenceKind
from bot.core.transitions import Transition
from bot.language import N_


class Verdict(StrEnum):
    """Tell it now, hold it back for a while, or say nothing."""

    TELL = "tell"
    HOLD = "hold"
    SILENT = "silent"


class Reason(StrEnum):
    """Why a channel was told of an end, was told later, or was not, in words that are shown. It is stored by name."""

    FAILED = N_("the run failed")
    CANCELED = N_("the run was cancelled")
    ENDED_UNKNOWN = N_("the run ended with a status this bot does not know")
    COMPLETED = N_("the run completed")
    RECOVERED = N_("the job completed again")
    WORKFLOW_NOT_WANTED = N_("the subscription does not cover this workflow")
    OUTCOME_NOT_WANTED = N_("the subscription does not ask for this outcome")
    NEVER_TOLD = N_("the failures before were not told either")
    NOT_YET_NTH = N_("the subscription asks for more failures in a row")
    FLAPPING = N_("the job is flapping; its card says so")
    MUTED = N_("muted")
    MAINTENANCE = N_("in a maintenance window")
    QUIET_HOURS = N_("in quiet hours")
    WAITING_FOR_RECOVERY = N_("a later run is given time to complete")
    RECOVERED_IN_TIME = N_("a later run completed in time")
    UNSUBSCRIBED = N_("the subscription was ended meanwhile")
    RUNNING_LONG = N_("the run takes too long")
    WAITING_LONG = N_("the run waits too long")
    NEVER_STARTED = N_("the workflow did not begin")
    OVER_BEFORE_TOLD = N_("it was over before it could be told")
    STILL_OPEN = N_("the incident is open and nobody looks after it")
    INCIDENT_OVER = N_("the incident was over")
    LOOKED_AFTER = N_("somebody looks after the incident")
    NO_REMINDERS = N_("the subscription does not ask for reminders")


_TOLD = {
    Outcome.FAILED: Reason.FAILED,
    Outcome.CANCELED: Reason.CANCELED,
    Outcome.COMPLETED: Reason.COMPLETED,
    Outcome.RECOVERED: Reason.RECOVERED,
    Outcome.UNKNOWN: Reason.ENDED_UNKNOWN,
}
_SILENCED = {SilenceKind.MUTE: Reason.MUTED, SilenceKind.MAINTENANCE: Reason.MAINTENANCE}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided for one subscription. `until` is when something held back is looked at again; `silence` is the
    mute or window that holds it."""

    verdict: Verdict
    reason: Reason
    until: datetime | None = None
    silence: Silence | None = None

    @property
    def should_alert(self) -> bool:
        return self.verdict is Verdict.TELL


@dataclass(frozen=True, slots=True)
class End:
    """An execution that ended, with what it means for the incidents of its workflow."""

    transition: Transition
    workflow_name: str
    change: Change

    @property
    def is_flapping(self) -> bool:
        return self.change.incident is not None and self.change.incident.flapping is not None

    @property
    def execution(self) -> Execution:
        return self.transition.execution

    @property
    def outcome(self) -> Outcome:
        """A completed run that ends a job's failing is a recovery."""
        match self.execution.status:
            case ExecutionStatus.FAILED:
                return Outcome.FAILED
            case ExecutionStatus.CANCELED:
                return Outcome.CANCELED
            case ExecutionStatus.COMPLETED if self.change.step in (Step.RECOVERED, Step.CLOSED):
                return Outcome.RECOVERED
            case ExecutionStatus.COMPLETED:
                return Outcome.COMPLETED
        return Outcome.UNKNOWN

    @property
    def failures_in_a_row(self) -> int:
        return self._trouble.failures if self._trouble else 0

    @property
    def failing_since(self) -> datetime:
        """When the job failed for the first time since it last completed."""
        return self._trouble.first_failed_at if self._trouble else self.transition.happened_at

    @property
    def _trouble(self) -> JobTrouble | None:
        return self.change.incident.trouble_of(self.execution.job.job_id) if self.change.incident else None


@dataclass(frozen=True, slots=True)
class Alert:
    """The facts of one end, from which a message is made. `late_for` is None when it was seen in good time.

    With `incident` it is the card of that incident, which lives until the incident is over; `background` is what is
    normal for the job, `handle` what can be done about it from the card.
    """

    workflow_name: str
    execution: Execution
    seen_at: datetime
    late_for: timedelta | None = None
    incident: Incident | None = None
    background: Background | None = None
    mention: str | None = None
    handle: Handle | None = None


def decide(
    end: End,
    subscription: Subscription,
    silences: Sequence[Silence],
    now: datetime,
    *,
    has_card: bool,
    is_living: bool = True,
) -> Decision:
    """What this subscription hears of an end. `has_card` tells whether its incident was told there before, `is_living`
    whether by a card that shows how it goes on.

    The first of these that applies decides: what the subscription covers; which outcomes it asks for; flapping; a
    recovery or failure of which too little was told; mutes and windows; quiet hours; patience.
    """
    rules, execution = subscription.rules, end.execution
    if not subscription.covers(execution.workflow_id, end.workflow_name):
        return Decision(Verdict.SILENT, Reason.WORKFLOW_NOT_WANTED)
    if end.outcome not in rules.outcomes:
        return Decision(Verdict.SILENT, Reason.OUTCOME_NOT_WANTED)
    if end.is_flapping and has_card and is_living and end.outcome is not Outcome.CANCELED:
        return Decision(Verdict.SILENT, Reason.FLAPPING)
    if end.outcome is Outcome.RECOVERED and not has_card:
        return Decision(Verdict.SILENT, Reason.NEVER_TOLD)
    if end.outcome is Outcome.FAILED and not has_card and end.failures_in_a_row < rules.nth_failure:
        return Decision(Verdict.SILENT, Reason.NOT_YET_NTH)
    return _hold(end, subscription, silences, now, has_card=has_card) or Decision(Verdict.TELL, _TOLD[end.outcome])


def _hold(
    end: End, subscription: Subscription, silences: Sequence[Silence], now: datetime, *, has_card: bool
) -> Decision | None:
    workflow_id, job_id = end.execution.workflow_id, end.execution.job.job_id
    covering = [one for one in silences if one.covers(subscription.channel, workflow_id, job_id, now)]
    if held := hold_back(subscription, covering, now):
        return held
    patient_until = end.failing_since + subscription.rules.wait_for
    if end.outcome is Outcome.FAILED and not has_card and now < patient_until:
        return Decision(Verdict.HOLD, Reason.WAITING_FOR_RECOVERY, patient_until)
    return None


def hold_back(subscription: Subscription, covering: Sequence[Silence], now: datetime) -> Decision | None:
    """What holds anything back now: of the silences that cover it the one that ends last, else quiet hours."""
    if covering:
        longest = max(covering, key=lambda one: one.end_of(now))
        return Decision(Verdict.HOLD, _SILENCED[longest.kind], longest.end_of(now), longest)
    quiet = subscription.rules.quiet
    if quiet and (until := quiet.until(now)):
        return Decision(Verdict.HOLD, Reason.QUIET_HOURS, until)
    return None


def lateness(transition: Transition, poll_every: timedelta) -> timedelta | None:
    """How late an end was seen, when that is more than two poll intervals."""
    delay = transition.seen_at - transition.happened_at
    return delay if delay > 2 * poll_every else None
