"""What an account holds: workflows, their jobs and triggers, and executions whose state follows from the time.

Values only; who keeps and changes them is account.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    READY = "READY"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class TriggerKind(StrEnum):
    """How a workflow's start is decided. Only the last two let executeWorkflow start it."""

    RECURRING = "RECURRING"
    ONE_TIME = "ONE_TIME"
    NONE = "NONE"
    EVENT = "EVENT"

    @property
    def can_start_directly(self) -> bool:
        return self in {TriggerKind.NONE, TriggerKind.EVENT}


class Interval(StrEnum):
    """How often a RECURRING trigger fires. The API knows MONTH, too."""

    HOUR = "HOUR"
    DAY = "DAY"
    WEEK = "WEEK"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When a RECURRING trigger fires: once an hour, a day or a week, at the time that `anchor` has in Korea."""

    interval: Interval
    anchor: datetime


DAILY_AT_TEN = Recurrence(Interval.DAY, datetime(2025, 1, 1, 1, 0, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Trigger:
    trigger_id: str
    name: str
    kind: TriggerKind
    recurrence: Recurrence = DAILY_AT_TEN  # of a RECURRING one


@dataclass(frozen=True, slots=True)
class Job:
    job_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Workflow:
    workflow_id: str
    name: str
    jobs: tuple[Job, ...]
    trigger: Trigger
    created_at: datetime
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """One job's execution. It can be told its whole course in advance: nothing shows before its time has come."""

    execution_id: str
    workflow_id: str
    job: Job
    trigger: Trigger | None
    created_at: datetime
    starts_at: datetime | None  # None: waits until somebody starts it
    ends_at: datetime | None  # None: goes on until somebody ends it
    outcome: Status
    fields: Mapping[str, Any] = field(default_factory=dict)  # item fields of the API, in place of the usual ones

    def has_started(self, now: datetime) -> bool:
        return self.starts_at is not None and self.starts_at <= now

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= now

    def status(self, now: datetime) -> Status:
        if self.has_ended(now):
            return self.outcome
        return Status.RUNNING if self.has_started(now) else Status.READY
