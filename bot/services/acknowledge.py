"""Notes who looks after an incident, and shows it on the incident's cards."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.alerting import Alert
from bot.core.incidents import Acknowledgement, Incident
from bot.services.refresh_cards import Occasion, living_alert, refresh_cards
from bot.store import cards, incidents
from bot.store.engine import Database


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The use case. `by` is a person as Slack knows them."""

    database: Database

    def acknowledge(self, incident_key: int, by: str, at: datetime) -> Incident:
        """Nobody is reminded of the incident from now on. Whoever was first stays the one who looks after it; one that
        is over is left as it was. Returns the incident as it is then."""
        with self.database.transaction() as session:
            incident = incidents.get(session, incident_key)
            if incident.acknowledged or not incident.is_open:
                return incident
            acknowledged = replace(incident, acknowledged=Acknowledgement(by, at))
            incidents.save(session, incident_key, acknowledged)
            cards.stop_reminding(session, incident_key)
            workflow_key, workflow_name = incidents.workflow_of(session, incident_key)
            alert = Alert(workflow_name, incident.last_failure, seen_at=at)
            card = living_alert(session, workflow_key, alert, acknowledged)
            refresh_cards(session, incident_key, card, Occasion("acknowledged", at, at))
        return acknowledged
