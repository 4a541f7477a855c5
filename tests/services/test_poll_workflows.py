"""Polling: what is recorded in one transaction, what survives trouble, and what is looked after."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from bot.core.alerting import Reason, Verdict
from bot.core.model import ExecutionStatus, Job, Workflow
from bot.core.subscribing import Wish
from bot.errors import ApiFailed, ApiMalformed, ApiNotFound, ApiUnreachable, DataFlowError
from bot.services.answers import SkippedRuns, StatusReport, WorkflowName
from bot.services.poll_workflows import LEASE
from bot.store import executions, subscriptions
from bot.store.engine import Database
from bot.store.message_tables import DecisionRow, OutboxRow
from bot.store.tables import ExecutionRow, TransitionRow, WatchRow, WorkflowRow
from tests.doubles import LOAD, START, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus


class Crash(Exception):
    """The process dies here."""


def test_a_baseline_is_remembered_and_silent(world: World) -> None:
    world.source.put(an_ended_execution("old", at=START - MINUTE), an_execution("open", RUNNING))
    world.cycle()

    assert world.alerts() == []
    assert count(world.database, ExecutionRow.id) == 2


def test_a_run_that_fails_after_the_baseline_is_told_with_its_facts(world_on_each: World) -> None:
    world = world_on_each
    world.source.put(an_execution("e1", RUNNING, started_at=START))
    world.cycle()
    ended = an_ended_execution("e1", at=START + 90 * SECOND)
    world.source.put(ended)
    world.cycle()

    ((channel, alert),) = world.alerts()
    assert (channel, alert.workflow_name, alert.execution) == ("C1", "orders", ended)
    assert (alert.seen_at, alert.late_for) == (START + 2 * MINUTE, None)


def test_a_run_that_started_and_failed_between_two_polls_is_told(world: World) -> None:
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + 30 * SECOND, ran_for=SECOND))
    world.cycle()
    assert world.alerted() == ["e1"]


def test_what_failed_while_the_bot_was_down_is_told_and_says_how_late_it_is(world: World) -> None:
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + MINUTE))
    world.start("C1")
    world.cycle(after=timedelta(hours=6))

    ((_, alert),) = world.alerts()
    assert alert.late_for == timedelta(hours=6) - MINUTE


def test_a_restart_repeats_nothing(world: World) -> None:
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    for _ in range(3):
        world.cycle()
        world.start("C1")
    assert world.alerted() == ["e1"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (FAILED, Reason.FAILED),
        (CANCELED, Reason.CANCELED),
        (UNKNOWN, Reason.ENDED_UNKNOWN),
        (COMPLETED, Reason.OUTCOME_NOT_WANTED),
    ],
)
def test_every_end_leaves_a_transition_and_a_decision_with_its_reason(
    world: World, status: ExecutionStatus, reason: Reason
) -> None:
    world.source.put(an_execution("e1", RUNNING))
    world.cycle()
    world.source.put(an_ended_execution("e1", status, at=world.clock.now + SECOND))
    world.cycle()

    (begun, nothing), (end, decision) = transitions(world.database)
    assert (begun.from_status, begun.to_status, nothing) == (None, RUNNING, None)
    assert decision is not None
    assert (end.from_status, end.to_status) == (RUNNING, status)
    assert (end.happened_at, end.seen_at) == (START + MINUTE + SECOND, START + 2 * MINUTE)
    verdict = Verdict.SILENT if status is COMPLETED else Verdict.TELL
    assert (decision.verdict, Reason[decision.reason]) == (verdict, reason)
    assert (decision.outbox_key is not None) is (verdict is Verdict.TELL)


def test_subscriptions_that_share_a_channel_share_the_message(world: World) -> None:
    world.start("C1", "C2")
    add_subscription(world.database, "C1", "orders")
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()

    assert [channel for channel, _ in world.alerts()] == ["C1", "C2"]
    with world.database.snapshot() as session:
        verdicts = session.execute(select(DecisionRow.verdict)).scalars().all()
    assert list(verdicts) == [Verdict.TELL] * 3


def test_an_execution_that_two_workflows_list_stays_with_the_first(world: World) -> None:
    world.source.account.append(Workflow("w2", "customers"))
    world.cycle()
    at = world.clock.now + SECOND
    world.source.put(an_ended_execution("e1", at=at))
    world.cycle()
    world.source.runs["again"] = an_ended_execution("e1", at=at, workflow_id="w2")
    world.source.put(an_ended_execution("e2", at=world.clock.now + SECOND, workflow_id="w2"))
    world.cycle()
    world.cycle()

    assert sorted((alert.workflow_name, alert.execution.job_execution_id) for _, alert in world.alerts()) == [
        ("customers", "e2"),
        ("orders", "e1"),
    ]
    report = world.ask("status")
    assert isinstance(report, StatusReport)
    assert report.skipped == (SkippedRuns(WorkflowName("w2", "customers"), 1),)
    assert {health.error for health in report.workflows} == {None}
    del world.source.runs["again"]
    world.cycle()
    report = world.ask("status")
    assert isinstance(report, StatusReport)
    assert report.skipped == ()


def test_changing_the_channels_changes_who_hears_of_the_next_failure(world: World) -> None:
    world.cycle()
    world.start("C2")
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert [channel for channel, _ in world.alerts()] == ["C2"]


class TestACrash:
    """The process dies while it records a poll."""

    @pytest.mark.parametrize("table", ["executions", "transitions", "decisions", "outbox"])
    def test_leaves_nothing_behind_and_the_next_poll_finds_the_same(self, world: World, table: str) -> None:
        world.cycle()
        world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
        before = rows_written(world.database)
        with crashing_after_insert_into(world.database, table), pytest.raises(Crash):
            world.cycle()

        assert rows_written(world.database) == before
        world.start("C1")
        world.cycle(after=timedelta())
        assert world.alerted() == ["e1"]

    def test_makes_the_poll_anew_after_the_usual_time(self, world: World) -> None:
        world.cycle()
        world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
        with crashing_after_insert_into(world.database, "outbox"), pytest.raises(Crash):
            world.cycle()
        assert not world.poll()
        world.cycle()
        assert world.alerted() == ["e1"]

    def test_does_not_keep_other_workflows_waiting(self, world: World) -> None:
        world.source.account.append(Workflow("w2", "billing"))
        world.cycle()
        world.source.put(
            an_ended_execution("e1", at=world.clock.now + SECOND),
            an_ended_execution("e2", at=world.clock.now + SECOND, workflow_id="w2"),
        )
        with crashing_after_insert_into(world.database, "outbox"), pytest.raises(Crash):
            world.cycle()
        assert world.poll()
        assert len(world.alerted()) == 1
        assert not world.poll()


class TestTheApiFails:
    """An answer that is no answer is a failed poll, never an empty one."""

    @pytest.mark.parametrize(
        "error",
        [ApiUnreachable("no connection"), ApiFailed("list", 500), ApiMalformed("not JSON"), ApiNotFound("list", 404)],
    )
    def test_and_the_next_poll_makes_up_for_it(self, world: World, error: DataFlowError) -> None:
        world.source.put(an_execution("e1", RUNNING))
        world.cycle()
        world.source.failures = {"w1": error}
        world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
        world.cycle()
        assert world.alerts() == []
        assert errors(world.database) == (str(error), str(error))

        world.source.failures = {}
        world.cycle()
        assert world.alerted() == ["e1"]
        assert errors(world.database) == (None, None)

    def test_for_one_workflow_and_the_others_are_polled(self, world: World) -> None:
        world.source.account.append(Workflow("w2", "billing"))
        world.cycle()
        world.source.failures = {"w1": ApiUnreachable("no connection")}
        world.source.put(an_ended_execution("e2", at=world.clock.now + SECOND, workflow_id="w2"))
        world.cycle()
        assert world.alerted() == ["e2"]

    def test_and_is_asked_again_after_an_interval_and_not_before(self, world: World) -> None:
        world.cycle()
        world.source.failures = {"w1": ApiUnreachable("no connection")}
        world.cycle()
        assert not world.poll()
        world.clock.advance(MINUTE)
        assert world.poll()


def test_a_poll_whose_lease_ran_out_writes_nothing(world: World) -> None:
    world.cycle()
    at = world.clock.now + SECOND
    world.source.put(an_ended_execution("e1", at=at))

    def a_slow_request() -> None:
        """Meanwhile somebody else takes over, and records what it finds."""
        world.source.meanwhile = None
        world.clock.advance(LEASE)
        world.source.put(an_ended_execution("e2", at=at))
        assert world.poll_elsewhere()
        world.source.runs.clear()
        world.source.put(an_ended_execution("e3", at=at))

    world.clock.advance(MINUTE)
    world.source.meanwhile = a_slow_request
    assert world.poll()
    assert world.alerted() == ["e1", "e2"]


def test_a_job_that_was_renamed_has_its_new_name_everywhere(world: World) -> None:
    world.source.put(an_ended_execution("e1", COMPLETED, at=START))
    world.cycle()
    world.source.put(an_execution("e2", RUNNING, job=Job(LOAD.job_id, "load to warehouse")))
    world.cycle()
    with world.database.snapshot() as session:
        runs = executions.newest(session, "w1", None, count=10, skip=0)
    assert [(run.job_execution_id, run.job.name) for run in runs] == [
        ("e2", "load to warehouse"),
        ("e1", "load to warehouse"),
    ]


def count(database: Database, column: object) -> int:
    with database.snapshot() as session:
        return int(session.execute(select(func.count(column))).scalar_one())  # type: ignore[arg-type]


def rows_written(database: Database) -> list[int]:
    return [count(database, table.id) for table in (ExecutionRow, TransitionRow, DecisionRow, OutboxRow)]


def transitions(database: Database) -> list[tuple[TransitionRow, DecisionRow | None]]:
    with database.snapshot() as session:
        rows = session.execute(
            select(TransitionRow, DecisionRow)
            .outerjoin(DecisionRow, DecisionRow.transition_key == TransitionRow.id)
            .order_by(TransitionRow.id)
        ).all()
        session.expunge_all()
    return [(row[0], row[1]) for row in rows]


def errors(database: Database) -> tuple[str | None, str | None]:
    """The workflow's and the API's."""
    with database.snapshot() as session:
        poll_error = session.execute(select(WorkflowRow.poll_error)).scalar_one()
        return poll_error, session.execute(select(WatchRow.api_error)).scalar_one()


def add_subscription(database: Database, channel: str, workflows: str) -> None:
    with database.transaction() as session:
        subscriptions.put(session, Wish(channel, workflows), START)


@contextmanager
def crashing_after_insert_into(database: Database, table: str) -> Iterator[None]:
    """Lets an insert reach the database, and then everything ends."""

    def crash(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise Crash

    event.listen(database.engine, "after_cursor_execute", crash)
    yield
    event.remove(database.engine, "after_cursor_execute", crash)
