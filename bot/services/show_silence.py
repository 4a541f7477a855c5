"""Lets the cards of open incidents say that they are muted, or no longer."""

from bot.core.incidents import Incident
from bot.core.silence import Silence, SilenceKind
from bot.services.refresh_cards import Occasion, show_change
from bot.store import incidents
from bot.store.engine import Session


def show_silence(session: Session, silence: Silence, occasion: Occasion) -> None:
    """In the transaction that made it or ended it. Of planned work cards say nothing."""
    if silence.kind is not SilenceKind.MUTE:
        return
    for key, incident in incidents.all_open(session).items():
        if _is_about(silence, incident):
            show_change(session, key, incident, occasion, silence.channel)


def _is_about(silence: Silence, incident: Incident) -> bool:
    is_workflow = silence.workflow_id in (None, incident.workflow_id)
    return is_workflow and (silence.job_id is None or incident.trouble_of(silence.job_id) is not None)
