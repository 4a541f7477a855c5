"""Open executions that left the list, as old ones may while they run: they are asked for one by one."""

import pytest
from sqlalchemy import select

from bot.core.model import ExecutionStatus
from bot.errors import ApiFailed, ApiMalformed, ApiUnreachable, DataFlowError
from bot.services.read_workflow import LOOKED_AFTER_PER_POLL
from bot.store.tables import ExecutionRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

RUNNING = ExecutionStatus.RUNNING


def test_an_open_execution_that_left_the_list_is_looked_after_until_it_ends(world: World) -> None:
    world.source.put(an_execution("e1", RUNNING))
    world.cycle()
    world.source.unlisted = {"e1"}
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e1"]

    world.source.asked_for.clear()
    world.cycle()
    assert "e1" not in world.source.asked_for


def test_one_is_lost_when_the_api_no_longer_knows_it(world: World) -> None:
    world.source.put(an_execution("e1", RUNNING))
    world.cycle()
    del world.source.runs["e1"]
    world.cycle()
    world.source.asked_for.clear()
    world.cycle()

    assert "e1" not in world.source.asked_for
    assert world.alerts() == []
    with world.database.snapshot() as session:
        assert session.execute(select(ExecutionRow.lost_at)).scalar_one() == START + 2 * MINUTE


def test_a_lost_one_is_found_again_when_it_comes_back_still_running(world: World) -> None:
    """It may leave the list a second time: then it is looked after like any other."""
    running = an_execution("e1", RUNNING)
    world.source.put(running)
    world.cycle()
    del world.source.runs["e1"]
    world.cycle()
    world.source.put(running)
    world.cycle()

    world.source.unlisted = {"e1"}
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e1"]


@pytest.mark.parametrize("error", [ApiFailed("execution e1", 500), ApiMalformed("cut"), ApiUnreachable("timeout")])
def test_one_that_cannot_be_read_does_not_cost_the_others_their_alerts(world: World, error: DataFlowError) -> None:
    world.source.put(an_execution("e1", RUNNING), an_execution("e2", RUNNING))
    world.cycle()
    world.source.unlisted = {"e1"}
    world.source.failures = {"e1": error}
    world.source.put(an_ended_execution("e2", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e2"]

    world.source.failures = {}
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e2", "e1"]


def test_the_others_are_not_asked_for_while_the_api_does_not_answer_at_all(world: World) -> None:
    """Each such request takes its full time-out; twenty of them outlast the lease of the poll."""
    ids = [f"e{number}" for number in range(5)]
    world.source.put(*(an_execution(execution_id, RUNNING) for execution_id in ids))
    world.cycle()
    world.source.unlisted = set(ids)
    world.source.failures = {execution_id: ApiUnreachable("time-out") for execution_id in ids}
    world.source.asked_for.clear()
    world.cycle()
    assert len(set(world.source.asked_for) & set(ids)) == 1


def test_each_has_its_turn_when_there_are_more_than_one_poll_looks_after(world: World) -> None:
    ids = [f"e{number:02}" for number in range(2 * LOOKED_AFTER_PER_POLL + 1)]
    world.source.put(*(an_execution(execution_id, RUNNING) for execution_id in ids))
    world.cycle()
    world.source.unlisted = set(ids)
    world.source.asked_for.clear()
    for _ in ids:
        world.cycle()
    assert set(ids) <= set(world.source.asked_for)
