"""Who is told of what, and what was changed in it."""

from collections.abc import Iterator

from bot.core.rule_words import spell_rules
from bot.core.rules import Rules
from bot.core.subscribing import SubscriptionChanges
from bot.language import _, counted
from bot.services.answers import SubscriptionList, SubscriptionUpdate
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections
from bot.slack.text import code, place, words

NAME = 100
RULES = 400


def subscription_list(answer: SubscriptionList) -> Message:
    title = counted("{count:,} subscription", "{count:,} subscriptions", len(answer.subscriptions))
    lines = [_line(one.channel, one.workflows, one.rules) for one in answer.subscriptions]
    return _listed(title, lines)


def subscription_update(answer: SubscriptionUpdate) -> Message:
    changes = answer.changes
    counts = _("{added:,} added, {changed:,} changed, {removed:,} removed").format(
        added=len(changes.added), changed=len(changes.changed), removed=len(changes.removed)
    )
    title = _("This would change: {counts}").format(counts=counts) if answer.is_dry_run else counts
    return _listed(title, list(_changes(changes)))


def _changes(changes: SubscriptionChanges) -> Iterator[str]:
    for wish in changes.added:
        yield _("added {subscription}").format(subscription=_line(wish.channel, wish.workflows, wish.rules))
    for change in changes.changed:
        now = _line(change.wish.channel, change.wish.workflows, change.wish.rules)
        before = words(_rules(change.before.rules), RULES)
        yield _("changed {subscription} (before: {rules})").format(subscription=now, rules=before)
    for old in changes.removed:
        yield _("removed {subscription}").format(subscription=_line(old.channel, old.workflows, old.rules))


def _listed(title: str, lines: list[str]) -> Message:
    text = "\n".join(fitting([title, *lines], TEXT_LIMIT))
    return Message(text, tuple(list_sections(f"*{title}*", [f"• {line}" for line in lines])))


def _line(channel: str, workflows: str, rules: Rules) -> str:
    return _("{channel} hears of {workflows}: {rules}").format(
        channel=place(channel, NAME), workflows=code(workflows, NAME), rules=words(_rules(rules), RULES)
    )


def _rules(rules: Rules) -> str:
    return "; ".join(f"{name} {text}" for name, text in spell_rules(rules).items()) or _("default rules")
