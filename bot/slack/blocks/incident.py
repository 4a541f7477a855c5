"""The living card of an incident: what is wrong now, since when, and what is different from normal."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.alerting import Alert
from bot.core.durations import spell
from bot.core.incidents import Incident
from bot.core.retry import Form
from bot.slack.blocks.elements import HEADER_LIMIT, TEXT_LIMIT, Block, Message, context, fitting, header, section
from bot.slack.blocks.execution import NAME, facts, late, sentences, traces
from bot.slack.blocks.jobs import job_lines, job_table
from bot.slack.blocks.links import Links
from bot.slack.blocks.normal import Line, as_labelled, as_sentences, background_lines
from bot.slack.text import moment, number, plain, run_name, status_of, width, words


def incident_message(alert: Alert, incident: Incident, form: Form, links: Links) -> Message:
    alert = replace(alert, execution=incident.last_failure)  # it may have been queued for an earlier one
    if form is Form.LINE:
        return Message(_headline(alert, incident, 60))
    lines = [_headline(alert, incident, NAME), *_sentences(alert, incident, links)]
    text = "\n".join(fitting(lines, TEXT_LIMIT))
    return Message(text, tuple(_card(alert, incident, links)) if form is Form.BLOCKS else ())


def state(incident: Incident) -> str:
    """Icon and words for how it stands."""
    where = f" in {number(len(incident.jobs), 'job')}" if len(incident.jobs) > 1 else ""
    if incident.lasted is not None:
        return f"✅ RECOVERED after {spell(incident.lasted)}, {number(incident.failures, 'failed run')}{where}"
    if flapping := incident.flapping:
        return f"🔁 FLAPPING, {number(flapping.changes, 'change')} in {spell(flapping.within)}"
    times = f" {incident.failures:,} times" if incident.failures > len(incident.jobs) else ""
    return f"{status_of(incident.last_failure)}{times}{where}"


def whose(workflow_name: str, incident: Incident, limit: int) -> str:
    """The job within its workflow; only the workflow where several jobs failed."""
    if len(incident.jobs) > 1:
        return words(workflow_name, limit)
    return run_name(workflow_name, incident.last_failure.job.name, words, limit)


def _headline(alert: Alert, incident: Incident, name_limit: int) -> str:
    """What a notification shows. A single failure is told as any other alert."""
    name = whose(alert.workflow_name, incident, name_limit)
    if not incident.is_open or incident.flapping:
        return f"{state(incident)}: {name}"
    if incident.failures > 1:
        return f"{state(incident)} since {moment(incident.opened_at)}: {name}"
    ran_for = alert.execution.ran_for
    return f"{state(incident)}: {name}" + (f" (ran {spell(ran_for)})" if ran_for is not None else "")


def _sentences(alert: Alert, incident: Incident, links: Links) -> Iterator[str]:
    yield from as_sentences(_course(incident))
    if len(incident.jobs) > 1:
        yield from job_lines(incident)
    yield from as_sentences(_background(alert, incident))
    yield from sentences(alert.execution, alert.seen_at, links, _ended_as(incident))
    yield from late(alert.late_for)


def _card(alert: Alert, incident: Incident, links: Links) -> Iterator[Block]:
    how_it_stands = state(incident)
    yield header(f"{how_it_stands}: {plain(alert.workflow_name, min(HEADER_LIMIT - width(how_it_stands) - 2, 80))}")
    run = facts(alert.execution, alert.seen_at, _ended_as(incident))
    yield section("\n".join([*as_labelled([*_course(incident), *_since(incident)]), *run]))
    if len(incident.jobs) > 1:
        yield from job_table(incident)
    if background := "\n".join(as_labelled(_background(alert, incident))):
        yield section(background)
    yield from (context(f"⚠️ {note}") for note in late(alert.late_for))
    yield context(traces(alert.execution, links))


def _course(incident: Incident) -> Iterator[Line]:
    """How it went so far, as much of it as the newest failure does not tell by itself."""
    if incident.acknowledged:
        yield "Acknowledged", f"by {words(incident.acknowledged.by, 60)} {moment(incident.acknowledged.at)}"
    if incident.closed_at:
        yield "Completed again", moment(incident.closed_at)
    elif incident.flapping:
        yield "Flapping since", f"{moment(incident.flapping.since)}; only this card says so until it is stable again"
    still_failing = sum(trouble.recovered_at is None for trouble in incident.jobs)
    if 0 < still_failing < len(incident.jobs):
        yield "Still failing", f"{still_failing:,} of {number(len(incident.jobs), 'job')}"


def _since(incident: Incident) -> Iterator[Line]:
    """A header is plain text, where no time can be in the reader's zone; the headline of the text has said this."""
    if incident.failures > 1:
        yield "Failed", f"{incident.failures:,} times since {moment(incident.opened_at)}"


def _background(alert: Alert, incident: Incident) -> Iterator[Line]:
    """Nobody needs to know what is normal once it is so again."""
    if alert.background and incident.is_open:
        yield from background_lines(alert.background, alert.execution)


def _ended_as(incident: Incident) -> str:
    return "Ended" if incident.is_open and incident.failures == 1 else "Last failed"
