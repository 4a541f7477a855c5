"""The living card of an incident: what is wrong now, since when, and what is different from normal."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.alerting import Alert
from bot.core.durations import spell
from bot.core.incidents import Incident
from bot.core.retry import Form
from bot.language import _, counted, ngettext
from bot.slack.blocks.actions import card_actions
from bot.slack.blocks.elements import HEADER_LIMIT, TEXT_LIMIT, Block, Message, context, fitting, header, section
from bot.slack.blocks.execution import ENDED, LAST_FAILED, NAME, facts, late, sentences, traces
from bot.slack.blocks.jobs import job_lines, job_table
from bot.slack.blocks.links import Links
from bot.slack.blocks.normal import Line, as_labelled, as_sentences, background_lines
from bot.slack.text import moment, plain, run_name, status_of, width, words


def incident_message(alert: Alert, incident: Incident, form: Form, links: Links) -> Message:
    alert = replace(alert, execution=incident.last_failure)  # it may have been queued for an earlier one
    if form is Form.LINE:
        return Message(_headline(alert, incident, 60))
    lines = [_headline(alert, incident, NAME), *_sentences(alert, incident, links)]
    text = "\n".join(fitting(lines, TEXT_LIMIT))
    return Message(text, tuple(_card(alert, incident, links)) if form is Form.BLOCKS else ())


def state(incident: Incident) -> str:
    """Icon and words for how it stands."""
    if incident.lasted is not None:
        return _("✅ RECOVERED after {duration}, {failures}").format(
            duration=spell(incident.lasted), failures=_failures(incident)
        )
    if flapping := incident.flapping:
        return _("🔁 FLAPPING, {changes} in {duration}").format(
            changes=counted("{count:,} change", "{count:,} changes", flapping.changes), duration=spell(flapping.within)
        )
    return _how_often(incident)


def _failures(incident: Incident) -> str:
    runs = counted("{count:,} failed run", "{count:,} failed runs", incident.failures)
    return _("{runs} in {jobs}").format(runs=runs, jobs=_jobs(incident)) if len(incident.jobs) > 1 else runs


def _how_often(incident: Incident) -> str:
    state, jobs = status_of(incident.last_failure), _jobs(incident)
    if incident.failures <= len(incident.jobs):
        return _("{state} in {jobs}").format(state=state, jobs=jobs) if len(incident.jobs) > 1 else state
    if len(incident.jobs) > 1:
        return _("{state} {count:,} times in {jobs}").format(state=state, count=incident.failures, jobs=jobs)
    return _("{state} {count:,} times").format(state=state, count=incident.failures)


def _jobs(incident: Incident) -> str:
    return counted("{count:,} job", "{count:,} jobs", len(incident.jobs))


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
        return _("{state} since {when}: {name}").format(
            state=state(incident), when=moment(incident.opened_at), name=name
        )
    ran_for = alert.execution.ran_for
    if ran_for is None:
        return f"{state(incident)}: {name}"
    return _("{state}: {name} (ran {duration})").format(state=state(incident), name=name, duration=spell(ran_for))


def _sentences(alert: Alert, incident: Incident, links: Links) -> Iterator[str]:
    yield from as_sentences([*_course(incident), *_muted(alert, incident)])
    if len(incident.jobs) > 1:
        yield from job_lines(incident)
    yield from as_sentences(_background(alert, incident))
    yield from sentences(alert.execution, alert.seen_at, links, _ended_as(incident))
    yield from late(alert.late_for)


def _card(alert: Alert, incident: Incident, links: Links) -> Iterator[Block]:
    how_it_stands = state(incident)
    yield header(f"{how_it_stands}: {plain(alert.workflow_name, min(HEADER_LIMIT - width(how_it_stands) - 2, 80))}")
    run = facts(alert.execution, alert.seen_at, _ended_as(incident))
    yield section("\n".join([*as_labelled([*_course(incident), *_muted(alert, incident), *_since(incident)]), *run]))
    if len(incident.jobs) > 1:
        yield from job_table(incident)
    if background := "\n".join(as_labelled(_background(alert, incident))):
        yield section(background)
    yield from (context(f"⚠️ {note}") for note in late(alert.late_for))
    yield context(traces(alert.execution, links))
    yield from card_actions(alert, incident, links)


def _course(incident: Incident) -> Iterator[Line]:
    """How it went so far, as much of it as the newest failure does not tell by itself."""
    if incident.acknowledged:
        acknowledged = _("by {person} {when}")
        person, when = words(incident.acknowledged.by, 60), moment(incident.acknowledged.at)
        yield _("Acknowledged"), acknowledged.format(person=person, when=when)
    if incident.closed_at:
        yield _("Completed again"), moment(incident.closed_at)
    elif incident.flapping:
        flapping = _("{when}; only this card says so until it is stable again")
        yield _("Flapping since"), flapping.format(when=moment(incident.flapping.since))
    still_failing = sum(trouble.recovered_at is None for trouble in incident.jobs)
    if 0 < still_failing < len(incident.jobs):
        some = ngettext("{failing:,} of {count:,} job", "{failing:,} of {count:,} jobs", len(incident.jobs))
        yield _("Still failing"), some.format(failing=still_failing, count=len(incident.jobs))


def _muted(alert: Alert, incident: Incident) -> Iterator[Line]:
    """Others must see why they hear nothing more of it."""
    muted = alert.handle.muted if alert.handle else None
    if muted is None or not incident.is_open:
        return
    if muted.by is None:
        yield _("Muted"), _("until {when}").format(when=moment(muted.until))
    else:
        by = words(muted.by, 60)
        yield _("Muted"), _("until {when} by {person}").format(when=moment(muted.until), person=by)


def _since(incident: Incident) -> Iterator[Line]:
    """A header is plain text, where no time can be in the reader's zone; the headline of the text has said this."""
    if incident.failures > 1:
        often = _("{count:,} times since {when}")
        yield _("Failed"), often.format(count=incident.failures, when=moment(incident.opened_at))


def _background(alert: Alert, incident: Incident) -> Iterator[Line]:
    """Nobody needs to know what is normal once it is so again."""
    if alert.background and incident.is_open:
        yield from background_lines(alert.background, alert.execution)


def _ended_as(incident: Incident) -> str:
    return ENDED if incident.is_open and incident.failures == 1 else LAST_FAILED
