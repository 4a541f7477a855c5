"""Every kind of thing that is shown in Slack, and how: what the tests of limits go through.

What the bot posts and what it answers are found by their types. A modal or a view gets its line in VIEWS.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from hypothesis import strategies as st

from bot.core.comparison import Simulation
from bot.core.delivery import Facts
from bot.core.retry import Form
from bot.services.answer_commands import Reply
from bot.services.desk_answers import DeskAnswer
from bot.services.explain_message import NoRunTold, SeveralRuns
from bot.services.rule_answers import RulesAnswer
from bot.services.show_home import Home
from bot.slack.blocks.clicked import click_message
from bot.slack.blocks.desk import desk_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.facts import facts_message, with_notes
from bot.slack.blocks.frame import framed
from bot.slack.blocks.settings import preview_lines, rules_message
from bot.slack.home.view import Viewer, home_view
from bot.slack.modals.ask import ask_view
from bot.slack.modals.mute_until import MuteForm, mute_view
from bot.slack.modals.settings import SettingsForm, settings_view, with_preview
from tests.slack import hostile
from tests.slack.anything import of
from tests.slack.samples import LINKS

Shown = Message | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """`shown` gives all that may come of a value."""

    name: str
    values: st.SearchStrategy[Any] = field(repr=False)
    shown: Callable[[Any], Iterator[Shown]] = field(repr=False)


def _facts(facts: Facts) -> Iterator[Shown]:
    for form in Form:
        yield with_notes(facts_message(facts, form, LINKS), may_repeat=True, instead_of="#data-alerts")
    yield facts_message(facts, Form.BLOCKS, LINKS, is_reply=True)


def _answer(answer: DeskAnswer) -> Iterator[Shown]:
    message = desk_message(answer, LINKS)
    yield framed(message, Reply(answer, "runs orders --count 5"))
    yield framed(message, Reply(answer, "runs orders --count 5", is_shared=True))


def _answer_about_a_message(answer: NoRunTold | SeveralRuns) -> Iterator[Shown]:
    yield click_message(answer, LINKS)


def _home(parts: tuple[Home, Viewer]) -> Iterator[Shown]:
    home, viewer = parts
    yield home_view(home, viewer, LINKS)


def _settings(parts: tuple[SettingsForm, Simulation]) -> Iterator[Shown]:
    form, simulation = parts
    view = settings_view(form)
    yield view
    yield with_preview(view, preview_lines(simulation))


def _mute(parts: tuple[MuteForm, datetime]) -> Iterator[Shown]:
    form, proposed = parts
    yield mute_view(form, proposed)


def _one(render: Callable[[Any], Shown]) -> Callable[[Any], Iterator[Shown]]:
    return lambda value: iter([render(value)])


def _each(union: Any, shown: Callable[[Any], Iterator[Shown]]) -> Iterator[Kind]:
    for kind in get_args(union):
        yield Kind(kind.__name__, of(kind), shown)


VIEWERS = st.builds(Viewer, st.just(frozenset({"C0ALERTS"})), st.booleans(), st.none())
VIEWS = (
    Kind("home", st.tuples(of(Home), VIEWERS), _home),
    Kind("settings modal", st.tuples(of(SettingsForm), of(Simulation)), _settings),
    Kind("mute modal", st.tuples(of(MuteForm), of(datetime)), _mute),
    Kind("ask modal", hostile.MENU.map(lambda named: tuple(named.items())), _one(ask_view)),
)
KINDS = (
    *_each(Facts, _facts),
    *_each(DeskAnswer, _answer),
    *_each(NoRunTold | SeveralRuns, _answer_about_a_message),
    *_each(RulesAnswer, _one(rules_message)),
    *VIEWS,
)
