"""Workflows rest while their last execution date says so, whether it moves at the start of a run or at its end; and
what it does not say is found all the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.hints import Hint
from bot.core.model import Execution, ExecutionStatus
from bot.errors import ApiUnreachable
from bot.services.answers import RestHealth, StatusReport, WorkflowName
from bot.services.boot import Boot
from bot.services.poll_workflows import PollWorkflows
from bot.services.record_observed import RecordingRules
from bot.services.rest import Rest
from bot.store.tables import WorkflowRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, TIMES, World

RUNNING, COMPLETED = ExecutionStatus.RUNNING, ExecutionStatus.COMPLETED
SWEEP = timedelta(minutes=30)
Moves = Callable[[Execution], datetime | None]


def at_start(run: Execution) -> datetime | None:
    return run.started_at


def at_end(run: Execution) -> datetime | None:
    return run.ended_at


def never(_run: Execution) -> datetime | None:
    return None


@dataclass
class Account:
    """Workflow w1 with a poller that lets it rest; `moves` is when its last execution date does."""

    world: World
    moves: Moves

    def __post_init__(self) -> None:
        world = self.world
        boot = Boot(world.clock(), TIMES.settle)
        edge = (world.database, world.source, world.clock)
        self.poller = PollWorkflows(*edge, RecordingRules(MINUTE), boot, rest=Rest(MINUTE, SWEEP))

    def put(self, run: Execution) -> None:
        self.world.source.put(run)
        [workflow] = self.world.source.account
        date = self.moves(run) or workflow.last_execution_at
        self.world.source.account[:] = [replace(workflow, last_execution_at=date)]

    def minutes_until(self, condition: Callable[[], bool], most: int = 60) -> int:
        """How many cycles of a minute it takes."""
        for minute in range(1, most + 1):
            self.cycle()
            if condition():
                return minute
        raise AssertionError("this never happened")

    def cycle(self) -> None:
        self.world.clock.advance(MINUTE)
        self.world.list_workflows()
        while self.poller.step():
            pass

    def polls(self, cycles: int) -> int:
        self.world.source.asked_for.clear()
        for _ in range(cycles):
            self.cycle()
        return self.world.source.asked_for.count("w1")

    @property
    def row(self) -> WorkflowRow:
        with self.world.database.snapshot() as session:
            found = session.scalars(select(WorkflowRow)).one()
            session.expunge(found)
        return found


OLD = an_ended_execution("old", COMPLETED, at=START - 60 * MINUTE)


@pytest.fixture(params=[at_start, at_end], ids=["moves at the start", "moves at the end"])
def account(world: World, request: pytest.FixtureRequest) -> Account:
    account = Account(world, request.param)
    account.put(OLD)
    account.cycle()
    return account


def test_a_workflow_rests_until_its_date_moves_or_the_sweep_comes(account: Account) -> None:
    assert account.polls(cycles=10) == 0
    assert 1 <= account.polls(cycles=60) <= 4


def test_a_run_that_fails_is_told_within_one_cycle_of_its_end(account: Account) -> None:
    account.polls(cycles=3)
    began_at = account.world.clock.now + MINUTE / 2
    account.put(an_execution("e1", RUNNING, started_at=began_at))
    account.polls(cycles=5)
    ended = replace(an_ended_execution("e1", at=account.world.clock.now + MINUTE / 2), started_at=began_at)
    account.put(ended)
    assert account.minutes_until(lambda: account.world.alerted() == ["e1"]) == 1
    account.cycle()
    assert account.polls(cycles=5) == 0


def test_a_run_between_two_lists_is_told(account: Account) -> None:
    account.put(an_ended_execution("e1", at=account.world.clock.now + MINUTE / 2, ran_for=MINUTE / 3))
    assert account.minutes_until(lambda: account.world.alerted() == ["e1"]) == 1


def test_a_workflow_with_a_run_that_has_not_ended_is_polled_each_time(world: World) -> None:
    account = Account(world, at_start)
    account.put(an_execution("e1", RUNNING, started_at=START - MINUTE))
    account.cycle()
    assert account.polls(cycles=5) == 5


@pytest.mark.parametrize("moves", [never], ids=["no date at all"])
def test_without_a_date_it_is_polled_each_time(world: World, moves: Moves) -> None:
    account = Account(world, moves)
    account.put(OLD)
    account.cycle()
    assert account.polls(cycles=5) == 5


def test_a_date_that_no_run_explains_is_no_reason_to_rest(account: Account) -> None:
    """The run may not be in the list of executions yet."""
    [workflow] = account.world.source.account
    account.world.source.account[:] = [replace(workflow, last_execution_at=account.world.clock.now)]
    account.cycle()
    assert account.polls(cycles=5) == 5


def test_what_the_date_did_not_announce_is_found_by_the_sweep_counted_and_remembered(account: Account) -> None:
    account.polls(cycles=2)
    account.world.source.put(an_ended_execution("e1", at=account.world.clock.now, ran_for=MINUTE / 3))
    account.minutes_until(lambda: account.world.alerted() == ["e1"], most=31)
    assert (account.row.hint, account.row.unannounced, account.row.rests_on) == (Hint.WRONG, 1, None)
    assert account.polls(cycles=5) == 5


def test_a_date_that_comes_late_is_not_believed_again(account: Account) -> None:
    account.polls(cycles=2)
    late = an_ended_execution("e1", at=account.world.clock.now, ran_for=MINUTE / 3)
    account.world.source.put(late)
    account.polls(cycles=4)
    account.put(late)
    account.cycle()
    assert account.world.alerted() == ["e1"]
    assert account.row.hint is Hint.WRONG
    assert account.polls(cycles=5) == 5


def test_a_list_that_says_nothing_began_counts_as_a_poll_where_the_date_moves_at_the_start(world: World) -> None:
    account = Account(world, at_start)
    account.put(OLD)
    account.cycle()
    account.polls(cycles=9)
    polled_at = account.row.polled_at
    assert polled_at is not None
    assert account.world.clock.now - polled_at <= 6 * MINUTE


def test_while_the_list_of_workflows_cannot_be_read_each_is_polled(account: Account) -> None:
    account.polls(cycles=3)
    account.world.source.failures = {"workflows": ApiUnreachable("no connection")}
    account.put(an_ended_execution("e1", at=account.world.clock.now + MINUTE / 2, ran_for=MINUTE / 3))
    assert account.minutes_until(lambda: account.world.alerted() == ["e1"]) == 1


def status_of(account: Account) -> StatusReport:
    report = account.world.ask("status")
    assert isinstance(report, StatusReport)
    return report


def test_status_says_who_rests_and_who_is_not_believed(account: Account) -> None:
    account.polls(cycles=10)
    report = status_of(account)
    assert report.rest == RestHealth(resting=1, unannounced=0, disbelieved=())
    assert [health.lag for health in report.workflows] == [timedelta()]

    account.world.source.put(an_ended_execution("e1", at=account.world.clock.now, ran_for=MINUTE / 3))
    account.polls(cycles=31)
    report = status_of(account)
    assert report.rest == RestHealth(0, 1, disbelieved=(WorkflowName("w1", "orders"),))
