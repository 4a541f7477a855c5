"""What the client answers with, beyond the vocabulary of bot/core/model.py. Values only."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model import Execution, Workflow
from bot.core.recurrence import ScheduledTrigger


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item that could not be understood: where it stood in its page, like `list[3].jobExecutionId`, and why."""

    path: str
    reason: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class WorkflowListing:
    items: tuple[Workflow, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class ExecutionListing:
    """In the API's order. An execution that moved on while the pages were read appears once for each of its states."""

    items: tuple[Execution, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class TriggerListing:
    items: tuple[ScheduledTrigger, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class AcceptedRun:
    """A run was accepted, which is not yet a start: it shows up in the workflow's executions later."""

    workflow_id: str
    trigger_id: str | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class ExecutionCounts:
    """Over the whole account. Canceled runs have no count of their own: `total` may exceed the sum of the others."""

    total: int
    completed: int
    failed: int


@dataclass(frozen=True, slots=True)
class DailyCounts:
    start_at: datetime
    end_at: datetime
    total: int


@dataclass(frozen=True, slots=True)
class StartCount:
    """How many executions started at `started_at`."""

    started_at: datetime
    count: int
