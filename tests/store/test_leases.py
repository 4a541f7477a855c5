"""Claims of due work: each row goes to one worker at a time, and only its present holder may write."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert, select, text

from bot.core.model import TriggerRule
from bot.store.engine import Database
from bot.store.leases import Claim, claim_due, finish, release_all
from bot.store.tables import WorkflowRow
from tests.doubles import START

LEASE = timedelta(minutes=2)
SECOND = timedelta(seconds=1)
WORKERS = 4


def add_workflows(database: Database, count: int) -> None:
    """The earlier in the list, the longer due."""
    rows = [
        {
            "workflow_id": f"w{number}",
            "name": f"w{number}",
            "trigger_rule": TriggerRule.NONE,
            "is_watched": True,
            "is_listed": True,
            "baseline_at": START,
            "due_at": START - (count - number) * SECOND,
        }
        for number in range(count)
    ]
    with database.transaction() as session:
        session.execute(insert(WorkflowRow), rows)


def claim(database: Database, after: timedelta = timedelta()) -> Claim | None:
    with database.transaction() as session:
        return claim_due(session, WorkflowRow, START + after, LEASE)


def finish_claim(database: Database, claimed: Claim, name: str) -> bool:
    with database.transaction() as session:
        return finish(session, WorkflowRow, claimed, due_at=START + timedelta(hours=1), name=name)


def test_workers_at_once_never_take_the_same_row(database: Database) -> None:
    add_workflows(database, 50)
    together = Barrier(WORKERS)

    def work(_: int) -> list[int]:
        together.wait()
        taken = []
        while claimed := claim(database):
            taken.append(claimed.id)
        return taken

    with ThreadPoolExecutor(WORKERS) as pool:
        taken = Counter(row for rows in pool.map(work, range(WORKERS)) for row in rows)
    assert len(taken) == 50
    assert set(taken.values()) == {1}


def test_what_has_been_due_longest_comes_first(database: Database) -> None:
    add_workflows(database, 3)
    assert [claimed.id for _ in range(3) if (claimed := claim(database))] == [1, 2, 3]
    assert claim(database) is None


def test_what_is_not_due_yet_is_left_alone(database: Database) -> None:
    add_workflows(database, 1)
    assert claim(database, -2 * SECOND) is None
    assert claim(database) is not None


@pytest.mark.parametrize(("after", "is_free"), [(LEASE - SECOND, False), (LEASE, True)])
def test_a_row_whose_holder_died_is_free_when_the_lease_ends(
    database: Database, after: timedelta, is_free: bool
) -> None:
    add_workflows(database, 1)
    assert claim(database) is not None
    assert (claim(database, after) is not None) is is_free


def test_a_holder_whose_lease_ran_out_cannot_overwrite_its_successor(database: Database) -> None:
    add_workflows(database, 1)
    slow = claim(database)
    successor = claim(database, LEASE)
    assert slow is not None
    assert successor is not None

    assert not finish_claim(database, slow, "slow")
    assert finish_claim(database, successor, "successor")
    with database.snapshot() as session:
        assert session.execute(select(WorkflowRow.name, WorkflowRow.lease_until)).one() == ("successor", None)


def test_a_late_holder_may_still_finish_while_nobody_took_over(database: Database) -> None:
    add_workflows(database, 1)
    slow = claim(database)
    assert slow is not None
    assert finish_claim(database, slow, "late")


def test_a_row_that_another_process_is_just_claiming_is_not_waited_for(postgresql: Database) -> None:
    add_workflows(postgresql, 2)
    with postgresql.transaction() as slow, postgresql.transaction() as quick:
        first = claim_due(slow, WorkflowRow, START, LEASE)
        quick.execute(text("SET LOCAL lock_timeout = '1ms'"))
        second = claim_due(quick, WorkflowRow, START, LEASE)
    assert (first, second) == (Claim(1, 1), Claim(2, 1))


def test_a_claim_takes_one_row_however_the_planner_joins(database: Database) -> None:
    """PostgreSQL may run a sub-select in an IN once per row; each time, SKIP LOCKED hands out another one."""
    add_workflows(database, 3)
    with database.transaction() as session:
        if not database.is_sqlite:
            for way in ("material", "hashjoin", "mergejoin", "hashagg", "sort", "indexscan", "bitmapscan"):
                session.execute(text(f"SET LOCAL enable_{way} = off"))
        assert claim_due(session, WorkflowRow, START, LEASE) == Claim(1, 1)


def test_a_released_row_is_due_again_and_its_holder_may_still_write_unless_it_was_taken_over(
    database: Database,
) -> None:
    add_workflows(database, 2)
    taken_over, kept = claim(database), claim(database)
    assert taken_over is not None
    assert kept is not None
    with database.transaction() as session:
        release_all(session)
    again = claim(database)
    assert again == Claim(taken_over.id, taken_over.token + 1)
    assert not finish_claim(database, taken_over, "late")
    assert finish_claim(database, kept, "in time")
