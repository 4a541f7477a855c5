"""What a command answers, as values: the Slack package and the command line each show them in their own way."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.audit import AuditReport
from bot.core.comparison import Simulation
from bot.core.digest import Digest
from bot.core.explanation import Explanation, WorkflowExplanation
from bot.core.model import Execution, ExecutionStatus
from bot.core.rules import Subscription
from bot.core.subscribing import SubscriptionChanges
from bot.services.authority import Refused
from bot.services.page import FIRST, Page
from bot.services.read_log import LogAnswer
from bot.services.trouble_answers import Failures, RunDetails


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A line of the help text."""

    usage: str
    summary: str
    example: str


@dataclass(frozen=True, slots=True)
class Help:
    """All commands, or those that were meant. `problem` says what was not understood."""

    commands: tuple[CommandHelp, ...]
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class WorkflowName:
    """A workflow as a person refers to it."""

    workflow_id: str
    name: str


@dataclass(frozen=True, slots=True)
class NoSuchWorkflow:
    """Nothing is called that; these names come nearest."""

    asked_for: str
    nearest: tuple[WorkflowName, ...]


@dataclass(frozen=True, slots=True)
class SeveralWorkflows:
    """More than one workflow is meant; naming one by its id settles it. `total` counts those not shown, too."""

    asked_for: str
    matches: tuple[WorkflowName, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RunsQuery:
    """Which page of which workflow's runs; small enough to travel in a button."""

    workflow_id: str
    status: ExecutionStatus | None = None
    count: int = 10
    skip: int = 0


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Executions of a workflow, newest first. `older` and `newer` are the pages beside it, where there are any."""

    workflow: WorkflowName
    query: RunsQuery
    runs: tuple[Execution, ...]
    as_of: datetime | None
    newer: RunsQuery | None = None
    older: RunsQuery | None = None


@dataclass(frozen=True, slots=True)
class WorkflowRow:
    """A workflow with its newest run. `running` counts executions that have not ended."""

    workflow: WorkflowName
    last_status: ExecutionStatus | None
    last_at: datetime | None
    running: int


@dataclass(frozen=True, slots=True)
class WorkflowList:
    """A page of the watched workflows, by name; `total` counts all."""

    search: str | None
    rows: tuple[WorkflowRow, ...]
    total: int
    page: Page = FIRST


@dataclass(frozen=True, slots=True)
class WorkflowHealth:
    """How current our picture of a workflow is. `lag` is how far its last good poll lies behind its schedule."""

    workflow: WorkflowName
    polled_at: datetime | None
    lag: timedelta
    error: str | None


@dataclass(frozen=True, slots=True)
class SkippedRuns:
    """Executions that the last poll of a workflow left out: they cannot be read, or another workflow has them."""

    workflow: WorkflowName
    count: int


@dataclass(frozen=True, slots=True)
class BrokenChannel:
    """A channel that refuses our messages."""

    channel: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class UnreadableChannel:
    """A channel whose history we may not read: after an unclear send a message may come twice."""

    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class RestHealth:
    """How many workflows are not polled until their last execution date moves; how many runs it did not announce in
    time, and the workflows that are polled each time for that."""

    resting: int
    unannounced: int
    disbelieved: tuple[WorkflowName, ...]


@dataclass(frozen=True, slots=True)
class StatusReport:
    """How the bot itself is doing. `workflows` holds those most behind; `watched` counts all. `blind_since` is set
    while the API cannot be read for longer than the settings allow, until what was missed is made up for."""

    as_of: datetime
    watched: int
    workflows: tuple[WorkflowHealth, ...]
    api_answered_at: datetime | None
    api_error: str | None
    queued: int
    oldest_queued_at: datetime | None
    unclear: int
    dead: int
    slack_error: str | None
    broken_channels: tuple[BrokenChannel, ...]
    unreadable_channels: tuple[UnreadableChannel, ...] = ()
    blind_since: datetime | None = None
    skipped: tuple[SkippedRuns, ...] = ()
    rest: RestHealth | None = None


@dataclass(frozen=True, slots=True)
class DigestAnswer:
    """The digest of a day, made on request."""

    digest: Digest


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """The audit of some time, made on request. `repaired` counts what was queued again, None when not asked to."""

    report: AuditReport
    repaired: int | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionList:
    """Who is told of what, oldest first."""

    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class SubscriptionUpdate:
    """What was changed, or would be."""

    changes: SubscriptionChanges
    is_dry_run: bool = False


Answer = (
    Help
    | NoSuchWorkflow
    | SeveralWorkflows
    | RunsPage
    | WorkflowList
    | StatusReport
    | DigestAnswer
    | AuditAnswer
    | SubscriptionList
    | SubscriptionUpdate
    | Explanation
    | WorkflowExplanation
    | Simulation
    | Failures
    | RunDetails
    | LogAnswer
    | Refused
)
