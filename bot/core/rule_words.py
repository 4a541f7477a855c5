"""The rules of a subscription as people write them: one table that reads, spells and explains each."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.durations import parse
from bot.core.mentions import read_mention
from bot.core.rules import Broadcast, Outcome, QuietHours, Rules
from bot.language import N_, _, known

NONE = "none"
LONGEST_WAIT = timedelta(days=7)
MOST_FAILURES = 1000

_QUIET = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s+(\S+)")


class NotUnderstood(ValueError):
    """What was written is no rule. The message says what is accepted."""


@dataclass(frozen=True, slots=True)
class RuleWord:
    """One rule as text. `read` raises a ValueError, or returns None, for what it does not understand. `accepts` is to
    be translated where it is shown."""

    name: str
    accepts: str
    read: Callable[[str], object]
    spell: Callable[[Any], str] = str
    short: str = ""
    is_optional: bool = False


def read_rules(written: Mapping[str, str], base: Rules | None = None) -> Rules:
    """The base, or else the default rules, with what is written changed; NotUnderstood names the first mistake."""
    changed: dict[str, Any] = {}
    for name, text in written.items():
        word = BY_NAME.get(name)
        if word is None:
            accepted = ", ".join(one.name for one in WORDS)
            raise NotUnderstood(_("{name!r} is no rule (accepted: {accepted})").format(name=name, accepted=accepted))
        changed[word.name] = _value(word, text)
    return replace(base or Rules(), **changed)


def spell_rules(rules: Rules, base: Rules | None = None) -> dict[str, str]:
    """What differs from the base, or else from the default rules, in words that `read_rules` understands."""
    before = base or Rules()
    return {
        word.name: _spelled(word, getattr(rules, word.name))
        for word in WORDS
        if getattr(rules, word.name) != getattr(before, word.name)
    }


def spell_rule(rules: Rules, name: str) -> str:
    """One rule with its value, also where it is the default."""
    word = BY_NAME[name]
    return f"{name} {_spelled(word, getattr(rules, name))}"


def _value(word: RuleWord, text: str) -> object:
    text = text.strip()
    if word.is_optional and text.lower() == NONE:
        return None
    try:
        value = word.read(text)
    except ValueError:
        value = None
    if value is None:
        problem = _("{rule}: {text!r} is not understood (accepted: {accepted})")
        raise NotUnderstood(problem.format(rule=word.name, text=text, accepted=_(word.accepts)))
    return value


def _spelled(word: RuleWord, value: object) -> str:
    return NONE if value is None else word.spell(value)


def _outcomes(text: str) -> frozenset[Outcome]:
    return frozenset(Outcome(part.strip().lower()) for part in text.split(","))


def _spell_outcomes(outcomes: frozenset[Outcome]) -> str:
    return ", ".join(outcome for outcome in Outcome if outcome in outcomes)


def _nth(text: str) -> int | None:
    number = int(text) if text.isdecimal() else 0
    return number if 1 <= number <= MOST_FAILURES else None


def _wait(text: str) -> timedelta | None:
    return timedelta() if text.lower() in (NONE, "0") else _span(text, timedelta(seconds=1), LONGEST_WAIT)


def _remind(text: str) -> timedelta | None:
    return _span(text, timedelta(minutes=1), LONGEST_WAIT)


def _span(text: str, least: timedelta, most: timedelta) -> timedelta | None:
    span = parse(text)
    whole = timedelta(seconds=round(span.total_seconds())) if span and span <= most else timedelta()
    return whole if least <= whole <= most else None


def _spell_span(span: timedelta) -> str:
    """Exactly, unlike what is said in messages: 1h30m."""
    minutes, seconds = divmod(round(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    units = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in units if number) or "0"


def _quiet(text: str) -> QuietHours | None:
    match = _QUIET.fullmatch(text)
    if not match or not (zone := _zone(match[3])):
        return None
    start, end = _time_of_day(match[1]), _time_of_day(match[2])
    return None if start == end else QuietHours(start, end, zone)


def _time_of_day(text: str) -> time:
    hours, minutes = text.split(":")
    return time(int(hours), int(minutes))


def _spell_quiet(quiet: QuietHours) -> str:
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M} {quiet.zone}"


def _zone(text: str) -> str | None:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return text


WORDS = (
    RuleWord("outcomes", ", ".join(Outcome), _outcomes, _spell_outcomes),
    RuleWord("nth_failure", N_("a number from 1 to 1000"), _nth, short="nth"),
    RuleWord("wait_for", N_("10m or 1h30m, up to 7d, or none"), _wait, _spell_span, short="wait"),
    RuleWord("quiet", N_("22:00-07:00 Asia/Seoul, or none"), _quiet, _spell_quiet, is_optional=True),
    RuleWord(
        "remind_every",
        N_("1h or 1h30m, from 1m to 7d, or none"),
        _remind,
        _spell_span,
        short="remind",
        is_optional=True,
    ),
    RuleWord("broadcast", ", ".join(Broadcast), lambda text: Broadcast(text.lower())),
    RuleWord("mention", N_("<@U0123>, <!subteam^S0123>, <!here>, or none"), read_mention, is_optional=True),
    RuleWord("language", N_("en, ko or none"), known, is_optional=True),
    RuleWord("zone", N_("a name of the tz database such as Asia/Seoul, or none"), _zone, is_optional=True),
)
"""In the order of the fields of Rules."""

BY_NAME = {name: word for word in WORDS for name in (word.name, word.short) if name}
