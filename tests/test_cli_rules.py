"""The command line about subscriptions, reasons and what-ifs: what it prints, writes and refuses."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import config
from bot.cli import main

FILE = "subscriptions:\n- channel: C0DATA\n  workflows: orders-*\n  nth_failure: 2\n"


@pytest.fixture(autouse=True)
def migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A working directory with a database, and ALERT_CHANNEL set."""
    monkeypatch.chdir(tmp_path)
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ALERT_CHANNEL", "C0ALERTS")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    assert call("db", "upgrade").exit_code == 0
    yield
    root.handlers[:], root.level = handlers, level


def call(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def rows(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_a_subscription_is_added_listed_and_removed() -> None:
    added = rows(call("subscriptions", "add", "U0MINA", "orders-*", "--nth", "2", "--wait-for", "10m"))
    assert "added\tU0MINA\torders-*\tnth_failure 2; wait_for 10m" in added
    assert rows(call("subscriptions", "list")) == [
        "channel\tworkflows\trules\tasked for by",
        "C0ALERTS\t*\tdefault\tsettings",
        "U0MINA\torders-*\tnth_failure 2; wait_for 10m\tcommand",
    ]
    assert "0 added, 0 changed, 1 removed" in rows(call("subscriptions", "remove", "U0MINA", "orders-*"))


def test_a_file_is_applied_once_it_was_looked_at() -> None:
    path = Path("wanted.yaml")
    path.write_text(FILE, encoding="utf-8")
    assert "this would change: 2 added, 0 changed, 0 removed" in rows(
        call("subscriptions", "apply", str(path), "--dry-run")
    )
    assert "2 added, 0 changed, 0 removed" in rows(call("subscriptions", "apply", str(path)))
    assert "0 added, 0 changed, 0 removed" in rows(call("subscriptions", "apply", str(path)))


def test_a_file_may_come_from_standard_input() -> None:
    assert "added\tC0DATA\torders-*\tnth_failure 2" in rows(call("subscriptions", "apply", "-", typed=FILE))


def test_what_is_exported_can_be_applied() -> None:
    call("subscriptions", "apply", "-", typed=FILE)
    shown = call("subscriptions", "export").output
    assert rows(call("subscriptions", "export", "kept.yaml")) == []
    assert Path("kept.yaml").read_text(encoding="utf-8") == shown
    assert "0 added, 0 changed, 0 removed" in rows(call("subscriptions", "apply", "kept.yaml"))


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["add", "mina"], "accepted: C0123"),
        (["add", "C1", "--quiet", "at night"], "22:00-07:00 Asia/Seoul"),
        (["remove", "C9"], "subscriptions list"),
        (["remove", "C0ALERTS"], "can be removed"),
        (["apply", "nowhere.yaml"], "nowhere.yaml"),
        (["apply", "wrong.yaml"], "subscriptions[1]: nth (line 3): is no key"),
        (["apply", "bytes.yaml"], "bytes.yaml is not UTF-8"),
    ],
)
def test_what_is_not_understood_is_said_with_exit_code_2(arguments: list[str], problem: str) -> None:
    Path("wrong.yaml").write_text("subscriptions:\n- channel: C1\n  nth: 2\n", encoding="utf-8")
    Path("bytes.yaml").write_bytes(b"\xff\xfe\xff")
    result = call("subscriptions", *arguments)
    assert result.exit_code == 2
    assert problem in result.output


def test_an_unknown_run_is_said_to_be_unknown_with_exit_code_1() -> None:
    result = call("why", "nothing")
    assert result.exit_code == 1
    assert "No run is known" in result.output


def test_a_simulation_counts_by_rules_and_by_a_file() -> None:
    Path("wanted.yaml").write_text(FILE, encoding="utf-8")
    for arguments in (["--nth", "2"], ["--days", "30", "--rules", "wanted.yaml"]):
        assert rows(call("simulate", *arguments))[0] == "0 alerts now, 0 with these rules"


@pytest.mark.parametrize("arguments", [[], ["--days", "0"], ["--nth", "0"], ["--rules", "-", "--nth", "2"]])
def test_a_simulation_of_nothing_in_particular_is_refused(arguments: list[str]) -> None:
    assert call("simulate", *arguments, typed=FILE).exit_code == 2
