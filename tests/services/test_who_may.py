"""Whatever is typed or clicked, by whomever and wherever: it is done for exactly those who may, and else not at all."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Table, select

from bot.core.audit_log import LogVerdict
from bot.core.people import Person, Profile, Roster
from bot.core.permissions import MATRIX, Action, ChannelKind, Role, judge
from bot.services.acknowledge import Acknowledge
from bot.services.answer_cards import AnswerCards
from bot.services.authority import Authority, Refused
from bot.services.commands.command import Command
from bot.services.commands.table import COMMANDS
from bot.services.manage_silences import ManageSilences
from bot.services.mute_card import MuteCard
from bot.services.requests import Request
from bot.services.rerun import Rerun
from bot.store import audit_log
from bot.store.schema import metadata
from tests.doubles import START
from tests.services.world import MINUTE, SEOUL, World

ROSTER = Roster(operators=("U1OPERATOR",))
CHANNEL_OF = {ChannelKind.DIRECT: "D1"}


def asking(role: Role, kind: ChannelKind) -> Request:
    return Request(Profile(Person("T0HOME", "U0SOMEBODY"), role), kind, CHANNEL_OF.get(kind, "C1"))


def lines(command: Command) -> Iterator[tuple[str, bool]]:
    """What could be typed, and whether it is about the asker alone when it is typed in a direct message."""
    yield command.example, "#" not in command.example
    if command.own_action:
        yield f"{command.name} all", True
        yield f"{command.name} all to #data-alerts", False
        yield f"{command.name} all to C0DATA123", False


def everything_but_the_log(world: World) -> dict[str, list[Any]]:
    tables: list[Table] = [table for table in metadata.sorted_tables if table.name != "audit_log"]
    with world.database.snapshot() as session:
        return {table.name: [tuple(row) for row in session.execute(select(table))] for table in tables}


def done(world: World) -> int:
    """How many changes the log tells of."""
    with world.database.snapshot() as session:
        return sum(entry.verdict is LogVerdict.DONE for entry in audit_log.newest(session, 1000))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_carried_out_for_exactly_those_who_may(world: World, name: str) -> None:
    """And leaves a line in the log where it has changed anything."""
    world.roster = ROSTER
    world.cycle()
    before, lines_before = everything_but_the_log(world), done(world)
    for role, kind, (line, is_own) in product(Role, ChannelKind, lines(COMMANDS[name])):
        own_action = COMMANDS[name].own_action if kind is ChannelKind.DIRECT and is_own else None
        action = own_action or COMMANDS[name].action
        answer = world.ask(line, asking(role, kind))
        is_allowed = judge(action, role, kind, is_anybody_configured=True).is_allowed
        assert isinstance(answer, Refused) is not is_allowed, (line, role, kind)
        after, lines_after = everything_but_the_log(world), done(world)
        is_changed = after != before
        assert not is_changed or (is_allowed and MATRIX[action].is_change), (line, role, kind)
        assert not is_changed or lines_after > lines_before, (line, role, kind)
        before, lines_before = after, lines_after


def test_an_answer_is_shared_by_exactly_those_who_may(world: World) -> None:
    world.roster = ROSTER
    for role, kind in product(Role, ChannelKind):
        reply = world.desk.reply("status --share", asking(role, kind))
        is_allowed = judge(Action.SHARE, role, kind, is_anybody_configured=True).is_allowed
        assert reply.is_shared is is_allowed
        assert isinstance(reply.answer, Refused) is not is_allowed


CLICKS: dict[str, tuple[Action, Callable[[AnswerCards, Request], object]]] = {
    "Acknowledge": (Action.ACK, lambda cards, request: cards.acknowledge(request, None)),
    "Undo": (Action.UNACK, lambda cards, request: cards.undo_acknowledge(request, None)),
    "Mute": (Action.MUTE, lambda cards, request: cards.mute(request, None, "4h")),
    "Mute until": (Action.MUTE, lambda cards, request: cards.mute_until(request, None, START + timedelta(hours=4))),
    "Mute, choosing": (Action.MUTE, lambda cards, request: cards.offer_mute(request, None)),
    "Unmute": (Action.UNMUTE, lambda cards, request: cards.unmute(request, None)),
    "Re-run": (Action.RERUN, lambda cards, request: cards.rerun(request, None)),
    "Start": (Action.RERUN, lambda cards, request: cards.start(request, None)),
    "History": (Action.HISTORY, lambda cards, request: cards.history(request, None)),
    "Why?": (Action.WHY, lambda cards, request: cards.why(request, None)),
}


@pytest.mark.parametrize("button", CLICKS)
def test_a_click_is_looked_at_before_what_it_is_about(world: World, button: str) -> None:
    """Also a click on a button that means nothing any more."""
    action, click = CLICKS[button]
    for role, kind in product(Role, ChannelKind):
        answer = click(cards_of(world), asking(role, kind))
        is_allowed = judge(action, role, kind, is_anybody_configured=True).is_allowed
        assert isinstance(answer, Refused) is not is_allowed, (role, kind)


def cards_of(world: World) -> AnswerCards:
    """Asked for the first time, so that nobody has asked too often."""
    return AnswerCards(
        database=world.database,
        authority=Authority(world.database, world.clock, ROSTER),
        acknowledging=Acknowledge(world.database),
        muting=MuteCard(world.database, SEOUL),
        silences=ManageSilences(world.database, world.clock, SEOUL),
        rerunning=Rerun(world.database, world.starter, world.clock),
        runs=world.desk.runs,
        poll_every=MINUTE,
    )
