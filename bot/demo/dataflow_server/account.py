"""The account behind the API: its workflows and executions, changed by tests, by the demo and by write operations.

Owns the state and its clock, and is safe to use from any thread. Knows nothing of HTTP or JSON.
"""

import random
import string
import threading
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.demo.dataflow_server.model import (
    Execution,
    Job,
    Recurrence,
    Status,
    Trigger,
    TriggerKind,
    Workflow,
)

Clock = Callable[[], datetime]

ID_CHARACTERS = string.ascii_letters + string.digits
ID_LENGTH = 12


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Course:
    """How an execution will go; durations in seconds. `runs_for=None`: until it is finished by hand."""

    outcome: str = Status.COMPLETED
    waits_for: float = 0.0
    runs_for: float | None = 60.0


class Account:
    def __init__(self, clock: Clock = utc_now, seed: int = 0) -> None:
        self.clock = clock
        self.course_when_executed = Course(waits_for=1.0)  # of runs that executeWorkflow starts
        self._random = random.Random(seed)
        self._lock = threading.RLock()
        self._workflows: dict[str, Workflow] = {}
        self._executions: dict[str, Execution] = {}
        self._timeline: dict[str, list[str]] = {}  # workflow id: execution ids by creation, oldest first

    def add_workflow(
        self,
        name: str,
        *,
        jobs: Sequence[str] = (),
        trigger: TriggerKind = TriggerKind.RECURRING,
        workflow_id: str | None = None,
        created_at: datetime | None = None,
        is_draft: bool = False,
    ) -> Workflow:
        """A workflow with the named jobs; without names, one job called as the workflow is, plus "-job"."""
        with self._lock:
            workflow = Workflow(
                workflow_id or self._new_id(),
                name,
                tuple(Job(self._new_id(), job) for job in jobs or (f"{name}-job",)),
                Trigger(self._new_id(), f"{name}-trigger", trigger),
                created_at or self.clock(),
                is_draft,
            )
            self._workflows[workflow.workflow_id] = workflow
            self._timeline[workflow.workflow_id] = []
            return workflow

    def rename_workflow(self, workflow_id: str, name: str) -> None:
        with self._lock:
            self._workflows[workflow_id] = replace(self._workflows[workflow_id], name=name)

    def reschedule(self, workflow_id: str, recurrence: Recurrence) -> Workflow:
        """Let the workflow's RECURRING trigger fire at other times."""
        with self._lock:
            workflow = self._workflows[workflow_id]
            trigger = replace(workflow.trigger, recurrence=recurrence)
            self._workflows[workflow_id] = replace(workflow, trigger=trigger)
            return self._workflows[workflow_id]

    def remove_workflow(self, workflow_id: str) -> None:
        with self._lock:
            del self._workflows[workflow_id]
            for execution_id in self._timeline.pop(workflow_id):
                del self._executions[execution_id]

    def start(
        self,
        workflow_id: str,
        outcome: str = Status.COMPLETED,
        *,
        waits_for: float = 0.0,
        runs_for: float | None = 60.0,
        at: datetime | None = None,
        job_id: str | None = None,
    ) -> Execution:
        """Start one job of a workflow, by default its first, and lay down how it will go (durations in seconds).

        `at` may lie in the past, or in the future: the execution shows up when its time has come.
        """
        with self._lock:
            created_at = at or self.clock()
            starts_at = created_at + timedelta(seconds=waits_for)
            ends_at = None if runs_for is None else starts_at + timedelta(seconds=runs_for)
            workflow = self._workflows[workflow_id]
            job = next(job for job in workflow.jobs if job_id in {None, job.job_id})
            return self._add(
                Execution(
                    self._new_id(),
                    workflow_id,
                    job,
                    workflow.trigger,
                    created_at,
                    starts_at,
                    ends_at,
                    Status(outcome),
                )
            )

    def execute(self, workflow_id: str) -> list[Execution]:
        """What executeWorkflow does: start every job of the workflow, on `course_when_executed`."""
        course = self.course_when_executed
        with self._lock:
            return [
                self.start(
                    workflow_id,
                    course.outcome,
                    waits_for=course.waits_for,
                    runs_for=course.runs_for,
                    job_id=job.job_id,
                )
                for job in self._workflows[workflow_id].jobs
            ]

    def put_execution(
        self,
        workflow_id: str,
        status: str,
        /,
        *,
        created_at: datetime | None = None,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
        **fields: Any,
    ) -> Execution:
        """Set an execution exactly as wanted; times that the status implies and nobody gives are now.

        `fields` replace the item's fields by the API's names, for what no real run would do:
        `status="EXPIRED"`, `triggerId=ABSENT`. A `jobExecutionId` among them is the execution's id.
        """
        with self._lock:
            workflow = self._workflows[workflow_id]
            known = Status(status)
            created_at = created_at or started_at or ended_at or self.clock()
            if known is not Status.READY:
                started_at = started_at or created_at
            if known not in {Status.READY, Status.RUNNING}:
                ended_at = ended_at or self.clock()
            return self._add(
                Execution(
                    fields.get("jobExecutionId") or self._new_id(),
                    workflow_id,
                    workflow.jobs[0],
                    workflow.trigger,
                    created_at,
                    started_at,
                    ended_at,
                    known,
                    fields,
                )
            )

    def begin(self, execution_id: str, *, started_at: datetime | None = None) -> Execution:
        """Let a waiting execution run, now or since `started_at`."""
        with self._lock:
            execution = self._executions[execution_id]
            return self._add(replace(execution, starts_at=started_at or self.clock()))

    def finish(self, execution_id: str, outcome: str, *, ended_at: datetime | None = None) -> Execution:
        """End an execution, now or as of `ended_at`; what had been laid down for it is void."""
        with self._lock:
            execution = self._executions[execution_id]
            ended_at = ended_at or self.clock()
            started_at = execution.starts_at if execution.has_started(ended_at) else None
            return self._add(replace(execution, starts_at=started_at, ends_at=ended_at, outcome=Status(outcome)))

    def forget(self, execution_id: str) -> None:
        """Drop an execution, as a service does after its retention."""
        with self._lock:
            execution = self._executions.pop(execution_id)
            self._timeline[execution.workflow_id].remove(execution_id)

    def workflows(self) -> list[Workflow]:
        with self._lock:
            return list(self._workflows.values())

    def workflow(self, workflow_id: str) -> Workflow | None:
        with self._lock:
            return self._workflows.get(workflow_id)

    def execution(self, execution_id: str) -> Execution | None:
        with self._lock:
            execution = self._executions.get(execution_id)
            return execution if execution is not None and execution.created_at <= self.clock() else None

    def executions(self, workflow_id: str) -> list[Execution]:
        """The workflow's executions that exist by now, oldest first."""
        with self._lock:
            timeline = self._timeline[workflow_id]
            visible = bisect_right(timeline, self.clock(), key=self._created_at)
            return [self._executions[execution_id] for execution_id in timeline[:visible]]

    def last_execution(self, workflow_id: str) -> Execution | None:
        with self._lock:
            timeline = self._timeline[workflow_id]
            visible = bisect_right(timeline, self.clock(), key=self._created_at)
            return self._executions[timeline[visible - 1]] if visible else None

    def all_executions(self) -> list[Execution]:
        with self._lock:
            now = self.clock()
            return [execution for execution in self._executions.values() if execution.created_at <= now]

    def _add(self, execution: Execution) -> Execution:
        is_new = execution.execution_id not in self._executions
        self._executions[execution.execution_id] = execution
        if is_new:
            insort(self._timeline[execution.workflow_id], execution.execution_id, key=self._created_at)
        return execution

    def _created_at(self, execution_id: str) -> datetime:
        return self._executions[execution_id].created_at

    def _new_id(self) -> str:
        return "".join(self._random.choices(ID_CHARACTERS, k=ID_LENGTH))
