"""Commands about what goes wrong: open incidents and failed runs."""

from datetime import UTC, datetime, time, timedelta

from bot.core.durations import parse
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import Answer
from bot.services.commands.command import Asked, Tools
from bot.services.page import ROWS, page_among, skipped
from bot.services.trouble_answers import FailedRun, Failures
from bot.store import failures as failed_runs
from bot.store import open_incidents, workflows

A_DAY = timedelta(hours=24)
LONGEST = timedelta(days=31)


def failures(tools: Tools, asked: Asked) -> Answer:
    """`failures [24h]`."""
    since = _since(tools, asked)
    with tools.database.snapshot() as session:
        incidents, incident_count = open_incidents.newest(session, ROWS)
        runs, run_count = failed_runs.newest(session, since, limit=ROWS, skip=skipped(asked.page))
        names = dict(workflows.names(session))
    failed = tuple(FailedRun(names.get(run.workflow_id, run.workflow_id), run) for run in runs)
    return Failures(since, incidents, incident_count, failed, run_count, page_among(asked.page, run_count))


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
