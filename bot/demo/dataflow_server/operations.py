"""The API's operations: which URI is which, what each checks, and what it answers from the account.

Owns parameters, paging and the service's own errors; who may call is the gateway's business.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from bot.demo.dataflow_server import statistics
from bot.demo.dataflow_server.account import Account
from bot.demo.dataflow_server.gateway import error_answer
from bot.demo.dataflow_server.model import Execution, Job, Status, Workflow
from bot.demo.dataflow_server.rendering import Order, Renderer
from bot.demo.faults import FaultKind

T = TypeVar("T")

DEFAULT_LIMIT = 1000


class BadParameterError(Exception):
    """The service's 400 `bad-parameter`."""


class BadStateError(Exception):
    """The service's 400 `bad-state`: what the request is about does not allow it."""


class UnknownIdError(Exception):
    """The service's 404; the gateway's own says that a URI does not exist."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request, with what is needed to answer it."""

    account: Account
    renderer: Renderer
    path: dict[str, str]
    query: dict[str, str]
    page_fault: FaultKind | None = None

    def workflow(self) -> Workflow:
        return _found(self.account.workflow(self.path["workflowId"]), "workflow")

    def job(self) -> tuple[Job, Workflow]:
        jobs = ((job, workflow) for workflow in self.account.workflows() for job in workflow.jobs)
        return _found(next((pair for pair in jobs if pair[0].job_id == self.path["jobId"]), None), "job")

    def execution(self) -> Execution:
        job, _ = self.job()
        execution = self.account.execution(self.path["executionId"])
        return _found(execution if execution and execution.job == job else None, "execution")

    def period(self) -> statistics.Period:
        try:
            return statistics.Period.parse(self.query["startDate"], self.query["endDate"])
        except (KeyError, ValueError):
            raise BadParameterError("startDate and endDate") from None


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    method: str
    uri: str
    answer: Callable[[Call], Any]
    status: int = 200

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


def carry_out(operation: Operation, call: Call) -> web.Response:
    """Answer a call, or word the service's refusal of it."""
    try:
        body = msgspec.json.encode(operation.answer(call))
    except BadParameterError as error:
        return error_answer(400, "400", "bad-parameter", details=str(error))
    except BadStateError as error:
        return error_answer(400, "400", "bad-state", details=str(error))
    except UnknownIdError as error:
        # Data Flow's own 404 has this shape in a public client's sample; the gateway's has `error` instead.
        return web.json_response({"errorType": "not-found", "detail": str(error)}, status=404)
    return web.Response(body=body, status=operation.status, content_type="application/json", charset="utf-8")


def get_workflows(call: Call) -> Any:
    account, renderer = call.account, call.renderer
    return _page(
        call,
        account.workflows(),
        lambda workflow: renderer.workflow_item(workflow, account.last_execution(workflow.workflow_id)),
    )


def get_workflow(call: Call) -> Any:
    return call.renderer.workflow(call.workflow())


def get_workflow_executions(call: Call) -> Any:
    workflow = call.workflow()
    executions = call.account.executions(workflow.workflow_id)
    if call.query.get("filter", "") not in workflow.name:
        executions = []
    return _execution_page(call, executions)


def execute_workflow(call: Call) -> Any:
    workflow = call.workflow()
    if not workflow.trigger.kind.can_start_directly:
        raise BadStateError("the trigger of this workflow is neither direct nor event")
    call.account.execute(workflow.workflow_id)
    return {"workflowId": workflow.workflow_id, "triggerId": workflow.trigger.trigger_id, "status": "ACCEPTED"}


def get_jobs(call: Call) -> Any:
    named = call.query.get("name", "")
    jobs = [(job, workflow) for workflow in call.account.workflows() for job in workflow.jobs if named in job.name]
    return _page(call, jobs, lambda pair: _job(call, *pair))


def get_job(call: Call) -> Any:
    return _job(call, *call.job())


def get_job_executions(call: Call) -> Any:
    job, workflow = call.job()
    executions = call.account.executions(workflow.workflow_id)
    return _execution_page(call, [execution for execution in executions if execution.job == job])


def get_job_execution(call: Call) -> Any:
    return call.renderer.execution(call.execution(), call.account.clock())


def cancel_job_execution(call: Call) -> Any:
    execution = call.execution()
    if execution.has_ended(call.account.clock()):
        raise BadStateError("the execution has ended")
    call.account.finish(execution.execution_id, Status.CANCELED)
    return True


