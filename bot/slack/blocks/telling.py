"""What is told in a card's thread, in two lines, and what was held back, as a list of jobs."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.retry import Form
from bot.core.rules import Outcome
from bot.core.silence_words import spell_cause
from bot.core.telling import HeldJob, HeldLate, HeldSummary, Recovery, Reminder
from bot.language import N_, _, counted
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections, two_lines
from bot.slack.blocks.execution import COMPLETED, LAST_FAILED, NAME, brief
from bot.slack.blocks.incident import state, whose
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, moment, run_name, words

SHORT = 60
JOBS_LIMIT = 6000
LATE = {
    Outcome.RUNNING_LONG: N_("{name}: ⏱️ running too long, since {when}"),
    Outcome.WAITING_LONG: N_("{name}: ⏱️ waiting too long, since {when}"),
    Outcome.NEVER_STARTED: N_("{name}: ⏱️ never started, due {when}"),
}


def recovery_message(recovery: Recovery, form: Form, links: Links) -> Message:
    incident = recovery.incident
    limit = SHORT if form is Form.LINE else NAME
    headline = f"{state(incident)}: {whose(recovery.workflow_name, incident, limit)}"
    seen_at = incident.closed_at or incident.opened_at
    return two_lines(headline, brief(recovery.execution, seen_at, links, COMPLETED), form)


def reminder_message(reminder: Reminder, form: Form, links: Links) -> Message:
    incident = reminder.incident
    limit = SHORT if form is Form.LINE else NAME
    headline = _("⏰ STILL FAILING after {duration}, {runs}: {name}").format(
        duration=spell(reminder.at - incident.opened_at),
        runs=counted("{count:,} failed run", "{count:,} failed runs", incident.failures),
        name=whose(reminder.workflow_name, incident, limit),
    )
    nobody = [] if incident.acknowledged else [_("Nobody has said that they look after it.")]
    newest = brief(incident.last_failure, reminder.at, links, LAST_FAILED)
    return two_lines(headline, " ".join([*nobody, newest]), form)


def held_message(held: HeldSummary, form: Form) -> Message:
    title = _held(held, SHORT if form is Form.LINE else NAME)
    if form is Form.LINE:
        return Message(title)
    left_out = held.job_count - len(held.jobs) + held.late_count - len(held.late)
    text = "\n".join(fitting([title, *_held_lines(held, words)], TEXT_LIMIT, left_out=left_out))
    lines = (f"• {line}" for line in _held_lines(held, code))
    blocks = list_sections(f"*{title}*", lines, limit=JOBS_LIMIT, left_out=left_out)
    return Message(text, tuple(blocks) if form is Form.BLOCKS else ())


def _held_lines(held: HeldSummary, as_text: AsText) -> Iterator[str]:
    yield from (_late(late, as_text) for late in held.late)
    yield from (_job(job, as_text) for job in held.jobs)


def _held(held: HeldSummary, limit: int) -> str:
    when, cause = moment(held.until), words(spell_cause(held.cause), limit)
    if held.late_count:
        return _("🔕 {alerts} held back until {when}: {cause}").format(
            alerts=counted("{count:,} alert", "{count:,} alerts", held.total + held.late_count), when=when, cause=cause
        )
    if not held.total:
        return _("🔕 No alert held back until {when}: {cause}").format(when=when, cause=cause)
    return _("🔕 {alerts} of {jobs} held back until {when}: {cause}").format(
        alerts=counted("{count:,} alert", "{count:,} alerts", held.total),
        jobs=counted("{count:,} job", "{count:,} jobs", held.job_count),
        when=when,
        cause=cause,
    )


def _late(late: HeldLate, as_text: AsText) -> str:
    name = as_text(late.workflow_name, SHORT)
    if late.job_name is not None:
        name = run_name(late.workflow_name, late.job_name, as_text, SHORT)
    return _(LATE[late.outcome]).format(name=name, when=moment(late.since))


def _job(job: HeldJob, as_text: AsText) -> str:
    return _("{name}: {counts}, last {when}, {now}").format(
        name=run_name(job.workflow_name, job.job_name, as_text, SHORT),
        counts=", ".join(_counts(job)),
        when=moment(job.last_at),
        now=_("⚠️ still broken") if job.is_broken else _("✅ completed since"),
    )


def _counts(job: HeldJob) -> Iterator[str]:
    if job.failed:
        yield _("{count:,} failed").format(count=job.failed)
    if job.canceled:
        yield _("{count:,} cancelled").format(count=job.canceled)
    if job.recovered:
        yield _("{count:,} recovered").format(count=job.recovered)
    if job.other:
        yield _("{count:,} other").format(count=job.other)
