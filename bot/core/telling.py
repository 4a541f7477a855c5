"""What is told in a card's thread, or about alerts rather than runs."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.incidents import Incident
from bot.core.model import Execution
from bot.core.overdue import HowOver, Limit
from bot.core.rules import Outcome, QuietHours
from bot.core.silence import SilenceTitle


@dataclass(frozen=True, slots=True)
class Recovery:
    """An incident is over: the last of its jobs completed again."""

    workflow_name: str
    incident: Incident
    execution: Execution


@dataclass(frozen=True, slots=True)
class Reminder:
    """An incident is still open, and nobody has said that they look after it."""

    workflow_name: str
    incident: Incident
    at: datetime


@dataclass(frozen=True, slots=True)
class HeldJob:
    """What was held back of one job. `is_broken` is true while its newest run is not a completed one; `other` counts
    runs that completed and those that ended in a way we do not know."""

    workflow_name: str
    job_name: str
    failed: int
    canceled: int
    recovered: int
    last_at: datetime
    is_broken: bool
    other: int = 0


@dataclass(frozen=True, slots=True)
class HeldLate:
    """Something overdue that was held back and is not over. A start that does not come has no job."""

    outcome: Outcome
    workflow_name: str
    job_name: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldCause:
    """What held alerts back: a mute or a window, or else quiet hours, which may have been changed meanwhile."""

    silence: SilenceTitle | None = None
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class HeldSummary:
    """A mute, a window or quiet hours are over: what they held back. `total` and `job_count` are of runs that ended,
    `late_count` of what is overdue; the lists beside them are cut."""

    cause: HeldCause
    until: datetime
    total: int
    jobs: tuple[HeldJob, ...]
    job_count: int
    late: tuple[HeldLate, ...] = ()
    late_count: int = 0


@dataclass(frozen=True, slots=True)
class Overdue:
    """Something takes longer than it should, or has not begun; `over_at` is when it ended or began after all, `limit`
    what it is compared with."""

    outcome: Outcome
    workflow_name: str
    job_name: str | None
    execution: Execution | None
    since: datetime
    limit: Limit
    over_at: datetime | None = None
    how_it_ended: HowOver | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A maintenance window, or an occurrence of it, has begun; `over_at` is when it ended, `held` how many alerts it
    held back in the channel by then."""

    title: SilenceTitle
    since: datetime
    until: datetime
    over_at: datetime | None = None
    held: int = 0
