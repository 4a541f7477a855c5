"""Compares what the present rules and others would have told of the same past."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.catch_up import MANY_AT_ONCE
from bot.core.incidents import Incident
from bot.core.late_replay import PastLate
from bot.core.replay import ReplayedEnd
from bot.core.rules import Subscription
from bot.core.silence import Silence
from bot.core.simulation import Kind, SimulatedMessage, simulate


@dataclass(frozen=True, slots=True)
class MessageCounts:
    """How many messages of each kind. What stands in the channel itself, ringing a bell, are the `alerts`. So many of
    the new ones and the replies are `crowded`: they would have come folded, and are counted one by one."""

    new: int
    summaries: int
    reminders: int
    replies: int
    edits: int
    crowded: int = 0

    @property
    def alerts(self) -> int:
        return self.new + self.summaries + self.reminders


@dataclass(frozen=True, slots=True)
class ComparedIncident:
    """When an incident is told for the first time by the present rules and by the others; None: not at all."""

    workflow_name: str
    incident: Incident
    told_at: datetime | None
    would_be_told_at: datetime | None

    @property
    def later_by(self) -> timedelta | None:
        """None where one of the two does not tell it; negative where the others tell it earlier."""
        return self.would_be_told_at - self.told_at if self.told_at and self.would_be_told_at else None


@dataclass(frozen=True, slots=True)
class Simulation:
    """The past between two times, told twice. `incidents` has those whose telling differs, the longest first;
    `late_count` is how often something took too long or did not start."""

    since: datetime
    until: datetime
    runs: int
    incident_count: int
    present: MessageCounts
    changed: MessageCounts
    incidents: tuple[ComparedIncident, ...]
    late_count: int = 0

    @property
    def later(self) -> tuple[ComparedIncident, ...]:
        return tuple(one for one in self.incidents if one.later_by and one.later_by > timedelta())

    @property
    def untold(self) -> tuple[ComparedIncident, ...]:
        return tuple(one for one in self.incidents if one.would_be_told_at is None)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened between two times, and what was silenced then."""

    since: datetime
    until: datetime
    history: Sequence[ReplayedEnd]
    silences: Sequence[Silence]
    late: Sequence[PastLate] = ()


def compare_rules(past: Past, present: Sequence[Subscription], changed: Sequence[Subscription]) -> Simulation:
    """Tell the past by both sets of subscriptions."""
    told = simulate(past.history, past.late, present, past.silences, past.until)
    would_be_told = simulate(past.history, past.late, changed, past.silences, past.until)
    incidents = {
        one.incident: (one.end.workflow_name, one.end.change.incident)
        for one in past.history
        if one.incident is not None and one.end.change.incident
    }
    first_told, first_would_be = _first_told(told), _first_told(would_be_told)
    compared = [
        ComparedIncident(name, incident, first_told.get(number), first_would_be.get(number))
        for number, (name, incident) in incidents.items()
        if first_told.get(number) != first_would_be.get(number)
    ]
    compared.sort(key=lambda one: (one.incident.closed_at or past.until) - one.incident.opened_at, reverse=True)
    counts = (_counts(told), _counts(would_be_told))
    return Simulation(
        past.since, past.until, len(past.history), len(incidents), *counts, tuple(compared), late_count=len(past.late)
    )


def _first_told(messages: Sequence[SimulatedMessage]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for message in messages:
        if message.kind is not Kind.EDIT:
            for incident in message.incidents:
                first.setdefault(incident, message.at)
    return first


def _counts(messages: Sequence[SimulatedMessage]) -> MessageCounts:
    of = Counter(message.kind for message in messages)
    kinds = (of[Kind.NEW], of[Kind.SUMMARY], of[Kind.REMINDER], of[Kind.REPLY], of[Kind.EDIT])
    return MessageCounts(*kinds, _crowded(messages))


def _crowded(messages: Sequence[SimulatedMessage]) -> int:
    """How many would have waited for their channel, which takes one a second, among more than are told singly."""
    arrivals: dict[str, Counter[datetime]] = defaultdict(Counter)
    for message in messages:
        if message.kind in (Kind.NEW, Kind.REPLY):
            arrivals[message.channel][message.at] += 1
    crowded = 0
    for of_channel in arrivals.values():
        waiting, before = 0.0, min(of_channel)
        for at, count in sorted(of_channel.items()):
            waiting = max(waiting - (at - before).total_seconds(), 0) + count
            before = at
            if waiting > MANY_AT_ONCE:
                crowded, waiting = crowded + int(waiting), 0.0
    return crowded
