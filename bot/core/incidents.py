"""What is wrong with a workflow over time: jobs that fail until they complete again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.core.flapping import Flapping
from bot.core.model import Execution, ExecutionStatus, Job

STARTED_TOGETHER = timedelta(seconds=5)
"""Executions of one start have near-equal creation times; nothing in the API ties them together but the trigger."""


@dataclass(frozen=True, slots=True)
class JobTrouble:
    """One job's part in an incident: it failed, so many times in a row, and has completed since or not. Before that row
    it may have failed `earlier`, and completed, while other jobs of the incident went on failing."""

    job: Job
    failures: int
    first_failed_at: datetime
    last_failed_at: datetime
    last_failure: Execution
    recovered_at: datetime | None = None
    recovered_by: Execution | None = None
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody looks after it."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Incident:
    """Jobs of a workflow that failed together, from the first failure until each has completed again."""

    workflow_id: str
    opened_at: datetime
    jobs: tuple[JobTrouble, ...]
    acknowledged: Acknowledgement | None = None
    flapping: Flapping | None = None

    @property
    def is_open(self) -> bool:
        return any(trouble.recovered_at is None for trouble in self.jobs)

    @property
    def failures(self) -> int:
        return sum(trouble.failures + trouble.earlier for trouble in self.jobs)

    @property
    def closed_at(self) -> datetime | None:
        """When the last of its jobs completed again."""
        times = [trouble.recovered_at for trouble in self.jobs]
        return None if self.is_open else max(at for at in times if at is not None)

    @property
    def lasted(self) -> timedelta | None:
        return self.closed_at - self.opened_at if self.closed_at else None

    @property
    def last_failure(self) -> Execution:
        """The newest failure of any of its jobs."""
        return max(self.jobs, key=lambda trouble: trouble.last_failed_at).last_failure

    @property
    def failing_jobs(self) -> list[str]:
        """The ids of those that have not completed since."""
        return [trouble.job.job_id for trouble in self.jobs if trouble.recovered_at is None]

    def trouble_of(self, job_id: str) -> JobTrouble | None:
        return next((trouble for trouble in self.jobs if trouble.job.job_id == job_id), None)


class Step(Enum):
    """What the end of an execution means for the incidents of its workflow."""

    OPENED = "opened"
    JOINED = "another job of the same start failed, too"
    CONTINUED = "the job failed again"
    RECOVERED = "the job completed again, but others of the incident have not"
    CLOSED = "the last of its jobs completed again"
    FLAPPED = "the job keeps changing, so the incident stays open"
    NOTHING = "no incident"


@dataclass(frozen=True, slots=True)
class Change:
    """An incident after an end, and what happened to it; `incident` is None when there is none."""

    step: Step
    incident: Incident | None
    before: Incident | None = None


def advance(
    open_incidents: Sequence[Incident], execution: Execution, ended_at: datetime, flapping: Flapping | None = None
) -> Change:
    """What an end does to the open incidents of its workflow.

    A cancelled run neither opens nor closes anything: the run after it decides. While a job is flapping its incident
    stays open, whatever its runs do.
    """
    mine = next((one for one in open_incidents if _is_failing(one, execution.job)), None)
    match execution.status:
        case ExecutionStatus.CANCELED:
            return Change(Step.NOTHING, mine, mine)
        case ExecutionStatus.COMPLETED:
            if mine and flapping:
                return Change(Step.FLAPPED, replace(mine, flapping=flapping), mine)
            return _recover(mine, execution, ended_at) if mine else Change(Step.NOTHING, None)
    if mine:
        again = _with(mine, _failed_again(mine, execution, ended_at))
        return Change(Step.CONTINUED, replace(again, flapping=flapping), mine)
    together = next((one for one in open_incidents if _started_with(one, execution)), None)
    trouble = JobTrouble(execution.job, 1, ended_at, ended_at, execution)
    if together:
        before = together.trouble_of(execution.job.job_id)
        earlier = before.failures + before.earlier if before else 0
        joined = _with(together, replace(trouble, earlier=earlier))
        return Change(Step.JOINED, replace(joined, flapping=flapping or together.flapping), together)
    return Change(Step.OPENED, Incident(execution.workflow_id, ended_at, (trouble,), flapping=flapping))


def depends_on_flapping(open_incidents: Iterable[Incident], execution: Execution) -> bool:
    """Whether `advance` needs to know that the job is flapping: not for the many runs that complete as usual."""
    match execution.status:
        case ExecutionStatus.CANCELED:
            return False
        case ExecutionStatus.COMPLETED:
            return any(_is_failing(one, execution.job) for one in open_incidents)
    return True


def _is_failing(incident: Incident, job: Job) -> bool:
    trouble = incident.trouble_of(job.job_id)
    return trouble is not None and trouble.recovered_at is None


def _recover(incident: Incident, execution: Execution, ended_at: datetime) -> Change:
    trouble = incident.trouble_of(execution.job.job_id)
    if trouble is None:
        return Change(Step.NOTHING, incident, incident)
    after = replace(_with(incident, replace(trouble, recovered_at=ended_at, recovered_by=execution)), flapping=None)
    return Change(Step.RECOVERED if after.is_open else Step.CLOSED, after, incident)


def _failed_again(incident: Incident, execution: Execution, ended_at: datetime) -> JobTrouble:
    trouble = incident.trouble_of(execution.job.job_id)
    if trouble is None:
        return JobTrouble(execution.job, 1, ended_at, ended_at, execution)
    return JobTrouble(
        execution.job, trouble.failures + 1, trouble.first_failed_at, ended_at, execution, earlier=trouble.earlier
    )


def _with(incident: Incident, trouble: JobTrouble) -> Incident:
    others = [one for one in incident.jobs if one.job.job_id != trouble.job.job_id]
    jobs = sorted([*others, trouble], key=lambda one: (one.first_failed_at, one.job.job_id))
    return replace(incident, jobs=tuple(jobs))


def _started_with(incident: Incident, execution: Execution) -> bool:
    """Whether one trigger started this execution and one of the incident's at the same time."""
    created_at, trigger = execution.created_at, execution.trigger
    if created_at is None or trigger is None:
        return False
    return any(
        other.trigger == trigger and other.created_at and abs(other.created_at - created_at) <= STARTED_TOGETHER
        for other in (trouble.last_failure for trouble in incident.jobs)
    )
