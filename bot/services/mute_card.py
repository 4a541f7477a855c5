"""Mutes what a card is about, in the channel of the card."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.handles import CardRef
from bot.core.incidents import Incident
from bot.core.silence import Silence, SilenceKind
from bot.core.until import ACCEPTED, parse_until
from bot.language import _
from bot.services.answers import Help
from bot.services.authority import Permit
from bot.services.card_answers import IncidentOver, UnknownCard
from bot.services.manage_silences import is_end, start_silence, view_of
from bot.services.silence_answers import SilenceStarted
from bot.store import cards, incidents, silences, subscriptions
from bot.store.engine import Database, Session

MuteAnswer = SilenceStarted | IncidentOver | UnknownCard | Help

AS_LONG = timedelta(minutes=1)
"""Two people who mute at once need not be two mutes for the seconds between them."""


@dataclass(frozen=True, slots=True)
class MuteOffer:
    """Somebody may mute this card, and has still to say until when."""

    ref: CardRef
    proposed_end: datetime


@dataclass(frozen=True, slots=True)
class MuteCard:
    """The use cases. `zone` is where a channel's clocks are unless its subscription has one of its own."""

    database: Database
    zone: ZoneInfo

    def mute(self, permit: Permit, ref: CardRef, until: str) -> MuteAnswer:
        """`until` is as in `mute --until`, by the channel's clocks."""
        return self.mute_until(permit, ref, parse_until(until, permit.at, self._zone(permit, ref)))

    def offer(self, permit: Permit, ref: CardRef) -> MuteOffer:
        """What somebody who looks for an end is likely to choose, by their own clocks."""
        zone = permit.request.asker.zone or self.zone
        return MuteOffer(ref, parse_until("tomorrow 9:00", permit.at, zone) or permit.at)

    def mute_until(self, permit: Permit, ref: CardRef, ends_at: datetime | None) -> MuteAnswer:
        """The job that fails, or the workflow where several do. A mute that is there already and lasts as long is told
        in the place of a new one, so that it need not be ended twice."""
        if not is_end(ends_at, permit.at):
            return Help((), _("That is not an end within a year. Say {accepted}.").format(accepted=_(ACCEPTED)))
        with self.database.transaction() as session:
            incident = incidents.find(session, ref)
            if incident is None:
                return UnknownCard()
            if not incident.is_open:
                return IncidentOver(incidents.workflow_of(session, ref.incident_key)[1], incident)
            wanted = _wanted(session, permit, ref, incident)
            silence = replace(wanted, ends_at=ends_at)
            if there := _as_long(session, silence, permit.at):
                return SilenceStarted(view_of(session, there, permit.at), is_news=False)
            return start_silence(session, permit, silence, permit.at)

    def _zone(self, permit: Permit, ref: CardRef) -> ZoneInfo:
        with self.database.snapshot() as session:
            channel = cards.channel_called(session, ref.incident_key, permit.request.channel_id)
            zones = [one.rules.zone for one in subscriptions.active(session) if one.channel == channel]
        return next((ZoneInfo(zone) for zone in zones if zone), self.zone)


def _wanted(session: Session, permit: Permit, ref: CardRef, incident: Incident) -> Silence:
    """For a card that we cannot place, say in a conversation where it was shared, the mute is for every channel."""
    failing = incident.failing_jobs
    return Silence(
        silence_id=0,
        kind=SilenceKind.MUTE,
        starts_at=permit.at,
        ends_at=None,
        channel=cards.channel_called(session, ref.incident_key, permit.request.channel_id),
        workflow_id=incident.workflow_id,
        job_id=failing[0] if len(failing) == 1 else None,
        created_by=permit.request.called,
    )


def _as_long(session: Session, wanted: Silence, now: datetime) -> Silence | None:
    """A mute of just this scope that ends no earlier."""
    for one in silences.in_force(session, now):
        is_same = (one.kind, one.channel, one.workflow_id, one.job_id) == (
            wanted.kind,
            wanted.channel,
            wanted.workflow_id,
            wanted.job_id,
        )
        if (
            is_same
            and one.is_active(now)
            and one.ends_at
            and wanted.ends_at
            and one.ends_at >= wanted.ends_at - AS_LONG
        ):
            return one
    return None
