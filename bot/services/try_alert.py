"""Queues a test alert, and, once it has arrived, the edit that says how long it took."""

from dataclasses import replace
from datetime import datetime

from bot.core.delivery import Purpose, message_key
from bot.core.trial import Trial
from bot.services.authority import Permit, record
from bot.services.trial_answers import TrialQueued
from bot.store import channels, outbox
from bot.store.engine import Session
from bot.store.outbox import Draft
from bot.store.sending import ClaimedMessage


def try_alert(session: Session, permit: Permit, channel: str) -> TrialQueued:
    """The whole way of an alert, from the outbox on. No incident and no subscription knows of it."""
    channels.ensure(session, channel, permit.at)
    key = message_key(channel, Purpose.TRIAL, permit.request.user_id, permit.at.isoformat())
    outbox.add(session, Draft(key, channel, Trial(permit.request.called, permit.at), permit.at), permit.at)
    record(session, replace(permit, target=channel), None, None)
    return TrialQueued(channel)


def tell_time(session: Session, sent: ClaimedMessage, now: datetime) -> None:
    """It stands in the channel: let it say so."""
    if isinstance(sent.facts, Trial) and sent.facts.arrived_at is None:
        arrived = replace(sent.facts, arrived_at=now)
        key = message_key(sent.channel, Purpose.TRIAL, sent.key, "arrived")
        outbox.add(session, Draft(key, sent.channel, arrived, now, edits=sent.id), now)
