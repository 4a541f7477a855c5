"""The command line: what it prints, and the exit codes that a script can rely on."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.town import CHANNEL, Town

pytestmark = pytest.mark.usefixtures("root_logger_as_before")


@pytest.fixture
def town(tmp_path: Path, nothing_set: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    with Town(tmp_path).open() as open_town:
        for name, value in open_town.environment().items():
            monkeypatch.setenv(name, value)
        yield open_town


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("command", ["", *main.commands, "db upgrade", "db current"])
def test_every_command_has_help(command: str) -> None:
    result = call(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.usefixtures("nothing_set")
@pytest.mark.parametrize("command", ["run", "poll"])
def test_a_missing_setting_stops_the_start_with_its_name(command: str) -> None:
    result = call(command)
    assert result.exit_code == 2
    assert "NCP_ACCESS_KEY" in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("nothing_set")
@pytest.mark.parametrize(
    "command",
    ["runs x", "workflows", "status", "digest", "audit", "why x", "simulate --nth 2", "subscriptions list"],
)
def test_without_a_database_a_question_says_what_to_do_and_makes_none(command: str) -> None:
    result = call(*command.split())
    assert result.exit_code == 2
    assert "dataflow-bot run" in result.output
    assert not Path("dataflow-bot.db").exists()


@pytest.mark.usefixtures("nothing_set")
def test_a_database_of_another_kind_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://bot:canary@localhost/bot")
    result = call("status")
    assert result.exit_code == 2
    assert "SQLite or PostgreSQL" in result.output
    assert "canary" not in result.output


@pytest.mark.usefixtures("nothing_set")
def test_the_schema_can_be_upgraded_and_shown() -> None:
    assert call("db", "current").exit_code == 1
    assert "upgraded" in call("db", "upgrade").output
    assert "up to date" in call("db", "upgrade").output
    shown = call("db", "current")
    assert shown.exit_code == 0
    assert "current" in shown.output


def test_check_finds_nothing_wrong_where_nothing_is(town: Town) -> None:
    result = call("check")
    assert result.exit_code == 0, result.output
    assert "WRONG" not in result.output
    assert "WARNING" not in result.output
    assert not (town.folder / "bot.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("NCP_SECRET_KEY", "wrong-key", "check NCP_ACCESS_KEY and NCP_SECRET_KEY"),
        ("SLACK_BOT_TOKEN", "xoxb-wrong", "copy the Bot User OAuth Token"),
        ("SLACK_APP_TOKEN", "xapp-wrong", "connections:write"),
        ("ALERT_CHANNEL", "C0NOWHERE", "invite the bot"),
        ("ALERT_CHANNEL", "#nowhere", "invite the bot"),
        ("WORKFLOWS", "no-such-workflow", "correct WORKFLOWS"),
        ("DATAFLOW_API_URL", "http://127.0.0.1:9", "check DATAFLOW_API_URL"),
        ("SLACK_API_URL", "http://127.0.0.1:9/api", "check SLACK_API_URL"),
        ("DATABASE_URL", "postgresql://bot:canary@127.0.0.1:9/bot", "check DATABASE_URL"),
        ("ALERT_CHANNEL", "", "set it in the environment"),
    ],
)
@pytest.mark.usefixtures("town")
def test_check_says_what_is_wrong_and_what_to_do(
    name: str, value: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    result = call("check")
    assert result.exit_code == 1
    assert "WRONG" in result.output
    assert advice in result.output
    assert "canary" not in result.output


def test_check_tells_of_a_missing_scope_and_of_a_channel_the_bot_is_not_in(town: Town) -> None:
    town.slack.workspace.scopes -= {"channels:history"}
    town.channel.members.discard(town.slack.workspace.bot.id)
    result = call("check")
    assert "channels:history is missing" in result.output
    assert "/invite" in result.output
    assert result.exit_code == 0


def test_one_cycle_polls_delivers_and_says_so(town: Town) -> None:
    assert call("poll").exit_code == 0
    town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
    result = call("poll")
    assert result.exit_code == 0, result.output
    assert "polled 1 workflows, 0 failed; 0 messages still wait" in result.output
    assert len(town.alerts()) == 1


def test_a_cycle_that_cannot_poll_fails(town: Town) -> None:
    assert call("poll").exit_code == 0
    town.dataflow.go_down()
    result = call("poll")
    assert result.exit_code == 1
    assert "Data Flow API" in result.output


def test_questions_are_answered_as_lines_for_a_pipe(town: Town) -> None:
    call("poll")
    run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
    call("poll")

    runs = call("runs", "orders-daily-load", "--status", "failed")
    assert runs.exit_code == 0
    assert f"\tload-to-warehouse\t{run.execution_id}" in runs.output
    assert "orders-daily-load" in call("workflows", "orders").output
    assert "watching 1 workflows" in call("status").output
    assert "1 failed" in call("digest", "today").output
    audit = call("audit", "--since", "1h")
    assert "1 failures, 1 visible" in audit.output
    assert audit.exit_code == 0


def test_a_missing_message_is_found_by_the_audit_and_repaired(town: Town) -> None:
    call("poll")
    town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
    call("poll")
    (alert,) = town.alerts()
    town.slack.workspace.delete(town.channel, alert)

    found = call("audit")
    assert found.exit_code == 1
    assert "does not stand in the channel" in found.output
    assert "1 queued again" in call("audit", "--repair").output
    call("poll")
    assert len(town.alerts()) == 1
    assert call("audit").exit_code == 0


@pytest.mark.usefixtures("town")
def test_an_unknown_workflow_is_answered_with_the_nearest_and_exit_code_1() -> None:
    call("poll")
    result = call("runs", "order-daily-laod")
    assert result.exit_code == 1
    assert "orders-daily-load" in result.output


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Ended in any case: a test that fails must not wait for ever."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "tgkill"), reason="sends a signal to one thread of another process")
def test_a_term_signal_that_the_system_gives_to_another_thread_ends_the_process_too(town: Town) -> None:
    environment = {"PATH": os.environ["PATH"], **town.environment()}
    with running([sys.executable, "-m", "bot", "run"], cwd=town.folder, env=environment) as process:
        town.wait_until(lambda: town.slack.workspace.messages(CHANNEL))
        threads = {int(task.name) for task in Path(f"/proc/{process.pid}/task").iterdir()}
        ctypes.CDLL(None).tgkill(process.pid, max(threads - {process.pid}), signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_term_signal_ends_the_process_cleanly_and_no_secret_is_ever_logged(town: Town) -> None:
    environment = {"PATH": os.environ["PATH"], **town.environment(), "LOG_LEVEL": "DEBUG"}
    written = town.folder / "bot.log"  # and no pipe, which would be full before anybody reads it
    with (
        written.open("w") as stderr,
        running([sys.executable, "-m", "bot", "run"], cwd=town.folder, env=environment, stderr=stderr) as process,
    ):
        town.wait_until(lambda: town.slack.workspace.messages(CHANNEL))
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.0)
        town.wait_until(town.alerts)
        town.slack.workspace.revoke_tokens()
        town.dataflow.gateway.keys.clear()
        town.wait_for_polls()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    log = written.read_text()
    assert "DEBUG" in log
    for name in ("NCP_ACCESS_KEY", "NCP_SECRET_KEY", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert environment[name] not in log
