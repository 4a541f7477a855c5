"""What comes of editing the rules of a subscription, as values."""

from dataclasses import dataclass

from bot.core.rule_editing import RuleEdit
from bot.core.rules import Rules, Subscription


@dataclass(frozen=True, slots=True)
class RulesSaved:
    """The subscription has other rules now than `before`; the same, when nothing was changed."""

    before: Rules
    subscription: Subscription

    @property
    def edit(self) -> RuleEdit:
        return RuleEdit(self.subscription.subscription_id, self.before, self.subscription.rules)


@dataclass(frozen=True, slots=True)
class RulesMovedOn:
    """Somebody else changed the rules after they were shown. Nothing was saved of the edit."""

    subscription: Subscription
    edit: RuleEdit


@dataclass(frozen=True, slots=True)
class SubscriptionGone:
    """Nobody subscribes that any more."""


RulesAnswer = RulesSaved | RulesMovedOn | SubscriptionGone
