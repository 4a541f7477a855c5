"""A mute from its beginning to the message after its end, and patience, with the whole bot between the stand-ins."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.rules import Rules
from bot.core.silence import SilenceKind
from bot.core.subscribing import Wish
from bot.demo.slack_server import Message
from bot.services.silence_answers import SilenceStarted
from tests.doubles import BY_MINA
from tests.town import CHANNEL, Town

FIRST = 1


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        yield open_town


def told(town: Town, words: str) -> list[Message]:
    return [message for message in town.slack.workspace.messages(CHANNEL) if words in message.text]


def test_a_mute_is_silent_and_then_sums_up_and_the_recovery_answers_the_summary(town: Town) -> None:
    with town.running() as bot:
        begun = bot.manage_silences.mute(BY_MINA, ["orders-daily-load"], "4h")
        assert isinstance(begun, SilenceStarted)
        for _ in range(2):
            town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
            town.wait_for_polls()
        assert town.alerts() == []

        bot.manage_silences.end(BY_MINA, SilenceKind.MUTE, FIRST)
        town.wait_until(lambda: told(town, "mute 1 of orders-daily-load"))
        town.dataflow.account.start(town.orders, "COMPLETED", runs_for=0.1)
        town.wait_until(lambda: told(town, "mute 1 of orders-daily-load")[0].thread)

    [summary] = told(town, "mute 1 of orders-daily-load")
    [recovery] = summary.thread
    assert "2 failed" in summary.text
    assert "still broken" in summary.text
    assert "RECOVERED" in recovery.text


def test_patience_spares_the_channel_a_failure_that_a_later_run_makes_good(town: Town) -> None:
    with town.running() as bot:
        bot.manage_subscriptions.add(BY_MINA, Wish(town.channel.id, rules=Rules(wait_for=timedelta(hours=1))))
        for status in ("FAILED", "COMPLETED", "FAILED"):
            town.dataflow.account.start(town.orders, status, runs_for=0.0)
            town.wait_for_polls()
        assert town.alerts() == []

        town.clock.ahead += timedelta(hours=1)
        town.wait_until(town.alerts)
        town.wait_for_polls()

    assert len(town.alerts()) == 1
