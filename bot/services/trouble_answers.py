"""What commands about failures and single runs answer, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.explanation import Explanation
from bot.core.model import Execution
from bot.services.page import Page
from bot.store.open_incidents import OpenIncident


@dataclass(frozen=True, slots=True)
class FailedRun:
    workflow_name: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class Failures:
    """The newest open incidents, and a page of the runs that failed since then. The counts are of all."""

    since: datetime
    incidents: Sequence[OpenIncident]
    incident_count: int
    runs: Sequence[FailedRun]
    run_count: int
    page: Page


@dataclass(frozen=True, slots=True)
class RunDetails:
    """All that is known of one run."""

    explanation: Explanation


@dataclass(frozen=True, slots=True)
class WhichIncident:
    """Not just one incident is meant: these are open."""

    incidents: Sequence[OpenIncident]
    incident_count: int
