"""Slack is away for six hours while thousands of runs fail: people get a summary at once, and no flood."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Happening, Limits
from tests.chaos.conftest import Note
from tests.chaos.process import Life, start_cold
from tests.chaos.world import World

pytestmark = pytest.mark.chaos

OUTAGE = timedelta(hours=6)
FAILURES = 5_000
AT_ONCE = 5.0  # seconds
WORKFLOWS = 40
MOST_MESSAGES = 30
REAL_PACE = {
    "CHANNEL_PACE": "1",
    "POLL_INTERVAL": "1",
    "DELIVERY_TIMEOUT": "5",
    "DELIVERY_LEASE": "15",
    "SWEEP_INTERVAL": "300",
}


def go_away(world: World) -> None:
    world.slack.go_down()


def come_back(world: World) -> None:
    world.slack.start()


def refuse_everything(world: World) -> None:
    world.slack.faults.add(Fault(kind=FaultKind.STATUS, status=503))


def accept_again(world: World) -> None:
    world.slack.faults.clear()


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        pytest.param(go_away, come_back, id="unreachable"),
        pytest.param(refuse_everything, accept_again, id="answers 503"),
    ],
)
def test_what_failed_during_an_outage_of_slack_is_summed_up_when_it_is_back(
    tmp_path: Path,
    seed: int,
    note: Note,
    is_long: bool,
    begin: Callable[[World], None],
    end: Callable[[World], None],
) -> None:
    """How soon the summary comes is a promise that is a time: held to in the long form, which has the machine alone."""
    with World(tmp_path, seed, limits=Limits(), settings=REAL_PACE, workflows=WORKFLOWS) as world:
        life = _watching_since(world, OUTAGE + timedelta(hours=1))
        begin(world)
        world.add_failures(FAILURES, over=OUTAGE)
        while world.database.ask("SELECT count(*) FROM outbox WHERE purpose = 'alert'") < FAILURES:
            life.require()
            time.sleep(0.2)
        said, back_at = len(world.slack.log), time.time()
        end(world)
        world.wait_until_all_is_told()
        all_at = time.time()
        assert life.stop() == 0, world.home.last_words()
        assert world.verdict().problems == []
        told = world.slack.log.entries(Happening.APPEARED, since=said)
        summary = next(entry for entry in told if entry.text.startswith("🗂️"))
        first = summary.at - back_at
        took = f"summary after {first:.1f} s (aim: {AT_ONCE:g}), all told after {all_at - back_at:.0f} s"
        note(f"{FAILURES:,} failures, {took}, {len(told)} messages")
        assert first <= AT_ONCE or not is_long
        assert len(told) <= MOST_MESSAGES
        assert not [entry for entry in world.slack.log.entries(Happening.CALLED) if entry.outcome == "ratelimited"]


def _watching_since(world: World, ago: timedelta) -> Life:
    """A bot at work that has watched for so long: the hours before now are its past, not before its time."""
    life = start_cold(world.home)
    world.wait_until(lambda channels: bool(channels.visible))
    life.stop()
    since = int((datetime.now(UTC) - ago).timestamp() * 1000)
    world.database.change(f"UPDATE watch SET since = {since}; UPDATE workflows SET baseline_at = {since};")
    return start_cold(world.home)
