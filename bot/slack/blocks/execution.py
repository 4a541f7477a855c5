"""One run in words: when it ended and after what, what started it, and where more is to be found."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.durations import spell
from bot.core.model import Execution
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, moment, words

NAME = 200
PATH = 500


def sentences(execution: Execution, seen_at: datetime, links: Links, ended_as: str = "Ended") -> Iterator[str]:
    """For the top-level text."""
    yield f"{ended_as} {ended(execution, seen_at)}."
    yield f"Started by {_trigger(execution, words)}."
    yield f"Execution {words(execution.job_execution_id, NAME)}, workflow {words(execution.workflow_id, NAME)}."
    if execution.job.log_path:
        yield f"Log: {words(execution.job.log_path, PATH)}"
    if console := links.console(execution):
        yield f"Console: <{console}>"


def facts(execution: Execution, seen_at: datetime, ended_as: str = "Ended") -> Iterator[str]:
    """For a section."""
    yield f"*Job* {code(execution.job.name, NAME)}"
    yield f"*{ended_as}* {ended(execution, seen_at)}"
    yield f"*Started by* {_trigger(execution, code)}"
    if execution.job.log_path:
        yield f"*Log* {code(execution.job.log_path, PATH)}"


def traces(execution: Execution, links: Links) -> str:
    """The ids by which the console and the API know it."""
    ids = f"Execution {code(execution.job_execution_id, NAME)} · workflow {code(execution.workflow_id, NAME)}"
    console = links.console(execution)
    return f"{ids} · <{console}|Open in the console>" if console else ids


def brief(execution: Execution, seen_at: datetime, links: Links, ended_as: str = "Ended") -> str:
    """The most important of it on one line, for the top-level text as well as for a section."""
    console = links.console(execution)
    parts = [f"{ended_as} {ended(execution, seen_at)}", f"execution {code(execution.job_execution_id, NAME)}"]
    if execution.job.log_path:
        parts.append(f"log {code(execution.job.log_path, PATH)}")
    return " · ".join([*parts, f"<{console}|Open in the console>"] if console else parts)


def late(late_for: timedelta | None) -> Iterator[str]:
    if late_for is not None:
        yield f"Seen late: {spell(late_for)} after the run ended."


def ended(execution: Execution, seen_at: datetime) -> str:
    """When it ended and how long it took to get there."""
    when = moment(execution.ended_at) if execution.ended_at else f"at an unknown time, seen {moment(seen_at)}"
    took = []
    if execution.ran_for is not None:
        took.append(f"running {spell(execution.ran_for)}")
    if execution.waited_for is not None:
        took.append(f"waiting {spell(execution.waited_for)}")
    return f"{when}{' after ' + ' and '.join(took) if took else ''}{_time_limit(execution)}"


def _time_limit(execution: Execution) -> str:
    """The API has no status for a run that hit its job's time limit; how long it ran gives it away."""
    minutes, ran_for = execution.job.timeout_minutes, execution.ran_for
    if not minutes or ran_for is None or ran_for < timedelta(minutes=minutes):
        return ""
    return f", at its time limit of {minutes:,} min"


def _trigger(execution: Execution, as_text: AsText) -> str:
    if execution.trigger is None:
        return "hand or API (no trigger)"
    return f"trigger {as_text(execution.trigger.name, NAME)}"
