"""The alert card: what an on-call person wants to know at three in the morning, the most urgent first."""

from collections.abc import Iterator
from datetime import timedelta

from bot.core.alerting import Alert
from bot.core.durations import spell
from bot.core.model import Execution
from bot.core.retry import Form
from bot.slack.blocks.elements import Block, Message, context, header, section
from bot.slack.blocks.links import Links
from bot.slack.text import AsText, code, moment, plain, run_name, status_of, words

NAME = 200
PATH = 500


def alert_message(alert: Alert, form: Form, links: Links) -> Message:
    text = "\n".join([_headline(alert, NAME), *_sentences(alert.execution, alert, links), *_late(alert)])
    match form:
        case Form.LINE:
            return Message(_headline(alert, 60))
        case Form.TEXT:
            return Message(text)
        case Form.BLOCKS:
            return Message(text, tuple(_card(alert, links)))


def _headline(alert: Alert, name_limit: int) -> str:
    """What a notification shows: status, workflow, job and how long it ran."""
    execution = alert.execution
    ran = f" (ran {spell(execution.ran_for)})" if execution.ran_for is not None else ""
    return f"{status_of(execution)}: {run_name(alert.workflow_name, execution.job.name, words, name_limit)}{ran}"


def _sentences(execution: Execution, alert: Alert, links: Links) -> Iterator[str]:
    yield f"Ended {_end(alert)}."
    yield f"Started by {_trigger(execution, words)}."
    yield f"Execution {words(execution.job_execution_id, NAME)}, workflow {words(execution.workflow_id, NAME)}."
    if execution.job.log_path:
        yield f"Log: {words(execution.job.log_path, PATH)}"
    if console := links.console(execution):
        yield f"Console: <{console}>"


def _card(alert: Alert, links: Links) -> Iterator[Block]:
    execution = alert.execution
    yield header(f"{status_of(execution)}: {plain(alert.workflow_name, 100)}")
    yield section("\n".join(_facts(execution, alert)))
    yield from (context(f"⚠️ {late}") for late in _late(alert))
    ids = [f"Execution {code(execution.job_execution_id, NAME)}", f"workflow {code(execution.workflow_id, NAME)}"]
    console = links.console(execution)
    yield context(" · ".join([*ids, f"<{console}|Open in the console>"] if console else ids))


def _facts(execution: Execution, alert: Alert) -> Iterator[str]:
    yield f"*Job* {code(execution.job.name, NAME)}"
    yield f"*Ended* {_end(alert)}"
    yield f"*Started by* {_trigger(execution, code)}"
    if execution.job.log_path:
        yield f"*Log* {code(execution.job.log_path, PATH)}"


def _end(alert: Alert) -> str:
    """When it ended and how long it took to get there."""
    execution = alert.execution
    ended = execution.ended_at
    when = moment(ended) if ended else f"at an unknown time, seen {moment(alert.seen_at)}"
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


def _late(alert: Alert) -> Iterator[str]:
    if alert.late_for is not None:
        yield f"Seen late: {spell(alert.late_for)} after the run ended."
