"""Keeps the cards of incidents up to date, in every channel that has one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.alerting import Alert
from bot.core.delivery import Purpose, message_key
from bot.core.handles import Handle, Muted
from bot.core.incidents import Incident
from bot.core.reminding import covering
from bot.core.reruns import may_start
from bot.core.silence import Silence, SilenceKind
from bot.store import cards, incidents, outbox, reruns, silences
from bot.store.engine import Session
from bot.store.outbox import Draft


@dataclass(frozen=True, slots=True)
class Occasion:
    """What changed an incident: a name that no other change of it has, when it happened, and when we act on it."""

    name: str
    happened_at: datetime
    at: datetime


def living_alert(session: Session, alert: Alert, workflow_key: int, incident_key: int, incident: Incident) -> Alert:
    """An alert as the card of its incident: the newest failure, what is normal for the job, what can be done."""
    failure = incident.last_failure
    background = incidents.background(session, workflow_key, failure, alert.seen_at)
    can_start = may_start(reruns.trigger_rule(session, workflow_key))
    handle = Handle(incident_key, reruns.jobs_of(session, workflow_key) if can_start else None)
    return replace(alert, execution=failure, incident=incident, background=background, handle=handle)


def show_change(
    session: Session, incident_key: int, incident: Incident, occasion: Occasion, channel: str | None = None
) -> None:
    """What a person has changed, on all cards of the incident, or on that of one channel."""
    workflow_key, workflow_name = incidents.workflow_of(session, incident_key)
    alert = Alert(workflow_name, incident.last_failure, seen_at=occasion.at)
    card = living_alert(session, alert, workflow_key, incident_key, incident)
    refresh_cards(session, incident_key, card, occasion, channel)


def refresh_cards(
    session: Session, incident_key: int, card: Alert, occasion: Occasion, only_in: str | None = None
) -> None:
    """The newest state overtakes what has not been sent yet; else a change of the card is queued behind it."""
    mutes = [one for one in silences.in_force(session, occasion.at) if one.kind is SilenceKind.MUTE]
    for held in cards.cards_of(session, incident_key):
        if only_in not in (None, held.channel) or not held.is_living:
            continue
        mine = _as_muted(card, mutes, held.channel, occasion.at)
        if not cards.change_unsent(session, held.outbox_key, mine):
            draft = Draft(
                key=change_key(held.channel, held.outbox_key, occasion.name),
                channel=held.channel,
                facts=mine,
                about_at=occasion.happened_at,
                stream=cards.stream_of(held.outbox_key),
                edits=held.outbox_key,
            )
            outbox.add(session, draft, occasion.at)


def change_key(channel: str, outbox_key: int, occasion: str) -> str:
    """The key of the change that an occasion makes to a card, which is this message."""
    return message_key(channel, Purpose.ALERT, "change", str(outbox_key), occasion)


def _as_muted(card: Alert, mutes: Sequence[Silence], channel: str, now: datetime) -> Alert:
    """The card as it is in this channel: with the mute there that covers every job still failing."""
    if card.handle is None or card.incident is None:
        return card
    there = covering(mutes, card.incident, channel, now) if card.incident.is_open else []
    if not there:
        return card
    longest = max(there, key=lambda one: one.end_of(now))
    muted = Muted(longest.silence_id, longest.end_of(now), longest.created_by)
    return replace(card, handle=replace(card.handle, muted=muted))
