"""Answers about workflows and their runs."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.model import Execution
from bot.services.answers import NoSuchWorkflow, RunsPage, SeveralWorkflows, WorkflowList, WorkflowName, WorkflowRow
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.blocks.paging import page_buttons
from bot.slack.text import code, moment, number, status, status_of, words

NAME = 100


def runs_page(page: RunsPage) -> Message:
    title = f"Runs of {_named(page.workflow)}{_filter(page)}"
    if not page.runs:
        empty = f"{title}: none{' on this page' if page.query.skip else ' known'}."
        return Message(empty, (section(empty), *page_buttons(page), *_as_of(page)))
    lines = [_run(execution) for execution in page.runs]
    newest = f", newest first, from number {page.query.skip + 1:,}"
    return Message(
        _text([f"{title}{newest}:", *lines]),
        (*list_sections(f"{title}{newest}:", lines), *page_buttons(page), *_as_of(page)),
    )


def workflow_list(found: WorkflowList) -> Message:
    of_search = f" matching {words(found.search, NAME)}" if found.search else ""
    if not found.total:
        nothing = f"No watched workflow{of_search}."
        return Message(nothing, (section(nothing),))
    title = f"{number(found.total, 'workflow')}{of_search}"
    lines = [_workflow(row) for row in found.rows]
    left_out = found.total - len(found.rows)
    sections = list_sections(f"*{number(found.total, 'workflow')}*{of_search}", lines, left_out=left_out)
    return Message(_text([f"{title}:", *lines], left_out), tuple(sections))


def no_such_workflow(answer: NoSuchWorkflow) -> Message:
    problem = f"No watched workflow is called {words(answer.asked_for, NAME)}."
    if not answer.nearest:
        return Message(problem, (section(problem),))
    lines = [f"• {_named(workflow)}" for workflow in answer.nearest]
    return Message(_text([problem, "Did you mean:", *lines]), tuple(list_sections(f"{problem} Did you mean:", lines)))


def several_workflows(answer: SeveralWorkflows) -> Message:
    title = f"{number(answer.total, 'workflow')} could be meant by {words(answer.asked_for, NAME)}. Use the id:"
    lines = [f"• {_named(workflow)}" for workflow in answer.matches]
    left_out = answer.total - len(answer.matches)
    return Message(_text([title, *lines], left_out), tuple(list_sections(title, lines, left_out=left_out)))


def _named(workflow: WorkflowName) -> str:
    return f"{words(workflow.name, NAME)} {code(workflow.workflow_id, NAME)}"


def _filter(page: RunsPage) -> str:
    return f" with status {page.query.status}" if page.query.status else ""


def _run(execution: Execution) -> str:
    parts = [f"{status_of(execution)} {words(execution.job.name, NAME)}"]
    if execution.started_at is not None:
        parts.append(f"started {moment(execution.started_at)}")
    elif execution.created_at is not None:
        parts.append(f"created {moment(execution.created_at)}")
    if execution.ran_for is not None:
        parts.append(f"ran {spell(execution.ran_for)}")
    if execution.waited_for is not None:
        parts.append(f"waited {spell(execution.waited_for)}")
    return " · ".join([*parts, code(execution.job_execution_id, NAME)])


def _workflow(row: WorkflowRow) -> str:
    if row.last_status is None:
        last = "no run known"
    else:
        last = status(row.last_status) + (f" {moment(row.last_at)}" if row.last_at else "")
    running = f" · {row.running:,} under way" if row.running else ""
    return f"• {_named(row.workflow)} · {last}{running}"


def _as_of(page: RunsPage) -> Iterator[dict[str, object]]:
    yield context(f"As of {moment(page.as_of)}." if page.as_of else "This workflow has not been read yet.")


def _text(lines: list[str], left_out: int = 0) -> str:
    return "\n".join(fitting(lines, TEXT_LIMIT, left_out=left_out))
