"""The modal of a subscription's settings: every rule of it, a preview, and which other subscriptions there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.rule_words import MOST_FAILURES, spell_rule
from bot.core.rules import Origin, Rules, Subscription
from bot.core.subscribing import EVERYTHING
from bot.language import LANGUAGES, N_, _, current_language, current_zone
from bot.slack.blocks.elements import Block, actions, button, context, fitting, plain_text, section
from bot.slack.blocks.inputs import (
    Choice,
    Field,
    checkboxes,
    chooser,
    menu,
    number_input,
    radio_buttons,
    text_input,
    time_input,
)
from bot.slack.blocks.rule_texts import BROADCASTS, OUTCOMES, label, language_name, value
from bot.slack.blocks.subscribed import hears
from bot.slack.modals.settings_metadata import Opened, Whence, encode
from bot.slack.text import mention, plain

CALLBACK = "settings"
CHOOSE = "settings:choose"
PREVIEW = "settings:preview"
PREVIEWED = "previewed"
PARTS = ("type", "callback_id", "title", "submit", "close", "private_metadata")
"""Of a view as Slack shows it to us, what we may send back."""

MOST_CHOICES = 100
OPTION_LIMIT = 75
SPAN_LIMIT, ZONE_LIMIT = 20, 60
NOTES_LIMIT = 2500

HINTS = {
    "outcomes": N_("Choose at least one."),
    "nth_failure": N_("A whole number from 1 to 1000; 1 tells of every failure."),
    "wait_for": N_("A span such as 10m or 1h30m, up to 7d; empty to tell at once."),
    "quiet_start": N_("From when to when alerts are held back each day; empty for never."),
    "quiet_end": N_("Both times are needed, and they have to differ."),
    "quiet_zone": N_("Of the quiet hours, such as Asia/Seoul."),
    "remind_every": N_("A span from 1m to 7d, such as 1h; empty for no reminders."),
    "language": N_("Of what is posted here; empty for the bot's own."),
    "zone": N_("Of times in what is posted here, such as Asia/Seoul; empty for the bot's own."),
}
"""What each input accepts: beside it, and as the error when something else was entered."""


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """`chosen` with its rules as they are now, among the subscriptions of its place; `entered` are those to show, and
    `names` those of workflows by their ids."""

    choices: Sequence[Subscription]
    chosen: Subscription
    entered: Rules
    whence: Whence = field(default_factory=Whence)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def opened(self) -> Opened:
        return Opened(self.chosen.subscription_id, self.chosen.rules, current_language(), self.whence)


def settings_view(form: SettingsForm, notes: Sequence[str] = ()) -> dict[str, Any]:
    """`notes` stand at the top."""
    stamp = form.opened.stamp
    blocks = [*_head(form, notes), *_inputs(form.entered, stamp), *_foot(form.entered, stamp)]
    return {
        **_frame(_("Settings")),
        "submit": plain_text(_("Save")),
        "private_metadata": encode(form.opened),
        "blocks": blocks,
    }


def with_preview(view: Mapping[str, Any], lines: Sequence[str]) -> dict[str, Any]:
    """The modal as it is, with these lines beside its button. What was entered stays, where a block keeps its id, only
    if that is touched as little as possible (Slack docs, "Updating modal views")."""
    kept = {name: view[name] for name in PARTS if view.get(name)}
    blocks = [block for block in view.get("blocks", ()) if block.get("block_id") != PREVIEWED]
    shown = {**section("\n".join(fitting(lines, NOTES_LIMIT))), "block_id": PREVIEWED}
    return {**kept, "blocks": [*blocks, shown]}


def note_view(text: str) -> dict[str, Any]:
    """The modal with a sentence instead of settings."""
    return {**_frame(_("Settings")), "blocks": [section(text)]}


def block_id(name: str, stamp: str) -> str:
    return f"{name}:{stamp}"


def _head(form: SettingsForm, notes: Sequence[str]) -> Iterator[Block]:
    lines = list(fitting(notes, NOTES_LIMIT))
    if lines:
        yield section("\n".join(lines))
    choices = form.choices[:MOST_CHOICES]
    if len(choices) > 1 and form.chosen in choices:
        options = [Choice(str(one.subscription_id), plain(_called(one, form.names), OPTION_LIMIT)) for one in choices]
        more = _("Subscription to ({count:,} more: name one with `/dataflow settings`)")
        left_out = len(form.choices) - len(choices)
        yield section(more.format(count=left_out) if left_out else _("Subscription to"))
        yield chooser(f"choose:{form.opened.stamp}", CHOOSE, options, str(form.chosen.subscription_id))
    yield section(hears(form.chosen, form.names.get(form.chosen.workflows)))
    if form.chosen.origin is Origin.FILE:
        yield context(
            _("It comes from the file of subscriptions: applying the file again undoes what is changed here.")
        )


def _called(one: Subscription, names: Mapping[str, str]) -> str:
    return _("everything") if one.workflows == EVERYTHING else names.get(one.workflows, one.workflows)


def _inputs(rules: Rules, stamp: str) -> Iterator[Block]:
    outcomes = [Choice(outcome, _(text)) for outcome, text in OUTCOMES.items()]
    broadcasts = [Choice(broadcast, _(text)) for broadcast, text in BROADCASTS.items()]
    yield checkboxes(_field("outcomes", stamp, is_optional=False), outcomes, rules.outcomes)
    yield number_input(_field("nth_failure", stamp, is_optional=False), rules.nth_failure, MOST_FAILURES)
    yield text_input(_field("wait_for", stamp), _span(rules, "wait_for"), SPAN_LIMIT)
    yield from _quiet_inputs(rules, stamp)
    yield text_input(_field("remind_every", stamp), _span(rules, "remind_every"), SPAN_LIMIT)
    yield radio_buttons(_field("broadcast", stamp, is_optional=False), broadcasts, rules.broadcast)
    yield menu(_field("language", stamp), _languages(rules.language), rules.language or "")
    yield text_input(_field("zone", stamp), rules.zone or "", ZONE_LIMIT)


def _quiet_inputs(rules: Rules, stamp: str) -> Iterator[Block]:
    """A reader who has no quiet hours yet most likely wants them in their own zone."""
    quiet, own_zone = rules.quiet, current_zone()
    start, end = (f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}") if quiet else ("", "")
    zone = quiet.zone if quiet else own_zone.key if own_zone else ""
    yield time_input(_field("quiet_start", stamp, _("Quiet hours from")), start)
    yield time_input(_field("quiet_end", stamp, _("Quiet hours until")), end)
    yield text_input(_field("quiet_zone", stamp, _("Time zone of the quiet hours")), zone, ZONE_LIMIT)


def _foot(rules: Rules, stamp: str) -> Iterator[Block]:
    if rules.mention:
        whom = mention(rules.mention) or value(rules, "mention")  # in a modal it names them and calls nobody
        yield context(_("Mentions {whom}. Whom to mention is set in the bot's configuration only.").format(whom=whom))
    else:
        yield context(_("Mentions nobody. Whom to mention is set in the bot's configuration only."))
    yield {
        **actions([button(_("Preview the last 7 days"), PREVIEW, "preview")]),
        "block_id": block_id("preview", stamp),
    }


def _field(name: str, stamp: str, text: str = "", *, is_optional: bool = True) -> Field:
    hint = _(HINTS[name]) if name in HINTS else ""
    return Field(block_id(name, stamp), name, text or label(name), hint, is_optional)


def _span(rules: Rules, name: str) -> str:
    """As it is typed: `1h30m`."""
    return spell_rule(rules, name).removeprefix(f"{name} ") if getattr(rules, name) else ""


def _languages(present: str | None) -> list[Choice]:
    known = [*LANGUAGES, *([present] if present and present not in LANGUAGES else [])]
    return [Choice(language, plain(language_name(language), OPTION_LIMIT)) for language in known]


def _frame(title: str) -> dict[str, Any]:
    return {"type": "modal", "callback_id": CALLBACK, "title": plain_text(title), "close": plain_text(_("Close"))}
