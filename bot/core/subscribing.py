"""What has to change for the subscriptions to be those that are asked for."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.rule_words import NotUnderstood
from bot.core.rules import Origin, Rules, Subscription
from bot.language import _

EVERYTHING = "*"
LONGEST_PATTERN = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """To be told in a channel, or as a person, of some workflows: at most one for the same two."""

    channel: str
    workflows: str = EVERYTHING
    rules: Rules = field(default_factory=Rules)
    origin: Origin = Origin.FILE

    @property
    def place(self) -> tuple[str, str]:
        return self.channel, self.workflows


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A subscription that stays, by other rules."""

    before: Subscription
    wish: Wish


@dataclass(frozen=True, slots=True)
class SubscriptionChanges:
    """What is to be done. What is `adopted` stays as it is, on another one's behalf: that is not told."""

    added: tuple[Wish, ...] = ()
    changed: tuple[RuleChange, ...] = ()
    removed: tuple[Subscription, ...] = ()
    adopted: tuple[Wish, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def read_channel(text: str) -> str:
    """An id of a channel or a person, or a channel's name; NotUnderstood says so for anything else."""
    text = text.strip()
    if re.fullmatch(r"[CGDUW][A-Z0-9]{1,30}|#[^\s#@<>]{1,80}", text):
        return text
    problem = _("channel: {text!r} is not understood (accepted: C0123…, U0123… for a person, or '#name')")
    raise NotUnderstood(problem.format(text=text))


def is_person(channel: str) -> bool:
    """Whether this is somebody's id rather than a channel's: Slack posts it as a direct message."""
    return channel[:1] in ("U", "W")


def read_workflows(text: str) -> str:
    """An id, a name or a pattern of them; NotUnderstood says so for anything else."""
    text = text.strip()
    if text and len(text) <= LONGEST_PATTERN and text.isprintable():
        return text
    problem = _("workflows: {text!r} is not understood (accepted: an id, a name, or a pattern such as orders-*)")
    raise NotUnderstood(problem.format(text=text))


def with_settings(wishes: Iterable[Wish], alert_channels: Iterable[str]) -> list[Wish]:
    """The channels of the settings hear of everything by the default rules, unless a wish says otherwise."""
    wanted = {wish.place: wish for wish in wishes}
    own = [Wish(channel, origin=Origin.SETTINGS) for channel in dict.fromkeys(alert_channels)]
    return [wish for wish in own if wish.place not in wanted] + list(wanted.values())


def compare(present: Sequence[Subscription], wanted: Sequence[Wish]) -> SubscriptionChanges:
    """What makes the present subscriptions those that are wanted."""
    before = {(subscription.channel, subscription.workflows): subscription for subscription in present}
    places = {wish.place for wish in wanted}
    staying = [(before[wish.place], wish) for wish in wanted if wish.place in before]
    return SubscriptionChanges(
        added=tuple(wish for wish in wanted if wish.place not in before),
        changed=tuple(RuleChange(old, wish) for old, wish in staying if old.rules != wish.rules),
        removed=tuple(old for place, old in before.items() if place not in places),
        adopted=tuple(wish for old, wish in staying if old.rules == wish.rules and old.origin is not wish.origin),
    )
