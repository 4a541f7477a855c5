"""What a subscription asks for: which outcomes, how patiently, when, and how loudly."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

from bot.core.model import ExecutionStatus


class Outcome(StrEnum):
    """What can be told of a workflow."""

    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"
    RECOVERED = "recovered"
    COMPLETED = "completed"
    RUNNING_LONG = "running-long"
    WAITING_LONG = "waiting-long"
    NEVER_STARTED = "never-started"


BAD_OUTCOMES = {
    ExecutionStatus.FAILED: Outcome.FAILED,
    ExecutionStatus.CANCELED: Outcome.CANCELED,
    ExecutionStatus.UNKNOWN: Outcome.UNKNOWN,
}


class Broadcast(StrEnum):
    """Which replies in a card's thread are shown in the channel, too. The first failure is no reply."""

    NONE = "none"
    RECOVERY = "recovery"
    ALL = "all"


DEFAULT_OUTCOMES = frozenset(Outcome) - {Outcome.COMPLETED}
"""An end under a word that we do not know is told as well: it may be how the service calls a time-out."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A time of each day in a zone, possibly over midnight, in which nothing is told but held back."""

    start: time
    end: time
    zone: str

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours that contain this moment end; None outside of them."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        for day in (today - timedelta(days=1), today):
            last = day if self.start < self.end else day + timedelta(days=1)
            start = datetime.combine(day, self.start, zone).astimezone(UTC)
            end = datetime.combine(last, self.end, zone).astimezone(UTC)
            if start <= now < end:
                return end
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one subscription.

    The alert comes with the `nth_failure` in a row. With `wait_for` it waits that long, from the first failure on, for
    a later run to complete.
    While an incident is open and nobody has acknowledged it, it is repeated every `remind_every`. `mention` is a user
    or group id. `language` and `zone` are None where the bot's own apply.
    """

    outcomes: frozenset[Outcome] = DEFAULT_OUTCOMES
    nth_failure: int = 1
    wait_for: timedelta = timedelta()
    quiet: QuietHours | None = None
    remind_every: timedelta | None = None
    broadcast: Broadcast = Broadcast.NONE
    mention: str | None = None
    language: str | None = None
    zone: str | None = None


class Origin(StrEnum):
    """Who asked for a subscription: ALERT_CHANNEL, the file of subscriptions, or somebody by a command."""

    SETTINGS = "settings"
    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A channel's or a person's wish to be told. `workflows` is a pattern (`*`, `?`) over ids and names; `channel` as
    configured."""

    subscription_id: int
    channel: str
    workflows: str = "*"
    rules: Rules = field(default_factory=Rules)
    origin: Origin = Origin.SETTINGS

    def covers(self, workflow_id: str, workflow_name: str) -> bool:
        pattern = self.workflows.replace("[", "[[]")  # a name may have brackets, which mean nothing here
        return any(fnmatchcase(name, pattern) for name in (workflow_id, workflow_name))
