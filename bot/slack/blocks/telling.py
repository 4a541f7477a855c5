"""What is told in a card's thread, in two lines, and what was held back, as a list of jobs."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.retry import Form
from bot.core.telling import HeldJob, HeldSummary, Recovery, Reminder
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections, two_lines
from bot.slack.blocks.execution import NAME, brief
from bot.slack.blocks.incident import state, whose
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, moment, number, run_name, words

SHORT = 60
JOBS_LIMIT = 6000


def recovery_message(recovery: Recovery, form: Form, links: Links) -> Message:
    incident = recovery.incident
    limit = SHORT if form is Form.LINE else NAME
    headline = f"{state(incident)}: {whose(recovery.workflow_name, incident, limit)}"
    seen_at = incident.closed_at or incident.opened_at
    return two_lines(headline, brief(recovery.execution, seen_at, links, "Completed"), form)


def reminder_message(reminder: Reminder, form: Form, links: Links) -> Message:
    incident = reminder.incident
    limit = SHORT if form is Form.LINE else NAME
    lasts = f"⏰ STILL FAILING after {spell(reminder.at - incident.opened_at)}"
    failed = number(incident.failures, "failed run")
    headline = f"{lasts}, {failed}: {whose(reminder.workflow_name, incident, limit)}"
    nobody = "" if incident.acknowledged else "Nobody has said that they look after it. "
    newest = brief(incident.last_failure, reminder.at, links, "Last failed")
    return two_lines(headline, f"{nobody}{newest}", form)


def held_message(held: HeldSummary, form: Form) -> Message:
    cause = words(held.cause, SHORT if form is Form.LINE else NAME)
    told = f"{number(held.total, 'alert')} of {number(held.job_count, 'job')}" if held.total else "No alert"
    title = f"🔕 {told} held back until {moment(held.until)}: {cause}"
    if form is Form.LINE:
        return Message(title)
    left_out = held.job_count - len(held.jobs)
    text = "\n".join(fitting([title, *(_job(job, words) for job in held.jobs)], TEXT_LIMIT, left_out=left_out))
    lines = (f"• {_job(job, code)}" for job in held.jobs)
    blocks = list_sections(f"*{title}*", lines, limit=JOBS_LIMIT, left_out=left_out)
    return Message(text, tuple(blocks) if form is Form.BLOCKS else ())


def _job(job: HeldJob, as_text: AsText) -> str:
    told = ", ".join(_counts(job))
    now = "⚠️ still broken" if job.is_broken else "✅ completed since"
    return f"{run_name(job.workflow_name, job.job_name, as_text, SHORT)}: {told}, last {moment(job.last_at)}, {now}"


def _counts(job: HeldJob) -> Iterator[str]:
    counts = ((job.failed, "failed"), (job.canceled, "cancelled"), (job.recovered, "recovered"), (job.other, "other"))
    yield from (f"{count:,} {word}" for count, word in counts if count)
