"""The vocabulary: what the Data Flow API reports, in its own words. What the bot makes of it is in the modules beside.

Sources: NCP API guide, getWorkflows and getWorkflowExecutions. Every time is aware and in UTC.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import log

from bot.language import N_


class ExecutionStatus(StrEnum):
    """How far an execution has come; other languages have words of their own for it. UNKNOWN stands for a word that
    the API guide does not list."""

    READY = N_("READY")
    RUNNING = N_("RUNNING")
    COMPLETED = N_("COMPLETED")
    FAILED = N_("FAILED")
    CANCELED = N_("CANCELED")
    UNKNOWN = N_("UNKNOWN")

    @property
    def is_ended(self) -> bool:
        return self in _ENDED

    @property
    def is_bad(self) -> bool:
        """Whether a run that ended like this is news for whoever waits for its data."""
        return self in (ExecutionStatus.FAILED, ExecutionStatus.CANCELED)


_ENDED = (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED)


class TriggerRule(StrEnum):
    """When a workflow starts by itself. UNKNOWN stands for a word that the API guide does not list."""

    RECURRING = "RECURRING"
    ONE_TIME = "ONE_TIME"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow as getWorkflows lists it, with the id of the trigger that its flow begins with."""

    workflow_id: str
    name: str
    trigger_rule: TriggerRule = TriggerRule.UNKNOWN
    is_draft: bool = False
    is_viewable: bool = True
    last_execution_at: datetime | None = None
    trigger_id: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """The job that an execution ran. Paths are Object Storage paths, not addresses that a browser opens."""

    job_id: str
    name: str
    timeout_minutes: int | None = None
    script_path: str | None = None
    log_path: str | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """What started an execution; absent for a direct run."""

    trigger_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Execution:
    """One job's execution within a run of a workflow, as the API reported it at one moment."""

    job_execution_id: str
    workflow_id: str
    job: Job
    status: ExecutionStatus
    reported_status: str = ""
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    trigger: Trigger | None = None
    waiting_time: int | None = None
    running_time: int | None = None
    executor_num: int | None = None

    @property
    def is_ended(self) -> bool:
        """Ended by its status, or by an end date where the status is a word we do not know."""
        return self.status.is_ended or (self.status is ExecutionStatus.UNKNOWN and self.ended_at is not None)

    @property
    def ran_for(self) -> timedelta | None:
        """From start to end; None while either is unknown."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.started_at, timedelta())

    @property
    def waited_for(self) -> timedelta | None:
        """From creation to start where the two differ, else the API's own `waitingTime`.

        The guide's example has createdDate equal to startDate beside a waitingTime of 36, so equal dates say nothing.
        """
        if self.created_at and self.started_at and self.started_at > self.created_at:
            return self.started_at - self.created_at
        return None if self.waiting_time is None else self.waiting_time * self._time_unit()

    def _time_unit(self) -> timedelta:
        """The unit of waitingTime: nobody documents it, one page says minutes, the example can only be seconds.

        `runningTime` has the same unit and we know how long the run took: the unit that comes nearer wins.
        """
        seconds, minutes = timedelta(seconds=1), timedelta(minutes=1)
        if not self.running_time or not self.ran_for:
            return seconds

        def distance(unit: timedelta) -> float:
            return abs(log(self.running_time * unit / self.ran_for)) if self.running_time and self.ran_for else 0.0

        return min(seconds, minutes, key=distance)
