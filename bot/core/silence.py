"""Mutes and maintenance windows: what they cover, and when they begin and end."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.language import N_


class SilenceKind(StrEnum):
    """A mute is asked for because of trouble, a window because of planned work."""

    MUTE = N_("mute")
    MAINTENANCE = N_("maintenance")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A window that comes again on some days of the week (0 is Monday), from a time of day in a zone."""

    weekdays: frozenset[int]
    start: time
    lasts: timedelta
    zone: str

    def end_of(self, now: datetime) -> datetime | None:
        """When the occurrence that contains this moment ends; None between occurrences. Of two, the later one."""
        zone = ZoneInfo(self.zone)
        today = now.astimezone(zone).date()
        ends = []
        for back in range(self.lasts.days + 2):
            day = today - timedelta(days=back)
            start = datetime.combine(day, self.start, zone).astimezone(UTC)
            if day.weekday() in self.weekdays and start <= now < start + self.lasts:
                ends.append(start + self.lasts)
        return max(ends, default=None)


@dataclass(frozen=True, slots=True)
class Covered:
    """What a silence covers, by name. What is None covers everything."""

    workflow: str | None = None
    job: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class SilenceTitle:
    """A silence as people know it, also when it has ended."""

    kind: SilenceKind
    silence_id: int
    covered: Covered
    note: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """Something that holds alerts back, until it ends. What is None in its scope covers everything.

    `ends_at` is never None for a mute: a mute that outlives its reason hides the next failure. A `weekly` window holds
    from `starts_at` until `ends_at`, where one is given.
    """

    silence_id: int
    kind: SilenceKind
    starts_at: datetime
    ends_at: datetime | None
    channel: str | None = None
    workflow_id: str | None = None
    job_id: str | None = None
    weekly: Weekly | None = None
    created_by: str | None = None
    note: str = ""

    def covers(self, channel: str, workflow_id: str, job_id: str, now: datetime) -> bool:
        """Whether it holds back, now, what this channel would hear of this job."""
        scope = ((self.channel, channel), (self.workflow_id, workflow_id), (self.job_id, job_id))
        return all(wanted in (None, actual) for wanted, actual in scope) and self.is_active(now)

    def is_active(self, now: datetime) -> bool:
        if now < self.starts_at or (self.ends_at is not None and now >= self.ends_at):
            return False
        return self.weekly is None or self.weekly.end_of(now) is not None

    def start_of(self, now: datetime) -> datetime:
        """When it began, or this occurrence of it did."""
        end = self.weekly.end_of(now) if self.weekly else None
        return max(self.starts_at, end - self.weekly.lasts) if self.weekly and end else self.starts_at

    def end_of(self, now: datetime) -> datetime:
        """When it ends, or this occurrence of it does; `now` when it is not active."""
        ends = [end for end in (self.ends_at, self.weekly.end_of(now) if self.weekly else None) if end is not None]
        return min(ends, default=now)
