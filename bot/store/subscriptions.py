"""Subscriptions: which channels and people want to hear of which workflows, and by which rules."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.rules import Origin, Rules, Subscription
from bot.core.subscribing import EVERYTHING, SubscriptionChanges, Wish
from bot.language import Locale
from bot.store import channels
from bot.store.message_tables import SubscriptionRow
from bot.store.upsert import insert_if_absent


def follow_settings(session: Session, wanted: Collection[str], now: datetime) -> None:
    """Make the channels of the settings hear of everything, and those no more that only the settings had named."""
    by_settings = SubscriptionRow.origin == Origin.SETTINGS
    session.execute(
        update(SubscriptionRow).where(by_settings).values(is_active=SubscriptionRow.channel.in_(list(wanted)))
    )
    present = {(subscription.channel, subscription.workflows) for subscription in active(session)}
    for channel in wanted:
        if (channel, EVERYTHING) not in present:
            put(session, Wish(channel, origin=Origin.SETTINGS), now)


def put(session: Session, wish: Wish, now: datetime, by: str | None = None) -> None:
    """Add this subscription, or let the one for the same channel and workflows be like it. `by` is the Slack id of the
    person to tell when the channel breaks; without one whoever was to be told stays so."""
    channels.ensure(session, wish.channel, now)
    values = {"rules": _encode(wish.rules), "origin": wish.origin, "is_active": True}
    if by is not None:
        values["subscribed_by"] = by
    place = {"channel": wish.channel, "workflows": wish.workflows}
    session.execute(insert_if_absent(session, SubscriptionRow).values(**place, **values, created_at=now))
    session.execute(update(SubscriptionRow).filter_by(**place).values(**values))


def carry_out(session: Session, changes: SubscriptionChanges, now: datetime, by: str | None = None) -> None:
    """Make these changes. What is removed is only switched off: decisions point to it."""
    for wish in (*changes.added, *(change.wish for change in changes.changed), *changes.adopted):
        put(session, wish, now, by)
    gone = [subscription.subscription_id for subscription in changes.removed]
    session.execute(update(SubscriptionRow).where(SubscriptionRow.id.in_(gone)).values(is_active=False))


def active(session: Session) -> list[Subscription]:
    """Subscriptions in force, oldest first."""
    rows = session.scalars(select(SubscriptionRow).where(SubscriptionRow.is_active).order_by(SubscriptionRow.id))
    return [subscription_of(row) for row in rows]


def get(session: Session, subscription_id: int) -> Subscription | None:
    """One in force. Its row is locked, where that exists: two who change it wait for each other."""
    row = session.execute(
        select(SubscriptionRow)
        .where(SubscriptionRow.id == subscription_id, SubscriptionRow.is_active)
        .with_for_update()
    ).scalar_one_or_none()
    return subscription_of(row) if row else None


def alert_channels(session: Session) -> list[str]:
    """The channels and people that hear of anything, each once, oldest first."""
    return list(dict.fromkeys(subscription.channel for subscription in active(session)))


def locale_of(session: Session, channel: str) -> Locale:
    """How a channel or person is spoken to: as the oldest of their subscriptions says that says anything."""
    rows = session.scalars(
        select(SubscriptionRow.rules)
        .where(SubscriptionRow.channel == channel, SubscriptionRow.is_active)
        .order_by(SubscriptionRow.id)
    )
    rules = [typed_json.decode(row, Rules) for row in rows]
    language = next((one.language for one in rules if one.language), None)
    zone = next((one.zone for one in rules if one.zone), None)
    return Locale(language, ZoneInfo(zone) if zone else None)


def subscribers(session: Session, channel: str) -> list[str]:
    """The people who subscribed a channel, by their Slack ids."""
    rows = session.execute(
        select(SubscriptionRow.subscribed_by).where(
            SubscriptionRow.channel == channel, SubscriptionRow.subscribed_by.is_not(None), SubscriptionRow.is_active
        )
    )
    return [person for person in rows.scalars() if person]


def subscription_of(row: SubscriptionRow) -> Subscription:
    rules = typed_json.decode(row.rules, Rules)
    return Subscription(row.id, row.channel, row.workflows, rules, row.origin)


def _encode(rules: Rules) -> str:
    return msgspec.json.encode(rules).decode()
