"""The README's promise, executed: the whole bot between the two clouds' stand-ins, over HTTP and WebSocket."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.slack_server import Message
from tests.town import CHANNEL, Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        yield open_town


def test_a_failed_run_becomes_one_message_that_says_all_of_it(town: Town) -> None:
    with town.running():
        run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.3)
        town.wait_until(town.alerts)
        town.wait_for_polls()

    (alert,) = town.alerts()
    first_line = alert.text.splitlines()[0]
    assert "FAILED" in first_line
    assert "orders-daily-load" in first_line
    assert "load-to-warehouse" in first_line
    assert run.execution_id in alert.text


def test_a_cancelled_run_is_told_and_a_completed_one_is_not(town: Town) -> None:
    with town.running():
        town.dataflow.account.start(town.orders, "COMPLETED", runs_for=0.1)
        town.dataflow.account.start(town.orders, "CANCELED", runs_for=0.1)
        town.wait_until(town.alerts)
        town.wait_for_polls()

    (alert,) = town.alerts()
    assert "CANCELED" in alert.text


def test_an_incident_is_one_message_that_lives_until_it_is_over(town: Town) -> None:
    def run(status: str) -> None:
        town.dataflow.account.start(town.orders, status, runs_for=0.1)
        town.wait_for_polls()

    with town.running():
        run("FAILED")
        (card,) = town.cards()
        assert card.text.startswith("❌ FAILED")
        run("CANCELED")
        run("FAILED")
        town.wait_until(lambda: "2 times" in town.cards()[0].text.splitlines()[0])
        run("COMPLETED")
        town.wait_until(lambda: town.cards()[0].text.startswith("✅ RECOVERED"))
        town.wait_until(lambda: len(town.cards()[0].thread) == 3)
        run("FAILED")
        town.wait_until(lambda: len(town.cards()) == 2)

    over, another = town.cards()
    assert over.ts == card.ts
    assert "2 failed runs" in over.text.splitlines()[0]
    assert [reply.text.split(":")[0].split()[1] for reply in over.thread] == ["CANCELED", "FAILED", "RECOVERED"]
    assert not any(reply.is_broadcast for reply in over.thread)
    assert another.thread == ()


def test_what_had_ended_before_the_bot_came_is_silent(town: Town) -> None:
    long_ago = town.clock() - timedelta(hours=1)
    town.dataflow.account.put_execution(town.orders, "FAILED", created_at=long_ago, ended_at=long_ago)
    with town.running():
        town.wait_for_polls()

    assert town.alerts() == []


def test_a_run_that_was_under_way_when_the_bot_came_is_told_when_it_fails(town: Town) -> None:
    run = town.dataflow.account.start(town.orders, "FAILED", runs_for=None)
    with town.running():
        town.wait_for_polls()
        town.dataflow.account.finish(run.execution_id, "FAILED")
        town.wait_until(town.alerts)


def test_a_run_that_started_and_failed_between_two_polls_is_told(town: Town) -> None:
    with town.running():
        now = town.clock()
        town.dataflow.account.put_execution(
            town.orders, "FAILED", created_at=now - timedelta(milliseconds=50), started_at=now, ended_at=now
        )
        town.wait_until(town.alerts)


def test_a_restart_repeats_nothing(town: Town) -> None:
    with town.running():
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_until(town.alerts)
    with town.running():
        town.wait_for_polls()

    assert len(town.alerts()) == 1


def test_what_failed_while_the_bot_was_down_is_told_when_it_is_back(town: Town) -> None:
    with town.running():
        pass
    town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
    with town.running():
        town.wait_until(town.alerts)
        town.wait_for_polls()

    assert len(town.alerts()) == 1


def test_a_lost_database_neither_repeats_nor_forgets(town: Town) -> None:
    with town.running():
        town.wait_until(lambda: town.slack.workspace.messages(CHANNEL))
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_until(town.alerts)
    for file in town.folder.glob("bot.db*"):
        file.unlink()
    town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
    with town.running():
        town.wait_until(lambda: len(town.alerts()) == 2)
        town.wait_for_polls()

    assert len(town.alerts()) == 2


def test_slack_being_down_for_a_while_delays_an_alert_and_loses_nothing(town: Town) -> None:
    with town.running():
        town.slack.go_down()
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_for_polls()
        town.slack.start()
        town.wait_until(town.alerts)
        town.wait_for_polls()

    assert len(town.alerts()) == 1


def test_data_flow_being_down_for_a_while_delays_an_alert_and_loses_nothing(town: Town) -> None:
    with town.running():
        town.dataflow.go_down()
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.dataflow.start()
        town.wait_until(town.alerts)


def test_a_watcher_that_went_blind_says_so_and_then_what_it_missed(town: Town) -> None:
    def seen(words: str) -> list[Message]:
        return [message for message in town.slack.workspace.messages(CHANNEL) if words in message.text]

    with town.running(blind_after=0.3):
        town.dataflow.go_down()
        town.wait_until(lambda: seen("I CANNOT SEE Data Flow"))
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
        town.dataflow.start()
        town.wait_until(lambda: seen("I SEE Data Flow again"))
        town.wait_until(lambda: not seen("I CANNOT SEE Data Flow"))
        town.wait_until(town.alerts)

    assert all("1 run had ended unseen, 1 failure among them" in message.text for message in seen("I SEE Data Flow"))


def test_a_slash_command_is_answered_for_the_eyes_of_who_asked(town: Town) -> None:
    with town.running():
        run = town.dataflow.account.start(town.orders, "COMPLETED", runs_for=0.1)
        town.wait_for_polls()
        town.slack.wait_for_socket()
        asked = town.slack.user("mina").command("/dataflow runs orders-daily-load", channel=CHANNEL)
        answer = asked.wait_for_response(10)

    assert asked.error is None
    assert answer.response_type == "ephemeral"
    assert run.execution_id in answer.text


def test_the_digest_comes_once_at_its_time(town: Town) -> None:
    town.clock.set_to(datetime(2026, 3, 21, 23, 59, 57, tzinfo=UTC))  # 08:59:57 in Seoul
    with town.running(digest_at="09:00"):
        town.wait_until(town.digests)
        town.wait_for_polls()
    with town.running(digest_at="09:00"):
        town.wait_for_polls()

    (digest,) = town.digests()
    assert "Saturday 21 March 2026" in digest.text
