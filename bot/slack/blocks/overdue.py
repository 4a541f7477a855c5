"""Something that takes longer than it should, and that it is over after all, with what it is compared with."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.durations import spell
from bot.core.overdue_words import NAMES, spell_basis, spell_end
from bot.core.retry import Form
from bot.core.telling import Overdue
from bot.language import _
from bot.slack.blocks.elements import Block, Message, context, header, section
from bot.slack.blocks.execution import NAME, ids, traces
from bot.slack.blocks.links import Links
from bot.slack.blocks.normal import Line, as_labelled, as_sentences
from bot.slack.text import code, labelled, moment, plain, run_name, words

REASON = 500


def overdue_message(overdue: Overdue, form: Form, links: Links) -> Message:
    if form is Form.LINE:
        return Message(_headline(overdue, 60))
    text = "\n".join([_headline(overdue, NAME), *as_sentences(_facts(overdue)), *_ids(overdue)])
    return Message(text, tuple(_card(overdue, links)) if form is Form.BLOCKS else ())


def _headline(overdue: Overdue, name_limit: int) -> str:
    workflow, job = overdue.workflow_name, overdue.job_name
    name = words(workflow, name_limit) if job is None else run_name(workflow, job, words, name_limit)
    return f"{_state(overdue)}: {name}"


def _card(overdue: Overdue, links: Links) -> Iterator[Block]:
    yield header(f"{_state(overdue)}: {plain(overdue.workflow_name, 80)}")
    job = [] if overdue.job_name is None else [labelled(_("Job"), code(overdue.job_name, NAME))]
    yield section("\n".join([*job, *as_labelled(_facts(overdue))]))
    if overdue.execution:
        yield context(traces(overdue.execution, links))


def _state(overdue: Overdue) -> str:
    what = _(NAMES[overdue.outcome]).upper()
    if overdue.over_at is None:
        return f"⏱️ {what}"
    return _("🏁 OVER, {what}").format(what=what)


def _facts(overdue: Overdue) -> Iterator[Line]:
    yield _("Since") if overdue.execution else _("Due"), moment(overdue.since)
    basis = words(spell_basis(overdue.limit.basis), REASON)
    yield _("Expected within"), _("{duration}: {basis}").format(duration=spell(overdue.limit.span), basis=basis)
    if overdue.over_at is not None:
        yield _("Over"), _end(overdue, overdue.over_at)


def _end(overdue: Overdue, over_at: datetime) -> str:
    if overdue.how_it_ended is None:
        return moment(over_at)
    how = words(spell_end(overdue.how_it_ended, overdue.execution, over_at - overdue.since), REASON)
    return _("{when}: {how}").format(when=moment(over_at), how=how)


def _ids(overdue: Overdue) -> Iterator[str]:
    if execution := overdue.execution:
        yield ids(execution)
