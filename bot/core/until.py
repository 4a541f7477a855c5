"""Ends and recurrences as people write them: "4h", "tomorrow 9:00", "2026-12-24 18:00", "mon,wed 02:00"."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.durations import parse
from bot.core.silence import Weekly
from bot.language import N_

ACCEPTED = N_("30m, 4h, 18:00, tomorrow 9:00, 2026-12-24 or 2026-12-24 18:00")
"""In words that are shown."""

_WHEN = re.compile(r"(?P<day>tomorrow|today|\d{4}-\d{2}-\d{2})?[ t]*(?P<clock>\d{1,2}:\d{2})?")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS = {"daily": frozenset(range(7)), "weekdays": frozenset(range(5)), "weekends": frozenset((5, 6))}


def parse_until(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The moment in the future that is meant, in UTC; None for anything else.

    A day without a time means when it begins there, a time without a day its next coming. A time that the clocks skip
    is moved on by what they skip; one that comes twice is the first that has not passed.
    """
    text = text.strip().lower()
    span = None if text.isdecimal() else parse(text)
    if span is not None:
        return _in_reach(now, span)
    found = _WHEN.fullmatch(text)
    clock = parse_clock(found["clock"] or "0:00") if found else None
    if found is None or clock is None or not text:
        return None
    days = _days_meant(found["day"], now.astimezone(zone).date())
    moments = (_moment(day, clock, zone, fold) for day in days for fold in (0, 1))
    return next((moment for moment in moments if moment and moment > now), None)


def parse_clock(text: str) -> time | None:
    """A time of day, H:MM or HH:MM."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        return None
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        return None


def parse_weekly(days: str, start: str, lasts: str, zone: ZoneInfo) -> Weekly | None:
    """A window that comes again each week: days ("mon,wed", "weekdays", "weekends", "daily"), a time, a duration."""
    weekdays = _parse_weekdays(days)
    clock, span = parse_clock(start), parse(lasts)
    if not weekdays or clock is None or span is None or span > timedelta(days=7):
        return None
    return Weekly(weekdays, clock, span, zone.key)


def _parse_weekdays(text: str) -> frozenset[int]:
    """Empty when any of them is not a day."""
    numbers = {name: number for number, full in enumerate(_DAYS) for name in (full, full[:3])}
    chosen: set[int] = set()
    for word in (part.strip() for part in text.lower().split(",")):
        if word not in _GROUPS and word not in numbers:
            return frozenset()
        chosen |= _GROUPS.get(word) or {numbers[word]}
    return frozenset(chosen)


def _days_meant(word: str | None, today: date) -> tuple[date, ...]:
    match word:
        case None:
            return today, today + timedelta(days=1)
        case "today":
            return (today,)
        case "tomorrow":
            return (today + timedelta(days=1),)
    try:
        return (date.fromisoformat(word),)
    except ValueError:
        return ()


def _moment(day: date, clock: time, zone: ZoneInfo, fold: int) -> datetime | None:
    """None at the very ends of the calendar."""
    try:
        return datetime.combine(day, clock, zone).replace(fold=fold).astimezone(UTC)
    except OverflowError:
        return None


def _in_reach(now: datetime, span: timedelta) -> datetime | None:
    try:
        return now + span
    except OverflowError:
        return None
