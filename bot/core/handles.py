"""What can be done about an incident from its card: what the buttons need to know."""

from dataclasses import dataclass
from datetime import datetime

NAMED_JOBS = 5


@dataclass(frozen=True, slots=True)
class StartableJobs:
    """What a new run of the workflow starts, as far as its jobs have been seen: the first of them, and how many."""

    names: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Muted:
    """The mute that covers the incident in this channel, the one that ends last."""

    silence_id: int
    until: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Handle:
    """By which a card can be taken. `startable` is None where the API surely starts no run of this workflow."""

    incident_key: int
    startable: StartableJobs | None = None
    muted: Muted | None = None


@dataclass(frozen=True, slots=True)
class CardRef:
    """What a button of a card says of it: the incident, when that began, in whole seconds since 1970, and the run that
    the card showed. The row alone would name another incident once the database has been lost."""

    incident_key: int
    opened_at: int
    execution_id: str
