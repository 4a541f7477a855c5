"""Shows answers at a terminal: tables and colours for people, tab-separated lines for scripts."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import click

from bot.core.comparison import Simulation
from bot.core.digest import Digest, DigestRun
from bot.core.explanation import Explanation, WorkflowExplanation
from bot.core.findings import Finding, Verdict
from bot.core.model import Execution, ExecutionStatus
from bot.services.answers import (
    AuditAnswer,
    DigestAnswer,
    Help,
    NoSuchWorkflow,
    RunsPage,
    SeveralWorkflows,
    StatusReport,
    SubscriptionList,
    SubscriptionUpdate,
    WorkflowList,
    WorkflowName,
)
from bot.services.desk_answers import DeskAnswer
from bot.tables import NOTHING, Table, rules_table, spelled, when

_COLOURS: dict[str, str] = {
    ExecutionStatus.COMPLETED: "green",
    ExecutionStatus.FAILED: "bold red",
    ExecutionStatus.CANCELED: "yellow",
    ExecutionStatus.RUNNING: "cyan",
}


def show(answer: DeskAnswer, zone: ZoneInfo) -> None:
    """Print an answer to standard output."""
    show_table(as_table(answer, zone))


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, to be told (done, of how many); nothing where no person looks."""
    if not sys.stderr.isatty():
        yield _unshown
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        bar = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)


def _unshown(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def show_finding(finding: Finding) -> None:
    """Print what `check` found out about one thing."""
    mark = {Verdict.OK: "ok", Verdict.WARNING: "WARNING", Verdict.WRONG: "WRONG"}[finding.verdict]
    colour = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.WRONG: "red"}[finding.verdict]
    advice = f"\n{'':9}-> {finding.advice}" if finding.advice else ""
    click.echo(f"{click.style(f'{mark:8}', fg=colour)} {finding.subject}: {finding.what}{advice}")


def show_table(table: Table) -> None:
    """Print a table to standard output: drawn where people read it, bare where a program does."""
    if sys.stdout.isatty():
        _draw(table)
        return
    for line in (*table.before, "\t".join(table.columns), *map("\t".join, table.rows), *table.after):
        print(line)


def as_table(answer: DeskAnswer, zone: ZoneInfo) -> Table:
    """What an answer says, in rows."""
    match answer:
        case RunsPage():
            return Table(
                ("status", "began", "ran", "waited", "job", "execution"),
                [_run_row(run, zone) for run in answer.runs],
                before=[f"{answer.workflow.name} ({answer.workflow.workflow_id})"],
            )
        case WorkflowList():
            return _workflows_table(answer, zone)
        case StatusReport():
            return _status_table(answer, zone)
        case DigestAnswer(digest):
            return _digest_table(digest, zone)
        case AuditAnswer():
            return _audit_table(answer, zone)
        case SubscriptionList() | SubscriptionUpdate() | Explanation() | WorkflowExplanation() | Simulation():
            return rules_table(answer, zone)
        case Help(commands, problem):
            rows = [(command.usage, command.summary) for command in commands]
            return Table(("command", "what it does"), rows, before=[problem] if problem else [])
        case NoSuchWorkflow(asked_for, nearest):
            return _names_table(f"no workflow is called {asked_for!r}; the nearest:", nearest)
        case SeveralWorkflows(asked_for, matches, total):
            return _names_table(f"{total} workflows match {asked_for!r}; name one by its id:", matches)
        case _:
            raise TypeError(f"{type(answer).__name__} is an answer for Slack")


def _run_row(run: Execution, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        run.reported_status or run.status,
        when(run.started_at or run.created_at, zone),
        spelled(run.ran_for),
        spelled(run.waited_for),
        run.job.name,
        run.job_execution_id,
    )


def _workflows_table(listed: WorkflowList, zone: ZoneInfo) -> Table:
    rows = [
        (
            row.workflow.workflow_id,
            row.workflow.name,
            row.last_status or NOTHING,
            when(row.last_at, zone),
            str(row.running),
        )
        for row in listed.rows
    ]
    hidden = listed.total - len(rows)
    after = [f"{hidden} more; name a part to search for"] if hidden else []
    return Table(("id", "workflow", "last status", "last run", "running"), rows, after=after)


