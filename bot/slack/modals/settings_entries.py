"""Reads what was entered in the modal of settings: the rules it makes, or which input is wrong and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from bot.core.rule_editing import RuleEdit
from bot.core.rule_words import NONE, NotUnderstood, read_rules
from bot.core.rules import Rules
from bot.language import _
from bot.slack.modals.settings import HINTS, ZONE_LIMIT, block_id
from bot.slack.modals.settings_metadata import Opened, decode
from bot.slack.text import plain

Json = Mapping[str, Any]
Entries = Mapping[str, str]

PLAIN_RULES = ("outcomes", "nth_failure", "wait_for", "remind_every", "broadcast", "language", "zone")
"""Those with one input, which takes what the rule is written as."""
ZONES = ("zone", "quiet_zone")


@dataclass(frozen=True, slots=True)
class Entered:
    """A modal that can be saved."""

    opened: Opened
    edit: RuleEdit


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What is wrong, by the id of the input's block, as Slack shows it beside the input."""

    by_block: Mapping[str, str]


def read_entries(view: Json) -> Entered | Mistakes | None:
    """None when it is a modal of another version of the bot."""
    opened = decode(str(view.get("private_metadata")))
    if opened is None:
        return None
    entries = _entries(view)
    rules, mistakes = opened.rules, {}
    for name in PLAIN_RULES:
        try:
            rules = read_rules({name: entries.get(name) or NONE}, rules)
        except NotUnderstood:
            mistakes[name] = _mistake(name, entries)
    quiet = _quiet(rules, entries)
    if isinstance(quiet, str):
        mistakes[quiet] = _mistake(quiet, entries)
    elif not mistakes:
        return Entered(opened, RuleEdit(opened.subscription_id, opened.rules, quiet))
    return Mistakes({block_id(name, opened.stamp): text for name, text in mistakes.items()})


def _quiet(rules: Rules, entries: Entries) -> Rules | str:
    """The rules with these quiet hours, or which input is wrong. A zone alone is what the modal proposed."""
    start, end, zone = (entries.get(f"quiet_{part}", "") for part in ("start", "end", "zone"))
    if not start and not end:
        return replace(rules, quiet=None)
    if not start or not end or start == end:
        return "quiet_end" if start else "quiet_start"
    try:
        return read_rules({"quiet": f"{start}-{end} {zone}"}, rules)
    except NotUnderstood:
        return "quiet_zone"


def _mistake(name: str, entries: Entries) -> str:
    if name == "quiet_start":
        name = "quiet_end"  # its hint speaks of both
    near = _nearest_zone(entries.get(name, "")) if name in ZONES else None
    if near:
        return _("There is no such time zone. Did you mean {zone}?").format(zone=near)
    return _(HINTS[name]) if name in HINTS else _("Choose one.")


def _nearest_zone(text: str) -> str | None:
    """Also when only the city was entered."""
    wanted = plain(text, ZONE_LIMIT).replace(" ", "_").casefold()
    names = _zones()
    whole = get_close_matches(wanted, names, n=1, cutoff=0.75)
    return names[whole[0]] if whole else next((zone for key, zone in names.items() if key.endswith(f"/{wanted}")), None)


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in sorted(available_timezones()) if "/" in zone}


def _entries(view: Json) -> Entries:
    """By the inputs' names, as text; what is empty is left out."""
    held = [elements for elements in view.get("state", {}).get("values", {}).values() if isinstance(elements, Mapping)]
    return {name: text for elements in held for name, element in elements.items() if (text := _text(element))}


def _text(element: Any) -> str:
    match element:
        case {"selected_options": list(options)}:
            return ", ".join(str(option.get("value")) for option in options)
        case {"selected_option": {"value": str(value)}} | {"selected_time": str(value)} | {"value": str(value)}:
            return value.strip()
    return ""
