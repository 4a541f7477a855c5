"""What is wrong: the open incidents, and what failed lately."""

from bot.core.durations import spell
from bot.language import _, counted, ngettext
from bot.services.trouble_answers import FailedRun, Failures, WhichIncident
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections, section
from bot.slack.text import code, moment, run_name, words
from bot.store.open_incidents import OpenIncident

NAME = 100
HALF = 3700
"""Characters for each of the two lists."""


def failures_message(answer: Failures) -> Message:
    """The open incidents stand on the first page only."""
    is_first = answer.page.number == 1
    open_title = counted("{count:,} open incident", "{count:,} open incidents", answer.incident_count)
    run_title = ngettext(
        "{count:,} failed run since {when}", "{count:,} failed runs since {when}", answer.run_count
    ).format(count=answer.run_count, when=moment(answer.since))
    incidents = [_incident(one) for one in answer.incidents] if is_first else []
    runs = [_run(one) for one in answer.runs]
    left_out = answer.incident_count - len(answer.incidents)
    lines = [*([open_title] if is_first else []), *incidents, run_title, *runs]
    blocks = [
        *(list_sections(f"*{open_title}*", incidents, limit=HALF, left_out=left_out) if is_first else ()),
        *(list_sections(f"*{run_title}*", runs, limit=HALF) if runs else [section(f"*{run_title}*")]),
    ]
    return Message("\n".join(fitting(lines, TEXT_LIMIT)), tuple(blocks))


def which_incident_message(answer: WhichIncident) -> Message:
    """For somebody who has not named just one."""
    if not answer.incident_count:
        nothing = _("No incident is open.")
        return Message(nothing, (section(nothing),))
    title = _("Which one? Say its number, or the workflow:")
    lines = [_incident(one) for one in answer.incidents]
    left_out = max(answer.incident_count - len(lines), 0)
    text = "\n".join(fitting([title, *lines], TEXT_LIMIT, left_out=left_out))
    return Message(text, tuple(list_sections(f"*{title}*", lines, left_out=left_out)))


def _incident(one: OpenIncident) -> str:
    incident = one.incident
    failing = [trouble.job.name for trouble in incident.jobs if trouble.recovered_at is None]
    jobs = ", ".join(words(name, NAME) for name in failing[:3])
    parts = [
        f"• {one.incident_key}: {words(one.workflow_name, NAME)} \u203a {jobs}",
        _("open since {when}").format(when=moment(incident.opened_at)),
        counted("{count:,} failed run", "{count:,} failed runs", incident.failures),
    ]
    if incident.acknowledged:
        parts.append(_("{person} looks after it").format(person=words(incident.acknowledged.by, NAME)))
    else:
        parts.append(_("nobody looks after it yet"))
    return " · ".join(parts)


def _run(one: FailedRun) -> str:
    run = one.execution
    parts = [f"• {run_name(one.workflow_name, run.job.name, words, NAME)}"]
    if run.ended_at:
        parts.append(_("ended {when}").format(when=moment(run.ended_at)))
    if run.ran_for is not None:
        parts.append(_("ran {duration}").format(duration=spell(run.ran_for)))
    return " · ".join([*parts, code(run.job_execution_id, NAME)])
