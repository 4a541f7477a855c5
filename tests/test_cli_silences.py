"""Mutes and maintenance windows at the command line: what is printed, and the exit codes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.clock import system_clock
from bot.core.model import Workflow
from bot.core.subscribing import Wish
from bot.store import migrate, subscriptions, workflows
from bot.store.engine import Database
from bot.store.workflows import Listed

pytestmark = pytest.mark.usefixtures("root_logger_as_before")


@pytest.fixture(autouse=True)
def watched(tmp_path: Path, nothing_set: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that knows the workflow orders and the channel C1."""
    address = f"sqlite:///{tmp_path / 'bot.db'}"
    monkeypatch.setenv("DATABASE_URL", address)
    database, now = Database(address), system_clock()
    migrate.upgrade(database)
    with database.transaction() as session:
        workflows.record_listing(session, Listed([Workflow("w1", "orders")], {"w1"}), now, now)
        subscriptions.put(session, Wish("C1"), now)
    yield
    database.close()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_a_mute_says_what_it_covers_and_until_when_and_can_be_listed_and_ended() -> None:
    begun = call("mute", "orders", "--until", "4h", "--note", "moving house")
    assert begun.exit_code == 0
    assert re.search(r"mute 1 of orders holds back alerts until \d{4}-\d\d-\d\d \d\d:\d\d \(Asia/Seoul\)", begun.output)
    [_, row] = call("mutes").output.splitlines()
    assert row.split("\t")[:3] == ["1", "orders", "C1"]
    assert row.split("\t")[-3:] == ["active", "0", "moving house"]
    ended = call("unmute", "1")
    assert (ended.exit_code, ended.output.splitlines()[0]) == (0, "mute 1 of orders has ended: nothing was held back")
    assert len(call("mutes").output.splitlines()) == 1


def test_a_weekly_window_says_when_it_comes_and_can_be_removed() -> None:
    planned = call("maintenance", "add", "--weekly", "mon,wed", "02:00", "90m")
    assert planned.exit_code == 0
    line = "maintenance window 1 of everything holds back alerts each Mon, Wed 02:00 for 1 h 30 min (Asia/Seoul)"
    assert planned.output.startswith(line)
    assert "until it is removed" in planned.output
    assert len(call("maintenance", "list").output.splitlines()) == 2
    assert call("maintenance", "remove", "1").exit_code == 0
    assert len(call("maintenance", "list").output.splitlines()) == 1


def test_a_window_that_begins_later_says_so() -> None:
    planned = call("maintenance", "add", "orders", "C1", "--from", "tomorrow 2:00", "--until", "4h")
    assert re.search(r"orders in C1 holds back alerts from \S+ 02:00 \(Asia/Seoul\) until \S+ 06:00", planned.output)
    assert "waits" in planned.output


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (("mute", "orders", "--until", "someday"), 1, "within a year"),
        (("mute", "ordres", "--until", "4h"), 1, "orders"),
        (("mute", "orders"), 2, "--until"),
        (("mute", "--until", "4h"), 2, "WHAT"),
        (("unmute", "7"), 1, "no mute 7"),
        (("unmute", "first"), 2, "integer"),
        (("maintenance", "add", "orders"), 1, "Until when?"),
        (("maintenance", "remove", "7"), 1, "no maintenance window 7"),
    ],
)
def test_what_is_not_understood_changes_nothing_and_says_why(
    arguments: tuple[str, ...], exit_code: int, says: str
) -> None:
    result = call(*arguments)
    assert (result.exit_code, says in result.output) == (exit_code, True)
    assert len(call("mutes").output.splitlines()) == 1


def test_without_a_database_nothing_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert call("mutes").exit_code == 2
    assert not (tmp_path / "none.db").exists()
