"""One run in words: when it ended and after what, what started it, and where more is to be found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.durations import spell
from bot.core.model import Execution
from bot.language import N_, _
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, labelled, link, moment, words

NAME = 200
PATH = 500

ENDED = N_("Ended")
LAST_FAILED = N_("Last failed")
COMPLETED = N_("Completed")
"""What the end of the run is called."""


def sentences(execution: Execution, seen_at: datetime, links: Links, ended_as: str = ENDED) -> Iterator[str]:
    """For the top-level text."""
    yield _("{what} {when}.").format(what=_(ended_as), when=ended(execution, seen_at))
    yield _("Started by {what}.").format(what=_trigger(execution, words))
    yield ids(execution)
    if execution.job.log_path:
        yield _("Log: {path}").format(path=words(execution.job.log_path, PATH))
    if console := links.console(execution):
        yield _("Console: {address}").format(address=f"<{console}>")


def ids(execution: Execution) -> str:
    """A sentence with the ids by which the console and the API know it."""
    return _("Execution {execution}, workflow {workflow}.").format(
        execution=words(execution.job_execution_id, NAME), workflow=words(execution.workflow_id, NAME)
    )


def facts(execution: Execution, seen_at: datetime, ended_as: str = ENDED) -> Iterator[str]:
    """For a section."""
    yield labelled(_("Job"), code(execution.job.name, NAME))
    yield labelled(_(ended_as), ended(execution, seen_at))
    yield labelled(_("Started by"), _trigger(execution, code))
    if execution.job.log_path:
        yield labelled(_("Log"), code(execution.job.log_path, PATH))


def traces(execution: Execution, links: Links) -> str:
    """The same ids, to be copied."""
    known_as = _("Execution {execution} · workflow {workflow}").format(
        execution=code(execution.job_execution_id, NAME), workflow=code(execution.workflow_id, NAME)
    )
    return " · ".join([known_as, *_console(execution, links)])


def brief(execution: Execution, seen_at: datetime, links: Links, ended_as: str = ENDED) -> str:
    """The most important of it on one line, for the top-level text as well as for a section."""
    parts = [
        _("{what} {when}").format(what=_(ended_as), when=ended(execution, seen_at)),
        _("execution {execution}").format(execution=code(execution.job_execution_id, NAME)),
    ]
    if execution.job.log_path:
        parts.append(_("log {path}").format(path=code(execution.job.log_path, PATH)))
    return " · ".join([*parts, *_console(execution, links)])


def late(late_for: timedelta | None) -> Iterator[str]:
    if late_for is not None:
        yield _("Seen late: {delay} after the run ended.").format(delay=spell(late_for))


def ended(execution: Execution, seen_at: datetime) -> str:
    """When it ended and how long it took to get there."""
    if execution.ended_at:
        when = moment(execution.ended_at)
    else:
        when = _("at an unknown time, seen {when}").format(when=moment(seen_at))
    return f"{_took(execution, when)}{_time_limit(execution)}"


def _took(execution: Execution, when: str) -> str:
    ran = "" if execution.ran_for is None else spell(execution.ran_for)
    waited = "" if execution.waited_for is None else spell(execution.waited_for)
    if ran and waited:
        return _("{when} after running {ran} and waiting {waited}").format(when=when, ran=ran, waited=waited)
    if ran:
        return _("{when} after running {ran}").format(when=when, ran=ran)
    return _("{when} after waiting {waited}").format(when=when, waited=waited) if waited else when


def _time_limit(execution: Execution) -> str:
    """The API has no status for a run that hit its job's time limit; how long it ran gives it away."""
    minutes, ran_for = execution.job.timeout_minutes, execution.ran_for
    if not minutes or ran_for is None or ran_for < timedelta(minutes=minutes):
        return ""
    return _(", at its time limit of {minutes:,} min").format(minutes=minutes)


def _trigger(execution: Execution, as_text: AsText) -> str:
    if execution.trigger is None:
        return _("hand or API (no trigger)")
    return _("trigger {name}").format(name=as_text(execution.trigger.name, NAME))


def _console(execution: Execution, links: Links) -> Iterator[str]:
    if address := links.console(execution):
        yield link(address, _("Open in the console"))