def _rest(report: StatusReport) -> list[str]:
    if report.rest is None:
        return []
    rest = report.rest
    resting = [f"{rest.resting} workflows are read only when their last execution date moves"] if rest.resting else []
    names = ", ".join(workflow.name for workflow in rest.disbelieved)
    late = f"{rest.unannounced} runs came without a word of that date, so it is not believed of: {names}"
    return resting + ([late] if rest.disbelieved else [])


def _status_table(report: StatusReport, zone: ZoneInfo) -> Table:
    api = f"Data Flow API: last answer {when(report.api_answered_at, zone)}"
    slack = report.slack_error or "accepts messages"
    lines = [
        f"watching {report.watched} workflows",
        api + (f", now failing: {report.api_error}" if report.api_error else ""),
        *([f"blind since {when(report.blind_since, zone)}"] if report.blind_since else []),
        f"Slack: {slack}",
        *(f"channel {broken.channel}: {broken.reason}" for broken in report.broken_channels),
        *(f"runs left out of {skipped.workflow.name}: {skipped.count}" for skipped in report.skipped),
        *_rest(report),
        f"outbox: {report.queued} waiting, {report.unclear} unclear, {report.dead} given up",
    ]
    rows = [
        (health.workflow.name, when(health.polled_at, zone), spelled(health.lag), health.error or NOTHING)
        for health in report.workflows
    ]
    return Table(("workflow", "last poll", "lag", "error"), rows, before=lines)


def _digest_table(digest: Digest, zone: ZoneInfo) -> Table:
    counts = digest.counts
    rate = NOTHING if counts.success_rate is None else f"{counts.success_rate:.1%}"
    change = (
        "" if digest.rate_change is None else f" ({digest.rate_change * 100:+.1f} points against the 7 days before)"
    )
    lines = [
        f"{digest.window.day} ({digest.window.zone}){', so far' if digest.is_partial else ''}",
        f"{counts.total} ended: {counts.completed} completed, {counts.failed} failed, {counts.canceled} cancelled"
        + (f", {counts.other} with an unknown status" if counts.other else ""),
        f"success rate {rate}{change}",
        f"{digest.running_count} running now",
    ]
    rows = [("bad end", *_digest_row(run, zone)) for run in digest.failures]
    rows += [("slowest", *_digest_row(run, zone)) for run in digest.slowest]
    rows += [("running", *_digest_row(run, zone)) for run in digest.running]
    return Table(("list", "status", "workflow", "job", "ended", "ran", "execution"), rows, before=lines)


def _audit_table(answer: AuditAnswer, zone: ZoneInfo) -> Table:
    report = answer.report
    visible = "nobody could look how many" if report.visible is None else str(report.visible)
    lines = [
        f"{when(report.since, zone)} to {when(report.until, zone)}",
        f"{report.failures} failures, {visible} visible, median {spelled(report.median_delay)} after the end, "
        f"slowest {spelled(report.slowest_delay)}, {len(report.gaps)} missing",
        *(f"{channel} could not be read: {reason}" for channel, reason in report.unread),
        *(f"{workflow} could not be asked for: {reason}" for workflow, reason in report.unasked),
    ]
    if counts := report.statistics:
        lines.append(
            f"Data Flow's statistics: {counts.completed} completed, {counts.failed} failed; "
            f"stored: {counts.stored.completed} completed, {counts.stored.failed} failed"
        )
    if answer.repaired is not None:
        lines.append(f"{answer.repaired} queued again")
    rows = [
        (gap.expected.workflow_name, gap.expected.execution.job_execution_id, gap.expected.channel, gap.kind)
        for gap in report.gaps
    ]
    return Table(("workflow", "execution", "channel", "what is wrong"), rows, before=lines)


def _digest_row(run: DigestRun, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        run.status,
        run.workflow_name,
        run.job_name,
        when(run.ended_at, zone),
        spelled(run.ran_for),
        run.job_execution_id,
    )


def _names_table(line: str, names: Sequence[WorkflowName]) -> Table:
    return Table(("id", "workflow"), [(name.workflow_id, name.name) for name in names], before=[line])


def _draw(table: Table) -> None:
    """Rich is slow to load, so only people at a terminal wait for it."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console()
    drawn = RichTable(*table.columns, box=SIMPLE_HEAD)
    for row in table.rows:
        drawn.add_row(*(Text(cell, style=_COLOURS.get(cell, "")) for cell in row))
    for line in table.before:
        console.print(line, markup=False)
    if table.rows:
        console.print(drawn)
    for line in table.after:
        console.print(line, markup=False)
