"""The person at the demo: what the terminal shows her, and what her typing does. No bot answers here."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.demo.audience import HINT, Audience
from bot.demo.dataflow_server import Status
from bot.demo.mrkdwn import Reader
from bot.demo.narrator import Narrator
from bot.demo.prompt import typed_lines
from bot.demo.run_watch import Change
from bot.demo.slack_server import Message, SlackServer
from bot.demo.terminal_view import View

NOW = datetime(2025, 3, 20, 12, 0, 7, tzinfo=UTC)
OLDER = {"type": "button", "action_id": "older", "value": "20", "text": {"type": "plain_text", "text": "Older"}}


class Seat:
    """Mina's, before a workspace with a channel and another person, and a terminal of 62 columns."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack, self.workspace = slack, slack.workspace
        self.channel = self.workspace.add_channel("data-alerts")
        self.mina, self.jun = self.workspace.add_user("mina"), self.workspace.add_user("jun")
        self._console = Console(width=62, color_system=None)
        view = View(Reader(UTC, lambda: NOW), numbered=True)
        self.narrator = Narrator(self._console, self.workspace, view, "mina")

    def bot_says(self, text: str, **content: Any) -> Message:
        bot = self.workspace.bot
        return self.workspace.post(self.channel, bot.id, text, bot_id=self.workspace.bot_id, **content)

    def shown(self) -> str:
        """What the terminal shows of the news."""
        with self._console.capture() as captured:
            self.narrator.messages()
        return captured.get()

    def shown_while_typing(self, line: str) -> str:
        """In words, wherever the lines break."""

        async def typed() -> AsyncIterator[str]:
            yield line

        audience = Audience(self.slack, self.narrator, "mina", "data-alerts")
        with self._console.capture() as captured:
            asyncio.run(audience.follow_lines(typed(), at_first=lambda: None))
        return " ".join(captured.get().split())


@pytest.fixture
def seat() -> Iterator[Seat]:
    with SlackServer(clock=NOW.timestamp) as slack:
        yield Seat(slack)


PANEL = """\
          ╭─ #data-alerts ───────────────────────────────────╮
          │ Data Flow  APP  12:00                            │
          │ It failed.                                       │
          ╰──────────────────────────────────────────────────╯
"""
WHISPER = """\
          ╭─ #data-alerts · only visible to you ─────────────╮
          │ Data Flow  APP  12:00                            │
          │ For mina.                                        │
          ╰──────────────────────────────────────────────────╯
"""


def test_a_message_is_shown_once_with_its_place_author_and_time(seat: Seat) -> None:
    seat.bot_says("It *failed*.")
    assert seat.shown() == PANEL
    assert seat.shown() == ""


def test_of_what_is_whispered_only_the_own_is_shown(seat: Seat) -> None:
    seat.bot_says("For jun.", ephemeral_for=seat.jun.id)
    seat.bot_says("For mina.", ephemeral_for=seat.mina.id)
    assert seat.shown() == WHISPER


def test_an_edit_and_a_reply_are_shown_as_such(seat: Seat) -> None:
    message = seat.bot_says("It failed.")
    seat.shown()
    seat.workspace.edit(seat.channel, message, text="It works again.")
    assert "12:00 (edited)" in seat.shown()
    seat.bot_says("Since noon.", thread_ts=message.ts)
    assert "#data-alerts, in a thread" in seat.shown()


def test_a_change_of_a_run_is_one_line(seat: Seat, capsys: pytest.CaptureFixture[str]) -> None:
    seat.narrator.change(Change(NOW, "일별 매출 집계", Status.RUNNING, Status.FAILED))
    assert capsys.readouterr().out == "12:00:07  Data Flow  일별 매출 집계          RUNNING → FAILED\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("hello", HINT),
        ("7", HINT),
        ("/nope now", "12:00:07 Slack Slack knows no command for '/nope now'"),
        ("/dataflow status", "12:00:07 Slack /dataflow status failed with dispatch_failed"),
    ],
)
def test_what_leads_nowhere_is_told(seat: Seat, typed: str, shown: str) -> None:
    assert seat.shown_while_typing(typed) == shown


def test_what_is_typed_while_slack_is_away_is_told_and_the_demo_goes_on(seat: Seat) -> None:
    seat.slack.go_down()
    assert (
        seat.shown_while_typing("/dataflow status") == "12:00:07 Slack /dataflow status cannot be sent: Slack is away"
    )


def test_a_number_presses_the_button_that_carries_it(seat: Seat) -> None:
    seat.bot_says("Runs", blocks=({"type": "actions", "block_id": "b", "elements": [OLDER]},))
    assert "[1]  Older" in seat.shown()
    assert seat.shown_while_typing("1") == "12:00:07 Slack button 1 failed with dispatch_failed"


@pytest.mark.parametrize("end", ["quit\r", "\x04", "\x03"], ids=["quit", "Ctrl-D", "Ctrl-C"])
def test_the_prompt_hands_over_lines_until_it_is_left(end: str) -> None:
    async def lines() -> list[str]:
        return [line async for line in typed_lines(["status"], ["load"])]

    with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
        keys.send_text(f"/dataflow status\r  \r 2 \r{end}")
        assert asyncio.run(lines()) == ["/dataflow status", "2"]
