"""The alert: what an on-call person wants to know at three in the morning, the most urgent first.

A run that ended gets a message of its own, or two lines in a thread. The card of an incident is in incident.py.
"""

from collections.abc import Iterator

from bot.core.alerting import Alert
from bot.core.durations import spell
from bot.core.retry import Form
from bot.language import _
from bot.slack.blocks.elements import Block, Message, context, header, mentioning, section, two_lines
from bot.slack.blocks.execution import NAME, brief, facts, late, sentences, traces
from bot.slack.blocks.incident import incident_message
from bot.slack.blocks.links import Links
from bot.slack.text import mention, plain, run_name, status_of, words


def alert_message(alert: Alert, form: Form, links: Links, *, is_reply: bool = False) -> Message:
    if alert.incident:
        message = incident_message(alert, alert.incident, form, links)
    elif is_reply:
        message = _reply(alert, form, links)
    else:
        message = _whole(alert, form, links)
    return mentioning(message, mention(alert.mention) if alert.mention else None)


def _whole(alert: Alert, form: Form, links: Links) -> Message:
    text = "\n".join([_headline(alert, NAME), *sentences(alert.execution, alert.seen_at, links), *late(alert.late_for)])
    match form:
        case Form.LINE:
            return Message(_headline(alert, 60))
        case Form.TEXT:
            return Message(text)
        case Form.BLOCKS | Form.CHART:
            return Message(text, tuple(_blocks(alert, links)))


def _blocks(alert: Alert, links: Links) -> Iterator[Block]:
    yield header(f"{status_of(alert.execution)}: {plain(alert.workflow_name, 100)}")
    yield section("\n".join(facts(alert.execution, alert.seen_at)))
    yield from (context(f"⚠️ {note}") for note in late(alert.late_for))
    yield context(traces(alert.execution, links))


def _reply(alert: Alert, form: Form, links: Links) -> Message:
    """The card above it has told the rest; the names are there for whoever sees only a notification."""
    headline = _headline(alert, 60 if form is Form.LINE else NAME)
    detail = [brief(alert.execution, alert.seen_at, links), *late(alert.late_for)]
    return two_lines(headline, " · ".join(detail), form)


def _headline(alert: Alert, name_limit: int) -> str:
    """What a notification shows: status, workflow, job and how long it ran."""
    execution = alert.execution
    name = run_name(alert.workflow_name, execution.job.name, words, name_limit)
    if execution.ran_for is None:
        return f"{status_of(execution)}: {name}"
    return _("{state}: {name} (ran {duration})").format(
        state=status_of(execution), name=name, duration=spell(execution.ran_for)
    )