def get_triggers(call: Call) -> Any:
    triggers = [workflow.trigger for workflow in call.account.workflows()]
    named = [trigger for trigger in triggers if call.query.get("name", "") in trigger.name]
    return _page(call, named, call.renderer.trigger)


def get_trigger(call: Call) -> Any:
    triggers = (workflow.trigger for workflow in call.account.workflows())
    wanted = call.path["triggerId"]
    return call.renderer.trigger(
        _found(next((trigger for trigger in triggers if trigger.trigger_id == wanted), None), "trigger")
    )


def get_execution_results(call: Call) -> Any:
    return statistics.results(call.account.all_executions(), call.period(), call.account.clock())


def get_execution_counts(call: Call) -> Any:
    return statistics.counts_by_day(call.account.all_executions(), call.period())


def get_execution_times(call: Call) -> Any:
    return statistics.starts_by_hour(call.account.all_executions(), call.period())


OPERATIONS = (
    Operation("getWorkflows", "GET", "/api/v1/workflows", get_workflows),
    Operation("getWorkflowById", "GET", "/api/v1/workflows/{workflowId}", get_workflow),
    Operation("getWorkflowExecutions", "GET", "/api/v1/workflows/{workflowId}/executions", get_workflow_executions),
    Operation("executeWorkflow", "POST", "/api/v1/workflows/{workflowId}/executions", execute_workflow, status=202),
    Operation("getJobs", "GET", "/api/v1/jobs", get_jobs),
    Operation("getJob", "GET", "/api/v1/jobs/{jobId}", get_job),
    Operation("getJobExecutions", "GET", "/api/v1/jobs/{jobId}/executions", get_job_executions),
    Operation("getJobExecution", "GET", "/api/v1/jobs/{jobId}/executions/{executionId}", get_job_execution),
    Operation(
        "cancelJobExecution", "POST", "/api/v1/jobs/{jobId}/executions/{executionId}/cancel", cancel_job_execution
    ),
    Operation("getTriggers", "GET", "/api/v1/triggers", get_triggers),
    Operation("getTriggerById", "GET", "/api/v1/triggers/{triggerId}", get_trigger),
    Operation("getExecutionResult", "GET", "/api/v1/stats/executions", get_execution_results),
    Operation("getExecutionCount", "GET", "/api/v1/stats/executions-interval", get_execution_counts),
    # The guide's newer edition says executions-times; a public client was answered 404 there.
    Operation("getExecutionTimes", "GET", "/api/v1/stats/execution-times", get_execution_times),
)


def _job(call: Call, job: Job, workflow: Workflow) -> dict[str, Any]:
    executions = call.account.executions(workflow.workflow_id)
    last = next((execution for execution in reversed(executions) if execution.job == job), None)
    return call.renderer.job(job, workflow, last.status(call.account.clock()) if last else None)


def _execution_page(call: Call, executions: list[Execution]) -> dict[str, Any]:
    now = call.account.clock()
    match call.renderer.dialect.order:
        case Order.NEWEST_FIRST:
            executions.reverse()
        case Order.SHUFFLED:
            random.Random(len(executions)).shuffle(executions)  # the same from page to page
    return _page(call, executions, lambda execution: call.renderer.execution(execution, now))


def _page(call: Call, entries: Sequence[T], render: Callable[[T], Any]) -> dict[str, Any]:
    page, asked = _number(call.query, "page", 0), _number(call.query, "limit", DEFAULT_LIMIT)
    dialect = call.renderer.dialect
    limit = asked if dialect.page_cap is None else min(asked, dialect.page_cap)
    start = page * limit
    if call.page_fault is FaultKind.REPEATED_PAGE:
        start = max(page - 1, 0) * limit
    if call.page_fault is FaultKind.SHIFTED_PAGES:
        start = max(start - page, 0)
    shown = [render(entry) for entry in entries[start : start + limit]]
    if call.page_fault is FaultKind.REORDERED_PAGE:
        shown.reverse()
    return {
        "list": shown,
        "count": len(entries) if dialect.is_count_total else len(shown),
        "page": page,
        "limit": limit,
    }


def _number(query: dict[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise BadParameterError(name)
    return int(text)


def _found(value: T | None, kind: str) -> T:
    if value is None:
        raise UnknownIdError(f"no such {kind}")
    return value
