"""Commands about runs and the workflows that they are runs of."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.model import ExecutionStatus
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import Answer, RunsPage, RunsQuery, WorkflowList, WorkflowName, WorkflowRow
from bot.services.commands import past
from bot.services.commands.command import Asked, Tools
from bot.services.find_workflow import find_workflow, is_exact
from bot.services.page import ROWS, page_among, skipped
from bot.services.trouble_answers import RunDetails
from bot.store import executions, reports, workflows

MOST_RUNS = 25


def runs(tools: Tools, asked: Asked) -> Answer:
    """`runs <workflow> [status] [count]`. A name may hold spaces, and may itself end in a number or a status."""
    if not asked.words:
        raise NotUnderstood(_("Which workflow? Give its id or its name."))
    with tools.database.snapshot() as session:
        known = workflows.names(session)
    asked_for, query = parse_runs(asked.words, known)
    found = find_workflow(asked_for, known)
    if not isinstance(found, WorkflowName):
        return found
    return page(tools, replace(query, workflow_id=found.workflow_id, skip=(asked.page - 1) * query.count))


def run(tools: Tools, asked: Asked) -> Answer:
    """`run <execution id>`."""
    return RunDetails(past.explained(tools, asked))


def page(tools: Tools, query: RunsQuery) -> RunsPage:
    """One page of a workflow's runs. One row more than shown tells whether there is an older page."""
    query = replace(query, count=min(max(query.count, 1), MOST_RUNS), skip=max(query.skip, 0))
    with tools.database.snapshot() as session:
        name = workflows.name_of(session, query.workflow_id)
        found = executions.newest(session, query.workflow_id, query.status, count=query.count + 1, skip=query.skip)
        polled_at = workflows.polled_at(session, query.workflow_id)
    return RunsPage(
        workflow=WorkflowName(query.workflow_id, name),
        query=query,
        runs=tuple(found[: query.count]),
        as_of=polled_at,
        newer=replace(query, skip=max(query.skip - query.count, 0)) if query.skip else None,
        older=replace(query, skip=query.skip + query.count) if len(found) > query.count else None,
    )


def workflow_list(tools: Tools, asked: Asked) -> Answer:
    """`workflows [search]`."""
    search = asked.text or None
    with tools.database.snapshot() as session:
        found, total = reports.overview(session, search, ROWS, skip=skipped(asked.page))
    rows = (
        WorkflowRow(WorkflowName(row.workflow_id, row.name), row.last_status, row.last_at, row.running) for row in found
    )
    return WorkflowList(search, tuple(rows), total, page_among(asked.page, total))


def parse_runs(arguments: Sequence[str], known: Sequence[tuple[str, str]]) -> tuple[str, RunsQuery]:
    """Take count and status off the end, unless what is there is the workflow's own name."""
    words = list(arguments)
    query = RunsQuery(workflow_id="")
    if len(words) > 1 and words[-1].isdecimal() and not is_exact(" ".join(words), known):
        query = replace(query, count=min(int(words.pop()[:9]), MOST_RUNS))
    status = _status(words[-1])
    if len(words) > 1 and status and not is_exact(" ".join(words), known):
        query = replace(query, status=status)
        words.pop()
    return " ".join(words), query


def _status(word: str) -> ExecutionStatus | None:
    word = word.upper().replace("CANCELLED", "CANCELED")
    return next((status for status in ExecutionStatus if status == word), None)
