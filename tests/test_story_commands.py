"""Commands asked of the whole bot, as production runs it: from Slack to both clouds and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.slack_server import Message
from tests.town import CHANNEL, Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Mina may change things."""
    monkeypatch.chdir(tmp_path)
    town = Town(tmp_path)
    operators = town.slack.workspace.person("mina").id
    with town.open(), town.running(operator_users=operators):
        town.slack.wait_for_socket()
        yield town


def ask(town: Town, typed: str) -> str:
    return town.slack.user("mina").command(f"/dataflow {typed}", CHANNEL).wait_for_response().text


def trials(town: Town) -> list[Message]:
    return [message for message in town.slack.workspace.messages(CHANNEL) if "TEST ALERT" in message.text]


def test_a_test_alert_arrives_and_then_says_how_long_it_took(town: Town) -> None:
    assert "on its way" in ask(town, "test")
    town.wait_until(lambda: trials(town) and "This one took" in trials(town)[0].text)
    assert len(trials(town)) == 1
    assert "mina" in trials(town)[0].text
    assert "No incident is open" in ask(town, "ack")


def test_what_somebody_subscribes_for_themselves_is_told_to_them(town: Town) -> None:
    mina = town.slack.user("mina")
    mina.dm("subscribe orders-daily-load")
    town.wait_until(lambda: "You hear of" in str(town.slack.workspace.direct_messages("mina")))
    run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
    town.wait_until(lambda: run.execution_id in str(town.slack.workspace.direct_messages("mina")))
    town.wait_until(town.alerts)
    assert "1 open incident" in ask(town, "failures")
    assert "look after orders-daily-load" in ask(town, "ack")
    assert run.execution_id in ask(town, f"run {run.execution_id}")


def test_what_is_muted_is_held_back(town: Town) -> None:
    assert "is muted until" in ask(town, "mute orders-daily-load for 1h")
    run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
    town.wait_for_polls()
    assert town.alerts() == []
    assert "held back" in ask(town, f"why {run.execution_id}")
