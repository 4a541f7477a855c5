"""What App Home shows: what is wrong now, what is muted, who is told of what, and how the bot is doing."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.core.rules import Subscription
from bot.core.silence import Silence
from bot.services.answers import StatusReport
from bot.services.silence_titles import covered_by
from bot.store import channels, open_incidents, silences, subscriptions, workflows
from bot.store.engine import Database, Session
from bot.store.open_incidents import OpenIncident

MOST_INCIDENTS = 10
MOST_SILENCES = 15


@dataclass(frozen=True, slots=True)
class NamedSilence:
    """A mute or maintenance window that holds alerts back now. What is None is not what it is about."""

    silence: Silence
    until: datetime
    workflow_name: str | None
    job_name: str | None


@dataclass(frozen=True, slots=True)
class Home:
    """The same for everybody who looks. `slack_ids` are the channels' ids by what the subscriptions call them, `names`
    the workflows' names by the ids that subscriptions are to."""

    incidents: Sequence[OpenIncident]
    incident_count: int
    silences: Sequence[NamedSilence]
    silence_count: int
    subscriptions: Sequence[Subscription]
    slack_ids: dict[str, str]
    status: StatusReport
    names: Mapping[str, str] = field(default_factory=dict)

    def subscriptions_of(self, places: Collection[str]) -> list[Subscription]:
        """Those of these channels and people, by Slack's ids or by name."""
        return [one for one in self.subscriptions if {one.channel, self.slack_ids.get(one.channel)} & {*places}]


@dataclass(frozen=True, slots=True)
class ShowHome:
    database: Database
    clock: Clock
    status: Callable[[], StatusReport]

    def home(self) -> Home:
        status, now = self.status(), self.clock()
        with self.database.snapshot() as session:
            present = subscriptions.active(session)
            incidents, incident_count = open_incidents.newest(session, MOST_INCIDENTS)
            active = [one for one in silences.in_force(session, now) if one.is_active(now)]
            active.sort(key=lambda one: one.end_of(now))
            return Home(
                incidents=incidents,
                incident_count=incident_count,
                silences=[_named(session, one, now) for one in active[:MOST_SILENCES]],
                silence_count=len(active),
                subscriptions=present,
                slack_ids=channels.slack_ids(session),
                status=status,
                names=_names(session, {one.workflows for one in present}),
            )


def _names(session: Session, subscribed: Collection[str]) -> dict[str, str]:
    return {workflow_id: name for workflow_id, name in workflows.names(session) if workflow_id in subscribed}


def _named(session: Session, silence: Silence, now: datetime) -> NamedSilence:
    covered = covered_by(session, silence)
    return NamedSilence(silence, silence.end_of(now), covered.workflow, covered.job)
