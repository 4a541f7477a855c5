"""When a recurring trigger starts its workflow. Source: NCP API guide, getTriggers; what it does not say is noted."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

SCHEDULE_ZONE = "Asia/Seoul"
"""The guide names no zone for `time`; Korea's is what the API's other bare times mean."""

LAST_DAY = -1
LONGEST_GAP = 63
"""Days between two 31sts of a month, and some more."""


class Interval(StrEnum):
    """How often a trigger starts."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """At `at` of each day, or of the days of the week (0 is Monday), or of one day of the month, the last one when it
    is -1; of an hourly one only the minute counts. A month without that day is left out."""

    interval: Interval
    at: time
    weekdays: frozenset[int] = frozenset()
    day_of_month: int = LAST_DAY
    zone: str = SCHEDULE_ZONE

    def last_start(self, now: datetime) -> datetime | None:
        """The newest start up to this moment, which may be long ago; None when there is none."""
        zone = ZoneInfo(self.zone)
        local = now.astimezone(zone)
        if self.interval is Interval.HOUR:
            since = timedelta(minutes=(local.minute - self.at.minute) % 60, seconds=local.second)
            return now.astimezone(UTC) - since - timedelta(microseconds=local.microsecond)
        for back in range(LONGEST_GAP):
            day = local.date() - timedelta(days=back)
            start = datetime.combine(day, self.at, zone).astimezone(UTC)
            if self._is_on(day) and start <= now:
                return start
        return None

    def starts_between(self, since: datetime, until: datetime) -> list[datetime]:
        """The starts from `since` until `until`, in order."""
        starts = []
        at = self.last_start(until)
        while at is not None and at >= since:
            starts.append(at)
            at = self.last_start(at - timedelta(microseconds=1))
        return starts[::-1]

    def _is_on(self, day: date) -> bool:
        match self.interval:
            case Interval.WEEK:
                return day.weekday() in self.weekdays
            case Interval.MONTH if self.day_of_month == LAST_DAY:
                return (day + timedelta(days=1)).day == 1
            case Interval.MONTH:
                return day.day == self.day_of_month
        return True


@dataclass(frozen=True, slots=True)
class ScheduledTrigger:
    """A trigger as getTriggers lists it. `recurrence` is None where it has none, or one that we cannot read."""

    trigger_id: str
    name: str
    recurrence: Recurrence | None = None
