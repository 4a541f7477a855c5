"""The operations of the Data Flow API that the bot uses, each a method. Owns their paths and parameters.

Errors: ApiUnreachable, ApiRefused and its children, ApiMalformed; ApiOutcomeUnknown from `execute`.
Source: NCP API guide, Data Flow: getWorkflows, getWorkflowById, getWorkflowExecutions, getJobExecution, getTriggers,
executeWorkflow, getExecutionCount, getExecutionTimes, getExecutionResult. The guide swaps the last three: go by URI.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

from bot.clock import Clock
from bot.core.model import Execution, Workflow
from bot.core.picture import Picture
from bot.core.recurrence import ScheduledTrigger
from bot.dataflow import payloads
from bot.dataflow.exchange import Call, ClientOptions
from bot.dataflow.fields import KST
from bot.dataflow.model import (
    AcceptedRun,
    DailyCounts,
    ExecutionCounts,
    ExecutionListing,
    StartCount,
    TriggerListing,
    WorkflowListing,
)
from bot.dataflow.news import ExecutionNews, NewsDesk
from bot.dataflow.paging import read_all
from bot.dataflow.payloads import Page
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.signing import AccessKey
from bot.dataflow.transport import Transport
from bot.errors import ApiMalformed, ApiNotFound, ApiOutcomeUnknown, NotFound

API = "/api/v1"


class DataFlowClient:
    """Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        keys: AccessKey,
        *,
        clock: Clock,
        options: ClientOptions | None = None,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self._options = options or ClientOptions()
        self._server_clock = ServerClock(clock)
        self._transport = Transport(base_url, keys, self._server_clock, self._options, sleep)

    @property
    def clock_offset(self) -> timedelta:
        """The API's clock minus ours; zero while they agree within 2 seconds."""
        return self._server_clock.offset

    def close(self) -> None:
        """Whoever is waiting for an answer, in any thread, gets ApiUnreachable at once."""
        self._transport.close()

    def workflows(self) -> WorkflowListing:
        """Each workflow once, as last seen."""

        def fetch(page: int, limit: int) -> Page[Workflow]:
            call = Call("getWorkflows", f"{API}/workflows?page={page}&limit={limit}")
            return payloads.workflows_page(self._transport.fetch(call), str(call))

        items, skipped = read_all(fetch, lambda item: item.workflow_id, self._options.page_size, "getWorkflows")
        return WorkflowListing(tuple({item.workflow_id: item for item in items}.values()), skipped)

    def workflow(self, workflow_id: str) -> Workflow:
        call = Call("getWorkflowById", f"{API}/workflows/{_segment(workflow_id)}")
        return payloads.single_workflow(self._transport.fetch(call), str(call))

    def triggers(self) -> TriggerListing:
        """Each trigger once, with the rule by which it starts workflows, where it has one that can be read."""

        def fetch(page: int, limit: int) -> Page[ScheduledTrigger]:
            call = Call("getTriggers", f"{API}/triggers?page={page}&limit={limit}")
            return payloads.triggers_page(self._transport.fetch(call), str(call))

        items, skipped = read_all(fetch, lambda item: item.trigger_id, self._options.page_size, "getTriggers")
        return TriggerListing(tuple({item.trigger_id: item for item in items}.values()), skipped)

    def executions(self, workflow_id: str) -> ExecutionListing:
        path = f"{API}/workflows/{_segment(workflow_id)}/executions"

        def fetch(page: int, limit: int) -> Page[Execution]:
            call = Call("getWorkflowExecutions", f"{path}?page={page}&limit={limit}")
            return payloads.executions_page(self._transport.fetch(call), workflow_id, str(call))

        what = f"getWorkflowExecutions {path}"
        items, skipped = read_all(fetch, lambda item: item.job_execution_id, self._options.page_size, what)
        return ExecutionListing(items, skipped)

    def news(self, workflow_id: str, last: Picture | None) -> ExecutionNews:
        """Of a workflow's executions those that are new or different since the listing looked like that."""
        path = f"{API}/workflows/{_segment(workflow_id)}/executions"
        desk = NewsDesk(workflow_id, last)

        def fetch(page: int, limit: int) -> Page[Execution]:
            call = Call("getWorkflowExecutions", f"{path}?page={page}&limit={limit}")
            return desk.page(page, self._transport.fetch(call), str(call))

        what = f"getWorkflowExecutions {path}"
        items, skipped = read_all(fetch, lambda item: item.job_execution_id, self._options.page_size, what)
        return ExecutionNews(items, skipped, desk.picture)

    def execution(self, workflow_id: str, job_id: str, job_execution_id: str) -> Execution:
        """One execution, also after it left the listing. ApiNotFound when it is gone."""
        path = f"{API}/jobs/{_segment(job_id)}/executions/{_segment(job_execution_id)}"
        call = Call("getJobExecution", path)
        execution = payloads.single_execution(self._transport.fetch(call), workflow_id, str(call))
        if execution.job_execution_id != job_execution_id:
            raise ApiMalformed(f"{call}: the answer is about another execution")
        return execution

    def execute(self, workflow_id: str) -> AcceptedRun:
        """Start a run. Repeated only while it surely was not accepted: nothing makes it idempotent.

        ApiOutcomeUnknown when it was sent and nothing tells whether it was accepted.
        """
        call = Call("executeWorkflow", f"{API}/workflows/{_segment(workflow_id)}/executions", method="POST")
        body = self._transport.fetch(call)
        try:
            return payloads.accepted_run(body, workflow_id, str(call))
        except ApiMalformed as error:
            raise ApiOutcomeUnknown(f"{call} may or may not have been carried out: {error}") from error

    def execution_counts(self, start: datetime, end: datetime) -> ExecutionCounts:
        call = Call("getExecutionResult", f"{API}/stats/executions?{_span(start, end)}")
        return payloads.execution_counts(self._transport.fetch(call), str(call))

    def daily_counts(self, start: datetime, end: datetime) -> list[DailyCounts]:
        call = Call("getExecutionCount", f"{API}/stats/executions-interval?{_span(start, end)}")
        return payloads.daily_counts(self._transport.fetch(call), str(call))

    def start_times(self, start: datetime, end: datetime) -> list[StartCount]:
        """The guide moved this statistic; the new address answered 404 to a public client, so both are tried."""
        try:
            return self._start_times("execution-times", start, end)
        except ApiNotFound:
            return self._start_times("executions-times", start, end)

    def _start_times(self, address: str, start: datetime, end: datetime) -> list[StartCount]:
        call = Call("getExecutionTimes", f"{API}/stats/{address}?{_span(start, end)}")
        return payloads.start_counts(self._transport.fetch(call), str(call))


def _segment(identifier: str) -> str:
    """An id as one segment of a path. What a proxy would resolve away is no id."""
    if identifier in ("", ".", ".."):
        raise NotFound(f"{identifier!r} is not an id")
    return quote(identifier, safe="", errors="replace")


def _span(start: datetime, end: datetime) -> str:
    """Without an offset, as documented; the zone is not, and KST is what the API's other bare dates mean."""
    first, last = (quote(f"{moment.astimezone(KST):%Y-%m-%dT%H:%M:%S}", safe="") for moment in (start, end))
    return f"startDate={first}&endDate={last}"
