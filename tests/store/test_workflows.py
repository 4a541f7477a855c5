"""The list of workflows: what is watched, since when, and what happens to those that come and go."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.model import TriggerRule, Workflow
from bot.core.transitions import Watch
from bot.store import reports, workflows
from bot.store.engine import Database
from bot.store.leases import Claim
from bot.store.tables import WorkflowRow
from bot.store.workflows import GoodPoll, Listed
from tests.doubles import START

MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)
ORDERS = Workflow("w1", "orders", TriggerRule.RECURRING, last_execution_at=START - MINUTE)
BILLING = Workflow("w2", "정산 - 매일")


def record(database: Database, *listed: Workflow, watched: set[str], at: datetime = START) -> None:
    with database.transaction() as session:
        workflows.record_listing(session, Listed(listed, watched), at, at)


def row(database: Database, workflow_id: str = "w1") -> WorkflowRow:
    with database.snapshot() as session:
        found = session.scalars(select(WorkflowRow).where(WorkflowRow.workflow_id == workflow_id)).one()
        session.expunge(found)
    return found


def claim(database: Database, at: datetime) -> Claim | None:
    with database.transaction() as session:
        return next((claim for claim, _ in workflows.claim_polls(session, at, LEASE, 1)), None)


def poll(database: Database, at: datetime) -> Watch:
    """A good poll; returns what the workflow's watch was when it began."""
    with database.transaction() as session:
        [(claimed, watched)] = workflows.claim_polls(session, at, LEASE, 1)
        assert workflows.finish_polls(session, [GoodPoll(claimed, at + MINUTE, skipped=2)], at) == {claimed}
    return watched.watch


