"""One ordinary value of everything that is shown in Slack."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.alerting import Alert
from bot.core.audit import AuditReport, Expected, Gap, GapKind, StatisticsView, StoredAlert
from bot.core.catch_up import CatchUp, CatchUpPage, FoldedJob, FoldedRun, NewestFailure, PageJob
from bot.core.delivery import DeliveryState, Notice, NoticeKind, Purpose
from bot.core.digest import Counts, Digest, DigestRun, MessageRef, day_window
from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.services.answers import (
    Answer,
    AuditAnswer,
    BrokenChannel,
    DigestAnswer,
    Help,
    NoSuchWorkflow,
    RunsPage,
    RunsQuery,
    SeveralWorkflows,
    SkippedRuns,
    StatusReport,
    UnreadableChannel,
    WorkflowHealth,
    WorkflowList,
    WorkflowName,
    WorkflowRow,
)
from bot.services.commands.table import COMMANDS as TABLE
from bot.slack.blocks.links import Links

NOON = datetime(2026, 3, 20, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
WINDOW = day_window(date(2026, 3, 19), SEOUL)
LINKS = Links("https://acme.slack.com/", "https://console.example/flow/{workflow_id}/runs/{job_execution_id}")

ORDERS = WorkflowName("wf4kD02Lm9Qx", "orders-daily-load")
SALES = WorkflowName("wf9ZpQ1sTt7B", "일별_매출 집계")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def execution(status: ExecutionStatus = ExecutionStatus.FAILED, number: int = 1) -> Execution:
    ended = None if status in (ExecutionStatus.READY, ExecutionStatus.RUNNING) else NOON - minutes(number)
    return Execution(
        job_execution_id=f"ex{number:010d}",
        workflow_id=ORDERS.workflow_id,
        job=Job("jb01", "load-to-dw", 60, "s3://jobs/load.py", "/df-logs/orders/2026/03/20"),
        status=status,
        reported_status=str(status),
        created_at=NOON - minutes(13 + number) - timedelta(seconds=39),
        started_at=None if status is ExecutionStatus.READY else NOON - minutes(12 + number) - timedelta(seconds=3),
        ended_at=ended,
        trigger=Trigger("tr01", "every night"),
    )


ALERT = Alert(ORDERS.name, execution(), NOON)
LATE = Alert(ORDERS.name, execution(ExecutionStatus.CANCELED), NOON, minutes(95))
BARE = Alert(
    SALES.name,
    Execution("ex9", SALES.workflow_id, Job("jb02", "aggregate"), ExecutionStatus.UNKNOWN, "TIMED_OUT"),
    NOON,
)


def digest_run(number: int, status: ExecutionStatus = ExecutionStatus.FAILED) -> DigestRun:
    started = WINDOW.end - minutes(60 * number)
    ended = None if status is ExecutionStatus.RUNNING else started + minutes(7 * number)
    ref = MessageRef("C0ALERTS", f"17740{number:05d}.000100") if status is ExecutionStatus.FAILED else None
    return DigestRun(f"ex{number}", ORDERS.name, f"step_{number}", status, started, ended, ref)


DIGEST = Digest(
    window=WINDOW,
    made_at=WINDOW.end + minutes(540),
    counts=Counts(completed=120, failed=2, canceled=13),
    before=Counts(completed=880, failed=20),
    failures=(digest_run(1), digest_run(2), digest_run(4, ExecutionStatus.CANCELED)),
    slowest=(digest_run(9, ExecutionStatus.COMPLETED),),
    running=(digest_run(3, ExecutionStatus.RUNNING),),
    running_count=3,
)
QUIET = Digest(WINDOW, WINDOW.start + minutes(60), Counts(), Counts(), (), (), (), 0)

FOLDED = FoldedRun("ex0000000001", ExecutionStatus.FAILED, NOON)
CATCH_UP = CatchUp(
    first_at=NOON - minutes(600),
    last_at=NOON,
    total=312,
    jobs=(
        FoldedJob(ORDERS.name, "load-to-dw", 290, 2, 0, NOON, is_broken=True),
        FoldedJob(SALES.name, "aggregate", 1, 0, 1, NOON - minutes(5), is_broken=False),
    ),
    job_count=14,
    broken_count=1,
    newest=(NewestFailure(ORDERS.name, "load-to-dw", FOLDED),),
    pages=2,
)
CATCH_UP_PAGE = CatchUpPage(
    2,
    2,
    (
        PageJob(ORDERS.name, "load-to-dw", (FOLDED, FoldedRun("ex0000000002", ExecutionStatus.CANCELED, NOON))),
        PageJob(SALES.name, "aggregate", (FoldedRun("ex0000000003", ExecutionStatus.FAILED, NOON),)),
    ),
    ("aabbccddeeff",),
)

QUERY = RunsQuery(ORDERS.workflow_id, ExecutionStatus.FAILED, 2, 2)
RUNS = RunsPage(
    ORDERS,
    QUERY,
    (execution(), execution(ExecutionStatus.RUNNING, 2)),
    NOON,
    newer=RunsQuery(ORDERS.workflow_id, ExecutionStatus.FAILED, 2, 0),
    older=RunsQuery(ORDERS.workflow_id, ExecutionStatus.FAILED, 2, 4),
)
HEALTHY = StatusReport(
    as_of=NOON,
    watched=2,
    workflows=(WorkflowHealth(ORDERS, NOON - minutes(1), timedelta(), None),),
    api_answered_at=NOON - minutes(1),
    api_error=None,
    queued=0,
    oldest_queued_at=None,
    unclear=0,
    dead=0,
    slack_error=None,
    broken_channels=(),
)
TROUBLED = StatusReport(
    as_of=NOON,
    watched=1234,
    workflows=(WorkflowHealth(SALES, None, minutes(31), "getWorkflowExecutions: HTTP 500"),),
    api_answered_at=None,
    api_error="getWorkflows: HTTP 401 (210 Permission Denied)",
    queued=3,
    oldest_queued_at=NOON - minutes(30),
    unclear=1,
    dead=2,
    slack_error="invalid_auth",
    broken_channels=(BrokenChannel("#data-alerts", "is_archived", NOON - minutes(40)),),
    unreadable_channels=(UnreadableChannel("#data-alerts", "missing_scope"),),
    blind_since=NOON - minutes(31),
    skipped=(SkippedRuns(WorkflowName(SALES.workflow_id, SALES.name), 2),),
)
AUDIT = AuditReport(
    since=NOON - minutes(1440),
    until=NOON,
    failures=37,
    visible=36,
    median_delay=timedelta(seconds=41),
    slowest_delay=timedelta(seconds=130),
    gaps=(
        Gap(
            GapKind.GIVEN_UP,
            Expected(
                execution(),
                ORDERS.name,
                "#data-alerts",
                "key-1",
                True,
                StoredAlert(DeliveryState.DEAD, None, "no_text"),
            ),
        ),
    ),
    statistics=StatisticsView(900, 37, Counts(899, 37)),
    unread=(("#other", "missing_scope"),),
    unasked=((SALES.name, "getWorkflowExecutions: HTTP 500"),),
)
COMPLETE = AuditReport(NOON - minutes(60), NOON, 0, 0, None, None, (), None)

COMMANDS = (TABLE["runs"].help, TABLE["status"].help)
ANSWERS: dict[str, Answer] = {
    "help": Help(COMMANDS),
    "help_with_problem": Help(COMMANDS, "“rnus”?"),
    "no_such_workflow": NoSuchWorkflow("oders", (ORDERS, SALES)),
    "no_such_workflow_nothing_near": NoSuchWorkflow("zzz", ()),
    "several_workflows": SeveralWorkflows("load", (ORDERS, SALES), 5),
    "runs_page": RUNS,
    "runs_page_empty": RunsPage(SALES, RunsQuery(SALES.workflow_id), (), None),
    "workflow_list": WorkflowList(
        "o",
        (WorkflowRow(ORDERS, ExecutionStatus.FAILED, NOON, 2), WorkflowRow(SALES, None, None, 0)),
        7,
    ),
    "workflow_list_empty": WorkflowList(None, (), 0),
    "status_healthy": HEALTHY,
    "status_troubled": TROUBLED,
    "digest_answer": DigestAnswer(QUIET),
    "audit": AuditAnswer(AUDIT, 1),
    "audit_complete": AuditAnswer(COMPLETE),
}

NOTICES = {
    "watching": Notice(NoticeKind.WATCHING, count=12),
    "refused": Notice(NoticeKind.CHANNEL_REFUSES, "#data-alerts", "is_archived"),
    "unreadable": Notice(NoticeKind.UNREADABLE, Purpose.DIGEST, '{"day": "2026-03-21"}'),
}
