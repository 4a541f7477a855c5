"""What has to change for the subscriptions to be those that are asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.core.rules import Origin, Rules, Subscription

EVERYTHING = "*"


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
    """A subscription that stays, by other rules or on another one's behalf."""

    before: Subscription
    wish: Wish


@dataclass(frozen=True, slots=True)
class SubscriptionChanges:
    """What is to be done; nothing when all three are empty."""

    added: tuple[Wish, ...] = ()
    changed: tuple[RuleChange, ...] = ()
    removed: tuple[Subscription, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def with_settings(wishes: Iterable[Wish], alert_channels: Iterable[str]) -> list[Wish]:
    """The channels of the settings hear of everything by the default rules, unless a wish says otherwise."""
    wanted = {wish.place: wish for wish in wishes}
    own = [Wish(channel, origin=Origin.SETTINGS) for channel in dict.fromkeys(alert_channels)]
    return [wish for wish in own if wish.place not in wanted] + list(wanted.values())


def compare(present: Sequence[Subscription], wanted: Sequence[Wish]) -> SubscriptionChanges:
    """What makes the present subscriptions those that are wanted."""
    before = {(subscription.channel, subscription.workflows): subscription for subscription in present}
    places = {wish.place for wish in wanted}
    return SubscriptionChanges(
        added=tuple(wish for wish in wanted if wish.place not in before),
        changed=tuple(
            RuleChange(old, wish) for wish in wanted if (old := before.get(wish.place)) and _differs(old, wish)
        ),
        removed=tuple(old for place, old in before.items() if place not in places),
    )


def _differs(old: Subscription, wish: Wish) -> bool:
    return (old.rules, old.origin) != (wish.rules, wish.origin)
