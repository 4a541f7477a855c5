"""Keeps the cards of incidents up to date, in every channel that has one."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.alerting import Alert
from bot.core.delivery import Purpose, message_key
from bot.core.incidents import Incident
from bot.store import cards, incidents, outbox
from bot.store.engine import Session
from bot.store.outbox import Draft


@dataclass(frozen=True, slots=True)
class Occasion:
    """What changed an incident: a name that no other change of it has, when it happened, and when we act on it."""

    name: str
    happened_at: datetime
    at: datetime


def living_alert(session: Session, workflow_key: int, alert: Alert, incident: Incident) -> Alert:
    """An alert as the card of its incident: the newest failure, and what is normal for the job."""
    failure = incident.last_failure
    background = incidents.background(session, workflow_key, failure, alert.seen_at)
    return replace(alert, execution=failure, incident=incident, background=background)


def refresh_cards(session: Session, incident_key: int, card: Alert, occasion: Occasion) -> None:
    """The newest state overtakes what has not been sent yet; else a change of the card is queued behind it."""
    for channel in cards.channels_of(session, incident_key):
        held = cards.card_of(session, incident_key, channel)
        if held and held.is_living and not cards.change_unsent(session, held.outbox_key, card):
            draft = Draft(
                key=message_key(channel, Purpose.ALERT, "change", str(held.outbox_key), occasion.name),
                channel=channel,
                facts=card,
                about_at=occasion.happened_at,
                stream=f"card {held.outbox_key}",
                edits=held.outbox_key,
            )
            outbox.add(session, draft, occasion.at)