def test_a_workflow_seen_for_the_first_time_has_its_baseline_and_is_due_at_once(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    assert poll(database, START) == Watch(START, is_first_look=True)
    assert poll(database, START + MINUTE) == Watch(START, is_first_look=False)


def test_being_due_does_not_wait_for_the_apis_clock(database: Database) -> None:
    with database.transaction() as session:
        workflows.record_listing(session, Listed([ORDERS], {"w1"}), START, baseline_at=START + 3 * MINUTE)
    assert poll(database, START).baseline_at == START + 3 * MINUTE


def test_a_workflow_takes_over_its_new_name(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    renamed = replace(ORDERS, name="orders-hourly", last_execution_at=START, trigger_rule=TriggerRule.NONE)
    record(database, renamed, watched={"w1"}, at=START + MINUTE)

    found = row(database)
    assert (found.name, found.last_execution_at, found.trigger_rule) == ("orders-hourly", START, TriggerRule.NONE)
    assert (found.baseline_at, found.due_at) == (START, START)


def test_a_workflow_that_vanished_is_not_polled_and_keeps_its_baseline_when_it_returns(database: Database) -> None:
    """What failed meanwhile is told: it was watched before and is watched again, nobody asked for silence."""
    record(database, ORDERS, watched={"w1"})
    poll(database, START)
    record(database, watched=set(), at=START + MINUTE)
    assert claim(database, START + 5 * MINUTE) is None

    record(database, ORDERS, watched={"w1"}, at=START + 5 * MINUTE)
    assert poll(database, START + 5 * MINUTE) == Watch(START, is_first_look=False)


def test_a_workflow_that_is_watched_again_has_a_new_baseline(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    poll(database, START)
    record(database, ORDERS, watched=set(), at=START + MINUTE)
    assert claim(database, START + 5 * MINUTE) is None

    record(database, ORDERS, watched={"w1"}, at=START + 5 * MINUTE)
    assert poll(database, START + 5 * MINUTE) == Watch(START + 5 * MINUTE, is_first_look=True)


def test_a_workflow_that_was_watched_all_along_keeps_its_turn(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    poll(database, START)
    for minutes in range(1, 4):
        record(database, ORDERS, watched={"w1"}, at=START + minutes * MINUTE / 4)
    assert claim(database, START + MINUTE - timedelta(milliseconds=1)) is None
    assert claim(database, START + MINUTE) is not None


def test_only_the_wanted_are_watched_and_all_are_known_by_name(database: Database) -> None:
    record(database, ORDERS, BILLING, watched={"w2"})
    with database.snapshot() as session:
        assert workflows.names(session) == [("w1", "orders"), ("w2", "정산 - 매일")]
        assert [found.name for found in reports.overview(session, None, 10)[0]] == ["정산 - 매일"]


@pytest.mark.parametrize(("workflow_id", "name"), [("w2", "정산 - 매일"), ("never heard of", "never heard of")])
def test_a_workflow_without_a_name_is_called_by_its_id(database: Database, workflow_id: str, name: str) -> None:
    record(database, ORDERS, BILLING, watched=set())
    with database.snapshot() as session:
        assert workflows.name_of(session, workflow_id) == name


def test_a_good_poll_clears_the_error_of_the_last_one(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    with database.transaction() as session:
        [(claimed, _)] = workflows.claim_polls(session, START, LEASE, 1)
        assert workflows.fail_poll(session, claimed, START + MINUTE, "no connection")
    failed = row(database)
    assert (failed.poll_error, failed.polled_at, failed.looked_at) == ("no connection", None, None)

    poll(database, START + MINUTE)
    good = row(database)
    assert (good.poll_error, good.polled_at, good.looked_at) == (None, START + MINUTE, START + MINUTE)
    assert (good.skipped, good.due_at) == (2, START + 2 * MINUTE)


def test_the_first_look_is_remembered_once(database: Database) -> None:
    record(database, ORDERS, watched={"w1"})
    for minutes in range(3):
        poll(database, START + minutes * MINUTE)
    found = row(database)
    assert (found.looked_at, found.polled_at) == (START, START + 2 * MINUTE)


class TestTheOverview:
    """What `workflows` and `status` show of many workflows."""

    @pytest.fixture
    def many(self, database: Database) -> Database:
        record(
            database,
            *(Workflow(f"w{number}", name) for number, name in enumerate(["b_100%", "A-100", "c", "gone"])),
            watched={"w0", "w1", "w2", "w3"},
        )
        record(
            database,
            *(Workflow(f"w{number}", name) for number, name in enumerate(["b_100%", "A-100", "c"])),
            watched={"w0", "w1", "w2"},
        )
        return database

    @pytest.mark.parametrize(
        ("search", "names"),
        [
            (None, ["A-100", "b_100%", "c"]),
            ("a", ["A-100"]),
            ("100", ["A-100", "b_100%"]),
            ("100%", ["b_100%"]),
            ("_", ["b_100%"]),
            ("W2", ["c"]),
            ("gone", []),
        ],
    )
    def test_is_by_name_and_takes_a_search_literally(
        self, many: Database, search: str | None, names: list[str]
    ) -> None:
        with many.snapshot() as session:
            found, total = reports.overview(session, search, 10)
        assert ([workflow.name for workflow in found], total) == (names, len(names))

    def test_counts_those_that_do_not_fit(self, many: Database) -> None:
        with many.snapshot() as session:
            found, total = reports.overview(session, None, 1)
        assert ([workflow.name for workflow in found], total) == (["A-100"], 3)

    def test_shows_those_most_behind_first(self, many: Database) -> None:
        for minutes in (1, 2):
            poll(many, START + minutes * MINUTE)
        with many.snapshot() as session:
            behind, watched = reports.most_behind(session, 2)
        assert [state.name for state in behind] == ["c", "b_100%"]
        assert watched == 3


def test_so_many_polls_are_claimed_at_once_and_each_once(database: Database) -> None:
    record(database, ORDERS, BILLING, watched={"w1", "w2"})
    with database.transaction() as session:
        first = workflows.claim_polls(session, START, LEASE, 1)
        rest = workflows.claim_polls(session, START, LEASE, 10)
        assert {watched.workflow_id for _, watched in first + rest} == {"w1", "w2"}
        assert workflows.claim_polls(session, START, LEASE, 10) == []


def test_of_polls_that_end_together_one_whose_lease_was_taken_over_writes_nothing(database: Database) -> None:
    record(database, ORDERS, BILLING, watched={"w1", "w2"})
    with database.transaction() as session:
        slow, good = (claim for claim, _ in workflows.claim_polls(session, START, LEASE, 2))
        workflows.claim_polls(session, START + LEASE, LEASE, 1)
        taken = {slow, good} - {Claim(row.id, row.token) for row in session.scalars(select(WorkflowRow))}
        polls = [GoodPoll(claim, START + MINUTE, skipped=0) for claim in (slow, good)]
        assert workflows.finish_polls(session, polls, START) == {slow, good} - taken
        assert len(taken) == 1
