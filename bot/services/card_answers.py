"""What a click on a card answers, as values."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.handles import StartableJobs
from bot.core.incidents import Acknowledgement, Incident
from bot.core.reruns import Refusal, RerunState


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody looks after it; unless it `is_news`, that somebody was first."""

    workflow_name: str
    by: Acknowledgement
    is_news: bool


@dataclass(frozen=True, slots=True)
class AcknowledgementUndone:
    """Nobody looks after it any more; `was` is None where nobody did."""

    workflow_name: str
    was: Acknowledgement | None


@dataclass(frozen=True, slots=True)
class IncidentOver:
    """There is nothing left to be done about it."""

    workflow_name: str
    incident: Incident


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No job of the workflow is failing."""

    workflow_id: str
    workflow_name: str


@dataclass(frozen=True, slots=True)
class UnknownCard:
    """The card is of an incident that this database does not know, or its button of another version."""


@dataclass(frozen=True, slots=True)
class RerunOffer:
    """What a run would start. Whoever asked has still to say so."""

    workflow_id: str
    workflow_name: str
    jobs: StartableJobs


@dataclass(frozen=True, slots=True)
class RerunRequested:
    """The API has taken the request, or nobody knows whether it has. What becomes of it is told later."""

    workflow_id: str
    workflow_name: str
    state: RerunState


@dataclass(frozen=True, slots=True)
class RerunRefused:
    """The API starts nothing; `words` are its own."""

    workflow_id: str
    workflow_name: str
    refusal: Refusal
    words: str


@dataclass(frozen=True, slots=True)
class RerunImpossible:
    """The workflow starts by a schedule, and the API lets nobody start such a one."""

    workflow_id: str
    workflow_name: str


@dataclass(frozen=True, slots=True)
class RerunUnseen:
    """The workflow is not watched, so nobody would see what becomes of a run."""

    workflow_id: str
    workflow_name: str


@dataclass(frozen=True, slots=True)
class RerunTooSoon:
    """Somebody has asked for it a moment ago."""

    workflow_id: str
    workflow_name: str
    by: str
    at: datetime
    again_at: datetime


RerunAnswer = RerunOffer | RerunRequested | RerunRefused | RerunImpossible | RerunUnseen | RerunTooSoon
CardAnswer = Acknowledged | AcknowledgementUndone | IncidentOver | NothingOpen | UnknownCard | RerunAnswer
