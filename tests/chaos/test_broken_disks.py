"""Disks that fill up, files that cannot be used: nothing is posted that is not written down, and it passes."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Happening
from tests.chaos.conftest import Note
from tests.chaos.faults import POST
from tests.chaos.process import Life, Start, start_cold
from tests.chaos.troubles import (
    Trouble,
    disk_full,
    disk_of_its_own,
    folder_missing,
    garbage,
    locked,
    no_file_may_grow,
    read_only,
    start_as_anybody,
)
from tests.chaos.world import PATIENCE, SETTLE, World

pytestmark = pytest.mark.chaos

LASTS = 6.0  # seconds: longer than SQLite waits for a lock
LASTS_LONG = 60.0


@pytest.fixture
def lasts(is_long: bool) -> float:
    return LASTS_LONG if is_long else LASTS


@pytest.fixture
def world(tmp_path: Path, seed: int) -> Iterator[World]:
    with World(tmp_path, seed) as world:
        yield world


def introduced(world: World, start: Start = start_cold) -> Life:
    """A bot that has told all there is to tell."""
    life = start(world.home)
    world.wait_until(lambda channels: bool(channels.visible))
    return life


def messages(world: World) -> int:
    return len(world.slack.log.entries(Happening.APPEARED))


def wait_until_it_says(world: World, life: Life, words: str) -> None:
    """In its log. A bot that is starting on a busy machine takes its time."""
    deadline = time.monotonic() + PATIENCE
    while words not in world.home.log.read_text():
        life.require()
        assert time.monotonic() < deadline, world.home.last_words()
        time.sleep(0.1)


def sit_out(world: World, life: Life, trouble: AbstractContextManager[None], lasts: float) -> None:
    """Runs fail while it lasts: the bot lives on, says nothing in Slack, and complains in its log."""
    said = messages(world)
    with trouble:
        world.let_runs_end(5, within=1)
        time.sleep(lasts)
        life.require()
        assert messages(world) == said, "it has posted what it could not write down"


def heal(world: World, life: Life) -> float:
    """The seconds until all is told; after that nothing is wrong."""
    began = time.monotonic()
    world.wait_until_all_is_told()
    took = time.monotonic() - began
    time.sleep(2 * SETTLE + 2)
    assert life.stop() == 0, world.home.last_words()
    assert world.verdict().problems == []
    return took


def test_a_lock_held_by_another_program_is_sat_out(world: World, lasts: float, note: Note) -> None:
    life = introduced(world)
    sit_out(world, life, locked(world), lasts)
    assert "database is locked" in world.home.log.read_text()
    note(f"locked for {lasts:g} s, all told {heal(world, life):.1f} s later")


def test_a_message_on_its_way_when_the_lock_begins_is_found_again(world: World, lasts: float, note: Note) -> None:
    """Slack has it, and the bot cannot write that down."""
    life = introduced(world)
    world.slack.faults.add(Fault(kind=FaultKind.SLOW, operation=POST, delay=0.3, times=1))
    seen = len(world.slack.log)
    world.let_runs_end(1, within=0.1)
    world.slack.workspace.wait_for(lambda: world.slack.log.entries(Happening.SPOILED, since=seen), 30)
    with locked(world):
        time.sleep(lasts)
    note(f"locked for {lasts:g} s in the middle of a send, found {heal(world, life):.1f} s later")


def test_a_process_whose_files_may_not_grow_sits_it_out(world: World, lasts: float, note: Note) -> None:
    life = introduced(world)
    sit_out(world, life, no_file_may_grow(life), lasts)
    note(f"no file could grow for {lasts:g} s, all told {heal(world, life):.1f} s later")


def test_a_full_disk_is_sat_out(world: World, lasts: float, note: Note) -> None:
    with disk_of_its_own(world):
        life = introduced(world)
        sit_out(world, life, disk_full(world), lasts)
        assert "disk is full" in world.home.log.read_text()
        note(f"disk full for {lasts:g} s, all told {heal(world, life):.1f} s later")


@pytest.mark.parametrize(
    ("trouble", "said", "start"),
    [
        pytest.param(locked, "database is locked", start_cold, id="locked"),
        pytest.param(read_only, "readonly database", start_as_anybody, id="read-only"),
        pytest.param(garbage, "file is not a database", start_cold, id="garbage"),
        pytest.param(folder_missing, "unable to open database file", start_cold, id="folder missing"),
    ],
)
def test_a_file_that_cannot_be_used_at_the_start_is_waited_for(
    world: World, trouble: Trouble, said: str, start: Start, lasts: float, note: Note
) -> None:
    """It says so and stays up: to end would only be answered with a new start."""
    introduced(world, start).kill()
    before = messages(world)
    with trouble(world):
        world.let_runs_end(5, within=1)
        life = start(world.home)
        wait_until_it_says(world, life, said)
        time.sleep(lasts)
        life.require()
        assert messages(world) == before
    note(f"{lasts:g} s, all told {heal(world, life):.1f} s later")
