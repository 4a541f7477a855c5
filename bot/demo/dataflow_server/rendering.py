"""Account values as the API's JSON. Owns field names, date formats, and the ways in which answers may differ.

Field names and examples: API guide, getWorkflowExecutions, getWorkflows, getJobs, getTriggers.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import Any, Final

import msgspec

from bot.demo.dataflow_server.model import (
    Execution,
    Interval,
    Job,
    Recurrence,
    Status,
    Trigger,
    TriggerKind,
    Workflow,
)

KST = timezone(timedelta(hours=9), "KST")
BUCKET = "dataflow-2706412-kr-standard-5f0a9c30"
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
ABSENT: Final = object()  # as a field's value: leave the field out


class DateStyle(Enum):
    WITH_OFFSET = "2025-03-20T15:17:32+09:00"
    BARE = "2025-03-20T15:17:32.833"
    """Korean time without saying so, as in the guide's older editions."""


class Order(StrEnum):
    NEWEST_FIRST = "newest first"
    OLDEST_FIRST = "oldest first"
    SHUFFLED = "shuffled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What the guide leaves open or has told differently over time; the bot must live with either."""

    dates: DateStyle = DateStyle.WITH_OFFSET
    unreached_date: Any = ABSENT  # of startDate and endDate before their time: ABSENT, None or ""
    parsed_parameters: Any = ()  # the guide's example shows an array, its table says Object
    order: Order = Order.NEWEST_FIRST  # of executions
    page_cap: int | None = None  # pages never hold more, whatever `limit` asks, and answer the smaller `limit`
    is_count_total: bool = False  # `count` of the whole list, not of this answer (an older edition)


class Renderer:
    """Renders for one dialect, and remembers the items of ended executions: a page holds a thousand of them."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._ended: dict[str, tuple[Execution, msgspec.Raw]] = {}

    def date(self, moment: datetime) -> str:
        local = moment.astimezone(KST)
        if self.dialect.dates is DateStyle.BARE:
            return local.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return local.isoformat(timespec="seconds")

    def execution(self, execution: Execution, now: datetime) -> msgspec.Raw:
        """One item of an execution list, encoded."""
        known, item = self._ended.get(execution.execution_id, (None, msgspec.Raw()))
        if known is execution:
            return item
        item = msgspec.Raw(msgspec.json.encode(self._execution(execution, now)))
        if execution.has_ended(now):
            self._ended[execution.execution_id] = execution, item
        return item

    def workflow(self, workflow: Workflow) -> dict[str, Any]:
        """The answer of getWorkflowById."""
        created = self.date(workflow.created_at)
        return {
            "workflowId": workflow.workflow_id,
            "name": workflow.name,
            "createdDate": created,
            "updatedDate": created,
            "isTemp": workflow.is_draft,
            "nodes": _nodes(workflow),
        }

    def workflow_item(self, workflow: Workflow, last: Execution | None) -> dict[str, Any]:
        """One item of getWorkflows."""
        item = self.workflow(workflow) | {
            "triggerRuleType": _rule_type(workflow.trigger.kind),
            "resourceId": workflow.workflow_id,
            "disabled": False,
        }
        if last is not None:
            item["lastExecutionDate"] = self.date(last.created_at)
        return item

    def job(self, job: Job, workflow: Workflow, last: Status | None) -> dict[str, Any]:
        created = self.date(workflow.created_at)
        return {
            "jobId": job.job_id,
            "name": job.name,
            "type": "DATAFLOW",
            "status": "RUNNING" if last is Status.RUNNING else "RUNNABLE",
            "createdDate": created,
            "updatedDate": created,
            "jobCondition": _job_condition(job),
        } | ({} if last is None else {"lastExecutionStatus": last})

    def trigger(self, trigger: Trigger) -> dict[str, Any]:
        types = {TriggerKind.NONE: "NONE", TriggerKind.EVENT: "EVENT"}
        rule: dict[str, Any] = {"type": _rule_type(trigger.kind)}
        if trigger.kind is TriggerKind.RECURRING:
            rule |= _recurrence(trigger.recurrence)
        if trigger.kind is TriggerKind.ONE_TIME:
            rule |= {"executionDate": "2030-01-01T10:00:00+09:00"}
        return {
            "triggerId": trigger.trigger_id,
            "name": trigger.name,
            "type": types.get(trigger.kind, "SCHEDULED"),
            "triggerRule": rule,
        }

    def _execution(self, execution: Execution, now: datetime) -> dict[str, Any]:
        has_started, has_ended = execution.has_started(now), execution.has_ended(now)
        item = {
            "jobExecutionId": execution.execution_id,
            "jobId": execution.job.job_id,
            "jobName": execution.job.name,
            "jobCondition": _job_condition(execution.job, execution.execution_id),
            "status": execution.status(now),
            "startDate": self._reached_date(execution.starts_at if has_started else None),
            "endDate": self._reached_date(execution.ends_at if has_ended else None),
            "createdDate": self.date(execution.created_at),
            "triggerId": execution.trigger.trigger_id if execution.trigger else ABSENT,
            "triggerName": execution.trigger.name if execution.trigger else ABSENT,
            **_durations(execution, now),
            "executorNum": 2 if has_started else 0,
            "parsedParameters": self.dialect.parsed_parameters,
            "type": "WORKFLOW",
            **execution.fields,
        }
        return {name: value for name, value in item.items() if value is not ABSENT}

    def _reached_date(self, moment: datetime | None) -> Any:
        return self.dialect.unreached_date if moment is None else self.date(moment)


def _durations(execution: Execution, now: datetime) -> dict[str, int]:
    """Seconds, as the guide's example can only be read; the unit is documented nowhere in its current edition."""
    end = execution.ends_at if execution.ends_at is not None and execution.has_ended(now) else now
    start = execution.starts_at if execution.starts_at is not None and execution.has_started(now) else end
    return {
        "waitingTime": int((start - execution.created_at).total_seconds()),
        "runningTime": int((end - start).total_seconds()),
    }


