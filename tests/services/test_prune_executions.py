"""What ended long ago is forgotten, counted, and no news when it is seen again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from bot.core.model import ExecutionStatus
from bot.services.boot import Boot
from bot.services.poll_workflows import PollWorkflows
from bot.services.prune_executions import PruneExecutions
from bot.services.record_observed import RecordingRules
from bot.store import executions
from bot.store.message_tables import DecisionRow, OutboxRow
from bot.store.tables import DailyCountRow, ExecutionRow, TransitionRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, TIMES, World

KEEP_FOR = timedelta(days=30)
FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED


def prune(world: World) -> int:
    """Returns how many turns it took."""
    pruning = PruneExecutions(world.database, world.clock, KEEP_FOR)
    turns = 0
    while pruning.step():
        turns += 1
    return turns


def count(world: World, table: type) -> int:
    with world.database.snapshot() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def run_some(world: World) -> None:
    world.cycle()
    world.source.put(
        an_ended_execution("e1", FAILED, at=world.clock.now + SECOND),
        an_ended_execution("e2", COMPLETED, at=world.clock.now + 2 * SECOND),
        an_ended_execution("e3", COMPLETED, at=world.clock.now + 3 * SECOND),
        an_execution("open", ExecutionStatus.RUNNING),
    )
    world.cycle()


def test_runs_are_kept_until_their_time_is_over(world_on_each: World) -> None:
    world = world_on_each
    run_some(world)
    world.clock.advance(KEEP_FOR - MINUTE)
    prune(world)
    assert count(world, ExecutionRow) == 4
    world.clock.advance(2 * MINUTE)
    prune(world)
    assert (count(world, ExecutionRow), count(world, TransitionRow), count(world, DecisionRow)) == (1, 1, 0)
    assert count(world, OutboxRow) > 0


def test_how_many_there_were_is_known_for_ever(world_on_each: World) -> None:
    world = world_on_each
    run_some(world)
    world.clock.advance(KEEP_FOR + MINUTE)
    prune(world)
    with world.database.snapshot() as session:
        rows = session.execute(select(DailyCountRow.day, DailyCountRow.status, DailyCountRow.count)).all()
    assert sorted((day, status.value, n) for day, status, n in rows) == [
        (date(2026, 3, 2), "COMPLETED", 2),
        (date(2026, 3, 2), "FAILED", 1),
    ]


def test_what_the_api_still_lists_is_no_news(world: World) -> None:
    run_some(world)
    assert world.alerted() == ["e1"]
    world.clock.advance(KEEP_FOR + MINUTE)
    prune(world)
    boot = Boot(world.clock(), TIMES.settle)
    rules = RecordingRules(MINUTE, keep_for=KEEP_FOR)
    PollWorkflows(world.database, world.source, world.clock, rules, boot).step()
    assert world.alerted() == ["e1"]
    assert count(world, ExecutionRow) == 1


def test_many_are_forgotten_in_small_batches_and_the_file_shrinks(world: World) -> None:
    world.source.put(*(an_ended_execution(f"e{n}", COMPLETED, at=START - n * SECOND) for n in range(1000)))
    world.cycle()
    with world.database.snapshot() as session:
        before = session.execute(text("PRAGMA page_count")).scalar_one()
    world.clock.advance(KEEP_FOR + MINUTE)
    assert prune(world) >= 1000 // 200
    with world.database.snapshot() as session:
        assert session.execute(text("PRAGMA freelist_count")).scalar_one() == 0
        assert session.execute(text("PRAGMA page_count")).scalar_one() < before
        assert executions.newest(session, "w1", None, count=1, skip=0) == []


@pytest.mark.parametrize("turns", [2])
def test_a_turn_without_anything_to_forget_does_nothing(world: World, turns: int) -> None:
    run_some(world)
    assert [prune(world) for _ in range(turns)] == [0] * turns
