"""What was decided on a workflow lately, also where no run can be asked about."""

from datetime import timedelta

import pytest

from bot.core.alerting import Reason
from bot.core.delivery import DeliveryState
from bot.core.explanation import WorkflowExplanation
from bot.core.model import ExecutionStatus
from bot.core.overdue import BasisKind
from bot.core.rules import Outcome
from bot.core.silence import Silence, SilenceKind
from bot.store import silences
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.test_watch_overdue import DAILY_AT_TEN, DAY, Watch, scheduled
from tests.services.world import MINUTE, SECOND, World

FAILED, RUNNING = ExecutionStatus.FAILED, ExecutionStatus.RUNNING


def why(world: World, typed: str = "orders") -> WorkflowExplanation:
    answer = world.ask(f"why {typed}")
    assert isinstance(answer, WorkflowExplanation)
    return answer


@pytest.fixture
def missed(world: World) -> Watch:
    """A start at ten did not come."""
    watch = Watch(world)
    scheduled(watch, DAILY_AT_TEN)
    watch.cycle(DAY + 20 * MINUTE)
    return watch


@pytest.mark.parametrize("typed", ["w1", "orders", "Orders", "ord"])
def test_a_start_that_did_not_come_is_explained_by_the_workflow(missed: Watch, typed: str) -> None:
    missed.world.deliver_for(2 * SECOND)
    told = why(missed.world, typed)
    (overdue,) = told.overdue
    (decision,) = overdue.decisions
    assert (overdue.outcome, overdue.closed_at, decision.reason) == (
        Outcome.NEVER_STARTED,
        None,
        Reason.NEVER_STARTED,
    )
    assert decision.message
    assert (decision.message.state, decision.message.ref is not None) == (DeliveryState.SENT, True)
    assert told.start
    assert (told.start.due_at, told.start.basis.kind) == (START + DAY, BasisKind.TRIGGER)


def test_its_end_leads_to_the_change_of_the_message(missed: Watch) -> None:
    missed.world.deliver_for(2 * SECOND)
    missed.world.source.put(an_execution("late", RUNNING, created_at=START + DAY + 47 * MINUTE))
    missed.cycle(30 * MINUTE)
    missed.world.deliver_for(5 * SECOND)
    (overdue,) = why(missed.world).overdue
    (change,) = overdue.changes
    message = overdue.decisions[0].message
    assert message
    assert (overdue.closed_at is not None, change.ref) == (True, message.ref)


@pytest.mark.parametrize(
    ("workflow_id", "is_named"), [(None, True), ("w1", True), ("w2", False)], ids=["all", "this one", "another"]
)
def test_the_mutes_that_hold_it_back_are_named(world: World, workflow_id: str | None, is_named: bool) -> None:
    world.cycle()
    with world.database.transaction() as session:
        mute = Silence(0, SilenceKind.MUTE, START, START + timedelta(hours=4), workflow_id=workflow_id)
        silences.add(session, mute, START)
    assert len(why(world).silences) == is_named


def test_the_newest_ends_come_with_what_was_decided(world: World) -> None:
    world.cycle()
    for number in range(7):
        world.source.put(an_ended_execution(f"e{number}", FAILED, at=world.clock.now + SECOND))
        world.cycle()
    told = why(world).ends
    assert [end.job_execution_id for end in told] == ["e6", "e5", "e4", "e3", "e2"]
    assert {decision.reason for end in told for decision in end.step.decisions} == {Reason.FAILED}


def test_who_hears_of_it_is_said(world: World) -> None:
    world.cycle()
    assert [one.channel for one in why(world).subscriptions] == ["C1"]
    world.start()
    assert why(world).subscriptions == ()
