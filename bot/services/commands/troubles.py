"""Commands about what goes wrong: open incidents and failed runs, who looks after them, and another try."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.core.durations import parse
from bot.core.handles import CardRef
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import NoSuchWorkflow, SeveralWorkflows, WorkflowName
from bot.services.card_answers import NothingOpen
from bot.services.commands.command import Asked, Tools
from bot.services.desk_answers import DeskAnswer
from bot.services.find_workflow import find_workflow
from bot.services.page import ROWS, page_among, skipped
from bot.services.trouble_answers import FailedRun, Failures, WhichIncident
from bot.store import failures as failed_runs
from bot.store import open_incidents, workflows
from bot.store.open_incidents import OpenIncident

A_DAY = timedelta(hours=24)
LONGEST = timedelta(days=31)
MOST_INCIDENTS = 500

NotOne = WhichIncident | NoSuchWorkflow | SeveralWorkflows | NothingOpen


def failures(tools: Tools, asked: Asked) -> DeskAnswer:
    """`failures [24h]`."""
    since = _since(tools, asked)
    with tools.database.snapshot() as session:
        incidents, incident_count = open_incidents.newest(session, ROWS)
        runs, run_count = failed_runs.newest(session, since, limit=ROWS, skip=skipped(asked.page))
        names = dict(workflows.names(session))
    failed = tuple(FailedRun(names.get(run.workflow_id, run.workflow_id), run) for run in runs)
    return Failures(since, incidents, incident_count, failed, run_count, page_among(asked.page, run_count))


def ack(tools: Tools, asked: Asked) -> DeskAnswer:
    """`ack [incident]`."""
    meant = _meant(tools, asked)
    if not isinstance(meant, OpenIncident):
        return meant
    return tools.acknowledging.acknowledge(replace(asked.permit, target=meant.workflow_name), _ref(meant))


def unack(tools: Tools, asked: Asked) -> DeskAnswer:
    """`unack [incident]`."""
    meant = _meant(tools, asked)
    if not isinstance(meant, OpenIncident):
        return meant
    return tools.acknowledging.undo(replace(asked.permit, target=meant.workflow_name), _ref(meant))


def rerun(tools: Tools, asked: Asked) -> DeskAnswer:
    """`rerun <workflow>`. Says what that would start; the run is started by a click, which is asked about once more."""
    if not asked.words:
        raise NotUnderstood(_("Which workflow? Give its id or its name."))
    with tools.database.snapshot() as session:
        found = find_workflow(asked.text, workflows.names(session))
    return tools.rerunning.offer(asked.permit, found.workflow_id) if isinstance(found, WorkflowName) else found


def _meant(tools: Tools, asked: Asked) -> OpenIncident | NotOne:
    """By its number, by its workflow, or, where none is named, the only one there is."""
    with tools.database.snapshot() as session:
        present, total = open_incidents.newest(session, MOST_INCIDENTS)
        known = workflows.names(session)
    if not asked.words or asked.text.isdecimal():
        meant = [one for one in present if not asked.words or str(one.incident_key) == asked.text]
    else:
        found = find_workflow(asked.text, known)
        if not isinstance(found, WorkflowName):
            return found
        meant = [one for one in present if one.incident.workflow_id == found.workflow_id]
        if not meant:
            return NothingOpen(found.workflow_id, found.name)
    return meant[0] if len(meant) == 1 else WhichIncident((meant or present)[:ROWS], len(meant) or total)


def _ref(one: OpenIncident) -> CardRef:
    return CardRef(one.incident_key, int(one.incident.opened_at.timestamp()), "")


def _since(tools: Tools, asked: Asked) -> datetime:
    now = tools.clock()
    if asked.text.lower() == "today":
        zone = asked.request.asker.zone or tools.times.zone
        return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)
    span = parse(asked.text) if asked.words else A_DAY
    if span is None or span > LONGEST:
        mistake = _("“{text}” is not a span up to {days} days. Say 90m, 24h or 7d.")
        raise NotUnderstood(mistake.format(text=asked.text, days=LONGEST.days))
    return now - span
