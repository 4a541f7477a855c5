"""The living messages of incidents: which row of the outbox is an incident's card in a channel, and its changes."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.core.alerting import Alert
from bot.core.delivery import DeliveryState, Facts, Purpose
from bot.store import facts
from bot.store.message_tables import CardRow, ChannelRow, IncidentRow, OutboxRow, SubscriptionRow
from bot.store.subscriptions import subscription_of


@dataclass(frozen=True, slots=True)
class Card:
    """What told a channel of an incident. Not `is_living`: it was folded or given up, or is a summary of what was held
    back. Replies may go to it all the same, and the next failure makes a new card."""

    card_key: int
    incident_key: int
    channel: str
    outbox_key: int
    is_living: bool


@dataclass(frozen=True, slots=True)
class NewCard:
    """The first card of an incident in a channel; repeated at `remind_at` unless somebody looks after it by then."""

    incident_key: int
    channel: str
    subscription_key: int
    outbox_key: int
    remind_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A card that is to be repeated, and the message to which the reminder replies."""

    card_key: int
    incident_key: int
    channel: str
    subscription_key: int
    outbox_key: int
    remind_at: datetime


def stream_of(outbox_key: int) -> str:
    """The stream of a card's changes: one follows the other."""
    return f"card {outbox_key}"


def changed_in(stream: str | None) -> int | None:
    """The message that a stream changes; None for no stream."""
    return int(stream.removeprefix("card ")) if stream else None


_CARDS = (
    select(CardRow.id, CardRow.channel, CardRow.outbox_key, OutboxRow.state, OutboxRow.purpose)
    .join(OutboxRow, OutboxRow.id == CardRow.outbox_key)
    .where(CardRow.incident_key == bindparam("incident"))
    .order_by(CardRow.id)
)


def cards_of(session: Session, incident_key: int) -> list[Card]:
    """The incident's cards, one in each channel that has heard of it."""
    rows = session.connection().execute(_CARDS, {"incident": incident_key})
    return [
        Card(key, incident_key, channel, message, _is_living(state, purpose))
        for key, channel, message, state, purpose in rows
    ]


def card_of(session: Session, incident_key: int, channel: str) -> Card | None:
    """The incident's card in this channel; None while it has none."""
    return next((card for card in cards_of(session, incident_key) if card.channel == channel), None)


def _is_living(state: DeliveryState, purpose: Purpose) -> bool:
    return purpose is Purpose.ALERT and state not in (DeliveryState.FOLDED, DeliveryState.DEAD)


def channel_called(session: Session, incident_key: int, slack_id: str | None) -> str | None:
    """The channel of the incident's card there, as subscriptions call it; None where the incident has none."""
    called = select(CardRow.channel).join(ChannelRow, ChannelRow.channel == CardRow.channel)
    here = (ChannelRow.slack_id == slack_id) | (ChannelRow.channel == slack_id)
    return session.execute(called.where(CardRow.incident_key == incident_key, here).limit(1)).scalar_one_or_none()


_ADD = insert(CardRow)


def add(session: Session, card: NewCard) -> None:
    """This message is the incident's card there."""
    session.connection().execute(_ADD, asdict(card))


def replace_message(session: Session, card: Card, outbox_key: int) -> None:
    """Another message is the card from now on."""
    session.execute(update(CardRow).where(CardRow.id == card.card_key).values(outbox_key=outbox_key))


def due_reminder(session: Session, now: datetime) -> DueReminder | None:
    """The card whose reminder has been due longest. Its row is locked, where that exists."""
    row = session.execute(
        select(CardRow)
        .where(CardRow.remind_at <= now)
        .order_by(CardRow.remind_at, CardRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    if row is None:
        return None
    remind_at = row.remind_at or now
    return DueReminder(row.id, row.incident_key, row.channel, row.subscription_key, row.outbox_key, remind_at)


def remind_at(session: Session, card_key: int, at: datetime | None) -> None:
    """Remind of it then, or never again."""
    session.execute(update(CardRow).where(CardRow.id == card_key).values(remind_at=at))


def stop_reminding(session: Session, incident_key: int) -> None:
    """Of this incident, in any channel."""
    session.execute(update(CardRow).where(CardRow.incident_key == incident_key).values(remind_at=None))


def remind_again(session: Session, incident_key: int, now: datetime) -> None:
    """Of this incident, in each channel whose subscription asks for it, as if it had begun now."""
    rows = session.execute(
        select(CardRow.id, SubscriptionRow)
        .join(SubscriptionRow, SubscriptionRow.id == CardRow.subscription_key)
        .where(CardRow.incident_key == incident_key, SubscriptionRow.is_active)
    )
    for card_key, row in rows.all():
        every = subscription_of(row).rules.remind_every
        remind_at(session, card_key, now + every if every else None)


def remind_from_now(session: Session, subscription_key: int, every: timedelta, now: datetime) -> None:
    """Of what is open, in the cards of a subscription that did not ask for it so soon."""
    is_open = CardRow.incident_key.in_(select(IncidentRow.id).where(IncidentRow.closed_at.is_(None)))
    is_later = CardRow.remind_at.is_(None) | (CardRow.remind_at > now + every)
    cards = update(CardRow).where(CardRow.subscription_key == subscription_key, is_open, is_later)
    session.execute(cards.values(remind_at=now + every))


def change_unsent(session: Session, outbox_key: int, message: Facts) -> bool:
    """Change what a message says before it is sent, or what the change says that already waits for it; False when
    neither is possible. So the newest state overtakes those that nobody has seen."""
    surely_unsent = (OutboxRow.state == DeliveryState.PENDING) & (OutboxRow.attempts == 0)
    unsent = session.execute(
        select(OutboxRow.id, OutboxRow.purpose, OutboxRow.facts)
        .where(surely_unsent, (OutboxRow.id == outbox_key) | (OutboxRow.edits == outbox_key))
        .with_for_update()
    ).all()
    for row, purpose, text in unsent:
        overtaking = facts.encode(_in_place_of(facts.decode(purpose, text), message))
        session.execute(update(OutboxRow).where(OutboxRow.id == row).values(facts=overtaking))
    return bool(unsent)


def _in_place_of(unsent: Facts, newer: Facts) -> Facts:
    """A card keeps whom it calls, and the run that it was queued for: folded, it is that run's line."""
    if isinstance(unsent, Alert) and isinstance(newer, Alert):
        return replace(newer, execution=unsent.execution, mention=unsent.mention)
    return newer
