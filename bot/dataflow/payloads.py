"""Answers of the API to core values: the one place where a Data Flow payload is judged.

A malformed item is left out and reported; a malformed page or single answer raises ApiMalformed, and nothing else is
raised, whatever the bytes. What the fields mean: NCP API guide, Data Flow, the pages named in client.py.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Generic, TypeVar

from msgspec import Raw

from bot.core.model import Execution, ExecutionStatus, Job, Trigger, TriggerRule, Workflow
from bot.core.recurrence import ScheduledTrigger
from bot.dataflow import fields
from bot.dataflow.fields import BadFieldError
from bot.dataflow.model import AcceptedRun, DailyCounts, ExecutionCounts, Skipped, StartCount
from bot.dataflow.rows import (
    AcceptedRow,
    CountsRow,
    ExecutionRow,
    IntervalRow,
    JobConditionRow,
    R,
    RowPage,
    StartsRow,
    TriggerRow,
    WorkflowRow,
    decode_items,
    decode_one,
    decode_page,
    decode_row,
)
from bot.dataflow.trigger_rules import scheduled_trigger
from bot.errors import ApiMalformed

T = TypeVar("T")

STATUSES = {str(status): status for status in ExecutionStatus}
TRIGGER_RULES = {str(rule): rule for rule in TriggerRule}
LONGEST_STATUS = 64
_NO_CONDITION = JobConditionRow()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`limit` is the page size that the API says it used, None when it did not say. `same` stands for so many more rows
    that are as they were when the listing was read last."""

    items: list[T]
    skipped: list[Skipped]
    limit: int | None = None
    same: Collection[int] = ()
    same_count: int = 0

    @property
    def length(self) -> int:
        return len(self.items) + len(self.skipped) + self.same_count


def executions_page(body: bytes, workflow_id: str, what: str) -> Page[Execution]:
    return _page(decode_page(body, ExecutionRow, what), partial(_execution, workflow_id=workflow_id))


def execution_row(row: Raw, index: int, workflow_id: str) -> Execution | Skipped:
    """One row of a page of executions."""
    try:
        decoded = decode_row(row, ExecutionRow)
        if isinstance(decoded, BadFieldError):
            raise decoded
        return _execution(decoded, workflow_id)
    except BadFieldError as bad:
        return _skipped(index, bad)


def workflows_page(body: bytes, what: str) -> Page[Workflow]:
    return _page(decode_page(body, WorkflowRow, what), _workflow)


def single_execution(body: bytes, workflow_id: str, what: str) -> Execution:
    return _single(decode_one(body, ExecutionRow, what), partial(_execution, workflow_id=workflow_id), what)


def triggers_page(body: bytes, what: str) -> Page[ScheduledTrigger]:
    return _page(decode_page(body, TriggerRow, what), scheduled_trigger)


def single_workflow(body: bytes, what: str) -> Workflow:
    """getWorkflowById has no `triggerRuleType`; its trigger node tells."""
    row = decode_one(body, WorkflowRow, what)
    workflow = _single(row, _workflow, what)
    if workflow.trigger_rule is not TriggerRule.UNKNOWN:
        return workflow
    rules = [node.trigger_rule for node in row.nodes or () if node.type == "TRIGGER"]
    return replace(workflow, trigger_rule=_trigger_rule(rules[0] if rules else None))


def accepted_run(body: bytes, workflow_id: str, what: str) -> AcceptedRun:
    row = decode_one(body, AcceptedRow, what)
    return AcceptedRun(workflow_id, fields.text(row.trigger_id) or None, fields.text(row.status, LONGEST_STATUS))


def execution_counts(body: bytes, what: str) -> ExecutionCounts:
    row = decode_one(body, CountsRow, what)
    return ExecutionCounts(
        _needed("totalCount", row.total_count, what),
        _needed("completedCount", row.completed_count, what),
        _needed("failedCount", row.failed_count, what),
    )


def daily_counts(body: bytes, what: str) -> list[DailyCounts]:
    def build(row: IntervalRow) -> DailyCounts:
        start, end = fields.date("startDate", row.start_date), fields.date("endDate", row.end_date)
        if start is None or end is None:
            raise BadFieldError("startDate or endDate", "is missing")
        return DailyCounts(start, end, _needed("totalCount", row.total_count, what))

    return [_single(row, build, what) for row in decode_items(body, IntervalRow, what)]


