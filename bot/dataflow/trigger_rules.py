"""The rules of triggers to core values. One that cannot be read is no rule: better no alarm than a false one.

Source: NCP API guide, getTriggers: `time` is a minute for HOUR, else a time of day; `dateOfMonth` is 1 to 31, or -1 for
the last day. Nothing tells whether a trigger is switched off.
"""

from datetime import time

from bot.core.recurrence import LAST_DAY, Interval, Recurrence, ScheduledTrigger
from bot.dataflow import fields
from bot.dataflow.rows import TriggerRow, TriggerRuleRow

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
INTERVALS = {str(interval): interval for interval in Interval}


def scheduled_trigger(row: TriggerRow) -> ScheduledTrigger:
    trigger_id = fields.identifier("triggerId", row.trigger_id)
    rule = _recurrence(row.trigger_rule) if row.trigger_rule else None
    return ScheduledTrigger(trigger_id, fields.text(row.name) or trigger_id, rule)


def _recurrence(row: TriggerRuleRow) -> Recurrence | None:
    interval = INTERVALS.get(row.interval or "")
    at = _time(row.time or "", is_minute=interval is Interval.HOUR)
    if row.type != "RECURRING" or interval is None or at is None:
        return None
    weekdays = frozenset(WEEKDAYS.index(day) for day in row.day_of_week or () if day in WEEKDAYS)
    if interval is Interval.WEEK and len(weekdays) != len(set(row.day_of_week or ())):
        return None
    day = row.date_of_month
    if interval is Interval.MONTH and (day is None or not (day == LAST_DAY or 1 <= day <= 31)):
        return None
    return Recurrence(interval, at, weekdays if interval is Interval.WEEK else frozenset(), day or LAST_DAY)


def _time(text: str, *, is_minute: bool) -> time | None:
    """Of "10:00", "10:00:30" or, for HOUR, "05"."""
    try:
        hour, minute, second = [int(part) for part in f"0:{text}:0".split(":")] if is_minute else _clock(text)
        return time(hour, minute, second)
    except ValueError:
        return None


def _clock(text: str) -> list[int]:
    parts = [int(part) for part in text.split(":")]
    return [*parts, 0] if len(parts) == 2 else parts
