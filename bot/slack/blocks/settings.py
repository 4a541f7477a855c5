"""What came of changing the settings of a subscription: each rule before and after, and the way back."""

from collections.abc import Iterator
from typing import assert_never

import msgspec

from bot import typed_json
from bot.core.comparison import Simulation
from bot.core.comparison_words import kinds, notes, verdict
from bot.core.rule_editing import RuleEdit, changed_rules
from bot.core.rules import Rules
from bot.language import _
from bot.services.rule_answers import RulesAnswer, RulesMovedOn, RulesSaved, SubscriptionGone
from bot.slack.blocks.elements import (
    BUTTON_VALUE_LIMIT,
    SECTION_LIMIT,
    TEXT_LIMIT,
    Block,
    Message,
    actions,
    button,
    fitting,
    section,
)
from bot.slack.blocks.rule_texts import label, value
from bot.slack.text import code, place, words

OPEN = "settings:open"
UNDO = "settings:undo"
NAME = 100
ROOM_FOR_A_COUNT = 100
"""Of the lines that do not fit."""


def rules_message(answer: RulesAnswer) -> Message:
    match answer:
        case RulesSaved():
            return _saved(answer)
        case RulesMovedOn():
            lines = [*meanwhile(answer), _("Nothing was saved. Open the settings again to go on from there.")]
            return _message(lines, [settings_button(answer.subscription.subscription_id)])
        case SubscriptionGone():
            return _message([gone()], [])
        case _:
            assert_never(answer)


def gone() -> str:
    return _("Nobody subscribes this any more.")


def meanwhile(answer: RulesMovedOn) -> Iterator[str]:
    """What somebody else changed since the settings were shown."""
    yield _("Somebody changed these settings after you opened them:")
    yield from _changes(answer.edit.opened, answer.subscription.rules)


def preview_lines(simulation: Simulation | SubscriptionGone) -> list[str]:
    """`61 alerts now, 9 with these rules`, what they are made of, and what cannot be replayed."""
    if isinstance(simulation, SubscriptionGone):
        return [gone()]
    return [
        _("*In the last 7 days: {verdict}.*").format(verdict=words(verdict(simulation), TEXT_LIMIT)),
        _("Now: {kinds}.").format(kinds=kinds(simulation.present)),
        _("With these rules: {kinds}.").format(kinds=kinds(simulation.changed)),
        *notes(simulation),
    ]


def settings_button(subscription_id: int) -> Block:
    return button(_("Settings"), OPEN, str(subscription_id), _("Open the settings of this subscription"))


def encode_undo(edit: RuleEdit) -> str:
    return msgspec.json.encode(edit, order="deterministic").decode()


def decode_undo(text: str) -> RuleEdit | None:
    """None when this is not what `encode_undo` made, say a button of an older version."""
    try:
        return typed_json.decode(text, RuleEdit)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None


def _saved(answer: RulesSaved) -> Message:
    subscription = answer.subscription
    places = {"channel": place(subscription.channel, NAME), "workflows": code(subscription.workflows, NAME)}
    changes = list(_changes(answer.before, subscription.rules))
    if not changes:
        return _message([_("Nothing was changed: {channel} hears of {workflows} as before.").format(**places)], [])
    title = _("Settings saved: {channel} hears of {workflows} by other rules now.").format(**places)
    undo = encode_undo(answer.edit.undone)
    buttons = [button(_("Undo"), UNDO, undo, _("Restore the settings as they were"))]
    return _message(
        [title, *changes],
        [*(buttons if len(undo) <= BUTTON_VALUE_LIMIT else []), settings_button(subscription.subscription_id)],
    )


def _changes(before: Rules, after: Rules) -> Iterator[str]:
    for name in changed_rules(before, after):
        change = {"rule": label(name), "before": value(before, name), "after": value(after, name)}
        yield "• " + _("{rule}: {before} → {after}").format(**change)


def _message(lines: list[str], buttons: list[Block]) -> Message:
    text = "\n".join(fitting(lines, SECTION_LIMIT - ROOM_FOR_A_COUNT))
    return Message(text, (section(text), *([actions(buttons)] if buttons else [])))
