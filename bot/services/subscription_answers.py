"""What commands about subscriptions answer, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.rules import Rules, Subscription
from bot.services.page import Page


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """`called` is the name of the one workflow, where it is about one; `covers` counts those it is about now.
    `broken_since` is set while its channel takes no messages, for the `reason` that Slack gave."""

    subscription: Subscription
    called: str | None = None
    covers: int = 0
    broken_since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """`before` is None when it is new. Where the bot `is_member` it can also read back what it has posted."""

    subscription: SubscriptionView
    before: Rules | None
    is_own: bool
    is_member: bool


@dataclass(frozen=True, slots=True)
class Unsubscribed:
    """`left` is what the same place still hears of, and why ALERT_CHANNEL may make it more than before."""

    removed: Sequence[SubscriptionView]
    left: Sequence[SubscriptionView]
    is_of_settings: bool


@dataclass(frozen=True, slots=True)
class NotSubscribed:
    """There is none like that here; these are."""

    asked_for: str
    present: Sequence[SubscriptionView]


@dataclass(frozen=True, slots=True)
class SubscriptionsShown:
    """A page of those of a place, or of all."""

    rows: Sequence[SubscriptionView]
    total: int
    page: Page


SubscriptionAnswer = Subscribed | Unsubscribed | NotSubscribed | SubscriptionsShown
