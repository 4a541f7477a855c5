"""Who is told of what, and what was changed in it."""

from collections.abc import Iterator

from bot.core.rule_words import spell_rules
from bot.core.rules import Rules
from bot.core.subscribing import SubscriptionChanges
from bot.services.answers import SubscriptionList, SubscriptionUpdate
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections
from bot.slack.text import code, number, words

NAME = 100
RULES = 400


def subscription_list(answer: SubscriptionList) -> Message:
    title = f"{number(len(answer.subscriptions), 'subscription')}"
    lines = [_line(one.channel, one.workflows, one.rules) for one in answer.subscriptions]
    return _listed(title, lines)


def subscription_update(answer: SubscriptionUpdate) -> Message:
    changes = answer.changes
    counts = f"{len(changes.added):,} added, {len(changes.changed):,} changed, {len(changes.removed):,} removed"
    return _listed(f"This would change: {counts}" if answer.is_dry_run else counts, list(_changes(changes)))


def _changes(changes: SubscriptionChanges) -> Iterator[str]:
    for wish in changes.added:
        yield f"added {_line(wish.channel, wish.workflows, wish.rules)}"
    for change in changes.changed:
        before = words(_rules(change.before.rules), RULES)
        yield f"changed {_line(change.wish.channel, change.wish.workflows, change.wish.rules)} (before: {before})"
    for old in changes.removed:
        yield f"removed {_line(old.channel, old.workflows, old.rules)}"


def _listed(title: str, lines: list[str]) -> Message:
    text = "\n".join(fitting([title, *lines], TEXT_LIMIT))
    return Message(text, tuple(list_sections(f"*{title}*", [f"• {line}" for line in lines])))


def _line(channel: str, workflows: str, rules: Rules) -> str:
    return f"{code(channel, NAME)} hears of {code(workflows, NAME)}: {words(_rules(rules), RULES)}"


def _rules(rules: Rules) -> str:
    return "; ".join(f"{name} {text}" for name, text in spell_rules(rules).items()) or "default rules"
