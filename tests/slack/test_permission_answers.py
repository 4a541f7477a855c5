"""What somebody is told who may not, and who reads the log of changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.audit_log import LogEntry, LogVerdict, State
from bot.core.people import AT_TERMINAL, Person, Profile
from bot.core.permissions import MATRIX, Action, ChannelKind, Reason, Role
from bot.demo.slack_server.blocks import block_problems
from bot.services.authority import Refused
from bot.services.read_log import LogAnswer
from bot.services.requests import Request
from bot.slack.blocks.elements import Message
from bot.slack.blocks.log import ACTIONS, log_message
from bot.slack.blocks.refused import refused_message
from tests.slack.samples import NOON

Golden = Callable[[str, Message], None]

MINA = Person("T0HOME", "U0MINA123")


def refused(reason: Reason) -> Refused:
    doubt = "S1ONCALL: missing_scope" if reason is Reason.UNVERIFIED else None
    asker = Profile(MINA, Role.READER, doubt=doubt, name="Mina")
    wait = timedelta(seconds=3) if reason is Reason.TOO_OFTEN else None
    return Refused(Request(asker, ChannelKind.CHANNEL, "C0DATA"), Action.MUTE, reason, wait)


def logged(action: str, verdict: LogVerdict = LogVerdict.DONE, before: State | None = None) -> LogEntry:
    is_done = verdict is LogVerdict.DONE
    reason, after = (Reason.MAY, {"until": "2026-03-21T09:00Z"}) if is_done else (Reason.NOT_OPERATOR, None)
    return LogEntry(NOON, MINA, "Mina", "C0DATA", action, "orders-daily-load", verdict, reason, before, after)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.MAY], ids=str)
def test_a_refusal_says_why_and_what_to_do(reason: Reason, golden: Golden) -> None:
    golden(f"refused_{reason.name.lower()}", refused_message(refused(reason)))


def test_with_nobody_configured_the_answer_is_the_line_to_write() -> None:
    assert "`OPERATOR_USERS=U0MINA123`" in refused_message(refused(Reason.NOBODY_CONFIGURED)).text


def test_the_log_says_who_did_what_and_what_was_refused(golden: Golden) -> None:
    entries = (
        logged(Action.MUTE),
        logged(Action.MUTE, before={"until": "2026-03-20T09:00Z", "note": "same"}),
        logged(Action.RERUN, LogVerdict.REFUSED),
        logged("switch_off"),
        LogEntry(NOON, AT_TERMINAL, "", None, Action.UNMUTE, "", LogVerdict.DONE, Reason.MAY, {"until": None}, None),
    )
    golden("log", log_message(LogAnswer(entries, has_more=True)))


@pytest.mark.parametrize("answer", [LogAnswer(()), LogAnswer((), "no <!channel> such")])
def test_an_empty_log_is_said_to_be(answer: LogAnswer) -> None:
    message = log_message(answer)
    assert message.text.startswith("Nobody has" if answer.search is None else "Nothing in the log is about")
    assert "<!channel>" not in message.text


def test_names_in_the_log_mention_nobody() -> None:
    hostile = "<@U0MINA123> <!channel> *bold*"
    entry = LogEntry(
        NOON, MINA, hostile, None, Action.MUTE, hostile, LogVerdict.DONE, Reason.MAY, None, {hostile: hostile}
    )
    shown = log_message(LogAnswer((entry,), hostile)).text
    assert "<@" not in shown
    assert "<!channel" not in shown


def test_a_change_of_very_much_at_once_still_fits() -> None:
    much = {f"rule {number}": "x" * 500 for number in range(100)}
    entry = LogEntry(NOON, MINA, "M" * 500, None, Action.MUTE, "o" * 500, LogVerdict.DONE, Reason.MAY, {}, much)
    message = log_message(LogAnswer((entry,) * 50, "s" * 500, has_more=True))
    assert list(block_problems(message.blocks, "message", "")) == []
    assert "more" in message.text


def test_every_change_has_a_name_in_the_log() -> None:
    assert set(ACTIONS) == {action for action, rule in MATRIX.items() if rule.is_change}
