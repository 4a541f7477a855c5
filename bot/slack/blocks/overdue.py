"""Something that takes longer than it should, and that it is over after all, with what it is compared with."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.retry import Form
from bot.core.telling import Overdue
from bot.slack.blocks.elements import Block, Message, context, header, section
from bot.slack.blocks.execution import NAME, traces
from bot.slack.blocks.links import Links
from bot.slack.blocks.normal import Line, as_labelled, as_sentences
from bot.slack.text import code, moment, plain, run_name, words

WHAT = 40
REASON = 500


def overdue_message(overdue: Overdue, form: Form, links: Links) -> Message:
    if form is Form.LINE:
        return Message(_headline(overdue, 60))
    text = "\n".join([_headline(overdue, NAME), *as_sentences(_facts(overdue)), *_ids(overdue)])
    return Message(text, tuple(_card(overdue, links)) if form is Form.BLOCKS else ())


def _headline(overdue: Overdue, name_limit: int) -> str:
    workflow, job = overdue.workflow_name, overdue.job_name
    name = words(workflow, name_limit) if job is None else run_name(workflow, job, words, name_limit)
    return f"{_state(overdue)}{words(_what(overdue), WHAT)}: {name}"


def _card(overdue: Overdue, links: Links) -> Iterator[Block]:
    yield header(f"{_state(overdue)}{plain(_what(overdue), WHAT)}: {plain(overdue.workflow_name, 80)}")
    job = [] if overdue.job_name is None else [f"*Job* {code(overdue.job_name, NAME)}"]
    yield section("\n".join([*job, *as_labelled(_facts(overdue))]))
    if overdue.execution:
        yield context(traces(overdue.execution, links))


def _state(overdue: Overdue) -> str:
    return "⏱️ " if overdue.over_at is None else "🏁 OVER, "


def _what(overdue: Overdue) -> str:
    return overdue.what.upper()


def _facts(overdue: Overdue) -> Iterator[Line]:
    yield "Since" if overdue.execution else "Due", moment(overdue.since)
    yield "Expected within", f"{spell(overdue.limit)}: {words(overdue.basis, REASON)}"
    if overdue.over_at is not None:
        ended = f": {words(overdue.how_it_ended, REASON)}" if overdue.how_it_ended else ""
        yield "Over", f"{moment(overdue.over_at)}{ended}"


def _ids(overdue: Overdue) -> Iterator[str]:
    if execution := overdue.execution:
        yield f"Execution {words(execution.job_execution_id, NAME)}, workflow {words(execution.workflow_id, NAME)}."
