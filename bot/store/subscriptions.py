"""Subscriptions: which channels want to hear of which workflows, and by which rules."""

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.rules import Rules, Subscription
from bot.store import channels
from bot.store.message_tables import SubscriptionRow
from bot.store.upsert import insert_if_absent


def follow_settings(session: Session, wanted: Collection[str], now: datetime) -> None:
    """Make the channels of the settings, and no others, hear of everything."""
    session.execute(
        update(SubscriptionRow).values(is_active=SubscriptionRow.channel.in_(list(wanted))),
    )
    for channel in wanted:
        channels.ensure(session, channel, now)
        session.execute(
            insert_if_absent(session, SubscriptionRow).values(
                channel=channel,
                workflows="*",
                rules=encode_rules(Rules()),
                is_active=True,
                created_at=now,
            )
        )


def active(session: Session) -> list[Subscription]:
    """Subscriptions in force, oldest first."""
    rows = session.scalars(select(SubscriptionRow).where(SubscriptionRow.is_active).order_by(SubscriptionRow.id))
    return [
        Subscription(row.id, row.channel, row.workflows, msgspec.json.decode(row.rules, type=Rules)) for row in rows
    ]


def alert_channels(session: Session) -> list[str]:
    """The channels that hear of anything, each once, oldest first."""
    return list(dict.fromkeys(subscription.channel for subscription in active(session)))


def subscribers(session: Session, channel: str) -> list[str]:
    """The people who subscribed a channel, by their Slack ids."""
    rows = session.execute(
        select(SubscriptionRow.subscribed_by).where(
            SubscriptionRow.channel == channel, SubscriptionRow.subscribed_by.is_not(None), SubscriptionRow.is_active
        )
    )
    return [person for person in rows.scalars() if person]


def encode_rules(rules: Rules) -> str:
    return msgspec.json.encode(rules).decode()