def _recurrence(recurrence: Recurrence) -> dict[str, Any]:
    """`time` is a minute for HOUR, else a time of day (API guide, getTriggers); the zone is not told."""
    at = recurrence.anchor.astimezone(KST)
    rule: dict[str, Any] = {"interval": recurrence.interval}
    rule["time"] = f"{at:%M}" if recurrence.interval is Interval.HOUR else f"{at:%H:%M}"
    if recurrence.interval is Interval.WEEK:
        rule["dayOfWeek"] = [WEEKDAYS[at.weekday()]]
    return rule


def _nodes(workflow: Workflow) -> list[dict[str, Any]]:
    trigger = {
        "id": workflow.trigger.trigger_id,
        "name": workflow.trigger.name,
        "type": "TRIGGER",
        "parentNodeIds": [],
        "triggerRule": _rule_type(workflow.trigger.kind),
        "isValid": True,
    }
    parents = (workflow.trigger.trigger_id, *(job.job_id for job in workflow.jobs))
    jobs = [
        {
            "id": job.job_id,
            "name": job.name,
            "type": "JOB",
            "parentNodeIds": [parent],
            "isValid": True,
            "jobCondition": _job_condition(job),
        }
        for job, parent in zip(workflow.jobs, parents, strict=False)
    ]
    return [trigger, *jobs]


def _rule_type(kind: TriggerKind) -> str:
    return TriggerKind.NONE if kind is TriggerKind.EVENT else kind


def _job_condition(job: Job, execution_id: str | None = None) -> dict[str, Any]:
    logs = f"{BUCKET}/logs/jobs/{job.job_id}"
    condition = {
        "workerType": "DEFAULT",
        "numWorker": 2,
        "timeout": 360,
        "nrn": "nrn:PUB:IAM::2706412:Role/5f0a9c30-41d6-11ee-9f2b-246e96591594",
        "scriptPath": f"{BUCKET}/scripts/jobs/{job.job_id}/{job.name}.py",
        "logPath": logs,
    }
    if execution_id is not None:
        condition["consoleLogPath"] = f"{logs}/executions/{execution_id}/stdout.log"
    return condition
