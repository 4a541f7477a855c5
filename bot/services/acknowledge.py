"""Notes who looks after an incident, or that nobody does any more, and shows it on the incident's cards."""

from dataclasses import dataclass, replace

from bot.core.audit_log import State
from bot.core.handles import CardRef
from bot.core.incidents import Acknowledgement, Incident
from bot.services.authority import Permit, record
from bot.services.card_answers import (
    Acknowledged,
    AcknowledgementUndone,
    IncidentOver,
    UnknownCard,
)
from bot.services.refresh_cards import Occasion, show_change
from bot.store import cards, incidents
from bot.store.engine import Database, Session

AckAnswer = Acknowledged | IncidentOver | UnknownCard
UnackAnswer = AcknowledgementUndone | IncidentOver | UnknownCard


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The use cases. The incident's row is locked while its change is decided: of two people one was first."""

    database: Database

    def acknowledge(self, permit: Permit, ref: CardRef) -> AckAnswer:
        """Nobody is reminded of the incident from now on. Whoever was first stays the one who looks after it; one that
        is over is left as it was."""
        with self.database.transaction() as session:
            incident = incidents.find(session, ref)
            if incident is None:
                return UnknownCard()
            return _acknowledge(session, permit, ref.incident_key, incident)

    def undo(self, permit: Permit, ref: CardRef) -> UnackAnswer:
        """Nobody looks after it, so its cards are reminded of again, where their subscriptions ask for that."""
        with self.database.transaction() as session:
            incident = incidents.find(session, ref)
            if incident is None:
                return UnknownCard()
            _, workflow_name = incidents.workflow_of(session, ref.incident_key)
            if not incident.is_open:
                return IncidentOver(workflow_name, incident)
            was = incident.acknowledged
            if was:
                _change(session, permit, ref.incident_key, (incident, replace(incident, acknowledged=None)))
                cards.remind_again(session, ref.incident_key, permit.at)
            return AcknowledgementUndone(workflow_name, was)


def _acknowledge(session: Session, permit: Permit, key: int, incident: Incident) -> Acknowledged | IncidentOver:
    _, workflow_name = incidents.workflow_of(session, key)
    if incident.acknowledged:
        return Acknowledged(workflow_name, incident.acknowledged, is_news=False)
    if not incident.is_open:
        return IncidentOver(workflow_name, incident)
    by = Acknowledgement(permit.request.called, permit.at)
    _change(session, permit, key, (incident, replace(incident, acknowledged=by)))
    cards.stop_reminding(session, key)
    return Acknowledged(workflow_name, by, is_news=True)


def _change(session: Session, permit: Permit, key: int, change: tuple[Incident, Incident]) -> None:
    """From one state to the other, with the line of the log, and on every card."""
    before, after = change
    incidents.save(session, key, after)
    record(session, permit, _state(key, before), _state(key, after))
    occasion = Occasion(f"{permit.action} {permit.at.isoformat()}", permit.at, permit.at)
    show_change(session, key, after, occasion)


def _state(key: int, incident: Incident) -> State:
    return {"incident": key, "acknowledged": incident.acknowledged.by if incident.acknowledged else None}
