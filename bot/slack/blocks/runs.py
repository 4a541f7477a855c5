"""Answers about workflows and their runs."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.model import Execution
from bot.language import _, counted, ngettext
from bot.services.answers import NoSuchWorkflow, RunsPage, SeveralWorkflows, WorkflowList, WorkflowName, WorkflowRow
from bot.services.page import skipped
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.blocks.paging import page_buttons
from bot.slack.text import code, moment, status, status_of, words

NAME = 100


def runs_page(page: RunsPage) -> Message:
    title = _("Runs of {workflow}").format(workflow=_named(page.workflow))
    if page.query.status:
        title = _("{runs} with status {status}").format(runs=title, status=_(page.query.status))
    if not page.runs:
        nothing = _("{runs}: none on this page.") if page.query.skip else _("{runs}: none known.")
        empty = nothing.format(runs=title)
        return Message(empty, (section(empty), *page_buttons(page), *_as_of(page)))
    lines = [_run(execution) for execution in page.runs]
    title = _("{runs}, newest first, from number {number:,}:").format(runs=title, number=page.query.skip + 1)
    return Message(_text([title, *lines]), (*list_sections(title, lines), *page_buttons(page), *_as_of(page)))


def workflow_list(found: WorkflowList) -> Message:
    search = words(found.search, NAME) if found.search else None
    if not found.total:
        nothing = (
            _("No watched workflow matching {search}.").format(search=search) if search else _("No watched workflow.")
        )
        return Message(nothing, (section(nothing),))
    count = counted("{count:,} workflow", "{count:,} workflows", found.total)
    matching = _("{workflows} matching {search}")
    title, heading = (matching.format(workflows=one, search=search) if search else one for one in (count, f"*{count}*"))
    lines = [_workflow(row) for row in found.rows]
    left_out = found.total - skipped(found.page.number) - len(found.rows)
    return Message(_text([f"{title}:", *lines], left_out), tuple(list_sections(heading, lines, left_out=left_out)))


def no_such_workflow(answer: NoSuchWorkflow) -> Message:
    problem = _("No watched workflow is called {name}.").format(name=words(answer.asked_for, NAME))
    if not answer.nearest:
        return Message(problem, (section(problem),))
    lines, meant = [f"• {_named(workflow)}" for workflow in answer.nearest], _("Did you mean:")
    return Message(_text([problem, meant, *lines]), tuple(list_sections(f"{problem} {meant}", lines)))


def several_workflows(answer: SeveralWorkflows) -> Message:
    title = ngettext(
        "{count:,} workflow could be meant by {name}. Use the id:",
        "{count:,} workflows could be meant by {name}. Use the id:",
        answer.total,
    ).format(count=answer.total, name=words(answer.asked_for, NAME))
    lines = [f"• {_named(workflow)}" for workflow in answer.matches]
    left_out = answer.total - len(answer.matches)
    return Message(_text([title, *lines], left_out), tuple(list_sections(title, lines, left_out=left_out)))


def _named(workflow: WorkflowName) -> str:
    return f"{words(workflow.name, NAME)} {code(workflow.workflow_id, NAME)}"


def _run(execution: Execution) -> str:
    parts = [f"{status_of(execution)} {words(execution.job.name, NAME)}"]
    if execution.started_at is not None:
        parts.append(_("started {when}").format(when=moment(execution.started_at)))
    elif execution.created_at is not None:
        parts.append(_("created {when}").format(when=moment(execution.created_at)))
    if execution.ran_for is not None:
        parts.append(_("ran {duration}").format(duration=spell(execution.ran_for)))
    if execution.waited_for is not None:
        parts.append(_("waited {duration}").format(duration=spell(execution.waited_for)))
    return " · ".join([*parts, code(execution.job_execution_id, NAME)])


def _workflow(row: WorkflowRow) -> str:
    if row.last_status is None:
        last = _("no run known")
    else:
        last = status(row.last_status) + (f" {moment(row.last_at)}" if row.last_at else "")
    running = [_("{count:,} under way").format(count=row.running)] if row.running else []
    return " · ".join([f"• {_named(row.workflow)}", last, *running])


def _as_of(page: RunsPage) -> Iterator[dict[str, object]]:
    if page.as_of:
        yield context(_("As of {when}.").format(when=moment(page.as_of)))
    else:
        yield context(_("This workflow has not been read yet."))


def _text(lines: list[str], left_out: int = 0) -> str:
    return "\n".join(fitting(lines, TEXT_LIMIT, left_out=left_out))