def start_counts(body: bytes, what: str) -> list[StartCount]:
    """`time` is in milliseconds since 1970, `value` a number of starts."""

    def build(row: StartsRow) -> StartCount:
        if row.time is None:
            raise BadFieldError("time", "is missing or not a number")
        try:
            started_at = _EPOCH + timedelta(milliseconds=row.time)
        except OverflowError:
            raise BadFieldError("time", "is not a time that can be kept") from None
        return StartCount(started_at, _needed("value", row.value, what))

    return [_single(row, build, what) for row in decode_items(body, StartsRow, what)]


def _page(page: RowPage[R], build: Callable[[R], T]) -> Page[T]:
    items: list[T] = []
    skipped: list[Skipped] = []
    for index, row in enumerate(page.rows):
        try:
            if isinstance(row, BadFieldError):
                raise row
            items.append(build(row))
        except BadFieldError as bad:
            skipped.append(_skipped(index, bad))
    return Page(items, skipped, page.limit)


def _skipped(index: int, bad: BadFieldError) -> Skipped:
    return Skipped(f"list[{index}].{bad.name}".rstrip("."), bad.reason)


def _single(row: R, build: Callable[[R], T], what: str) -> T:
    try:
        return build(row)
    except BadFieldError as bad:
        raise ApiMalformed(f"{what}: {bad}") from bad


def _execution(row: ExecutionRow, workflow_id: str) -> Execution:
    job_execution_id = fields.identifier("jobExecutionId", row.job_execution_id)
    return Execution(
        job_execution_id=job_execution_id,
        workflow_id=workflow_id,
        job=_job(row),
        status=STATUSES.get(row.status or "", ExecutionStatus.UNKNOWN),
        reported_status=row.status if row.status in STATUSES else fields.text(row.status, LONGEST_STATUS),
        created_at=fields.date("createdDate", row.created_date),
        started_at=fields.date("startDate", row.start_date),
        ended_at=fields.date("endDate", row.end_date),
        trigger=_trigger(row.trigger_id, row.trigger_name),
        waiting_time=fields.count(row.waiting_time),
        running_time=fields.count(row.running_time),
        executor_num=fields.count(row.executor_num),
    )


def _job(row: ExecutionRow) -> Job:
    condition = row.job_condition or _NO_CONDITION
    return _same_job(row.job_id, row.job_name, condition.timeout, condition.script_path, condition.log_path)


@lru_cache(maxsize=4096)
def _same_job(
    reported_id: str | None, name: str | None, timeout: int | None, script_path: str | None, log_path: str | None
) -> Job:
    """Cleaned once, since all executions of a job repeat it."""
    job_id = fields.text(reported_id)
    return Job(
        job_id=job_id,
        name=fields.text(name) or job_id,
        timeout_minutes=fields.count(timeout),
        script_path=fields.path(script_path),
        log_path=fields.path(log_path),
    )


@lru_cache(maxsize=4096)
def _trigger(reported_id: str | None, name: str | None) -> Trigger | None:
    trigger_id = fields.text(reported_id)
    return Trigger(trigger_id, fields.text(name) or trigger_id) if trigger_id else None


def _workflow(row: WorkflowRow) -> Workflow:
    workflow_id = fields.identifier("workflowId", row.workflow_id)
    return Workflow(
        workflow_id=workflow_id,
        name=fields.text(row.name) or workflow_id,
        trigger_rule=_trigger_rule(row.trigger_rule_type),
        is_draft=fields.flag(row.is_temp, default=False),
        is_viewable=not fields.flag(row.disabled, default=False),
        last_execution_at=_hint(row.last_execution_date),
        trigger_id=next((fields.text(node.id) for node in row.nodes or () if node.type == "TRIGGER"), "") or None,
    )


def _trigger_rule(reported: str | None) -> TriggerRule:
    return TRIGGER_RULES.get(reported or "", TriggerRule.UNKNOWN)


def _hint(value: str | None) -> datetime | None:
    """A date whose loss is not worth losing sight of the whole workflow."""
    try:
        return fields.date("lastExecutionDate", value)
    except BadFieldError:
        return None


def _needed(name: str, value: int | None, what: str) -> int:
    number = fields.count(value)
    if number is None:
        raise ApiMalformed(f"{what}: {name} is missing or not a count")
    return number
