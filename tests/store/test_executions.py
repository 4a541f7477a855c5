"""Executions in the database: what is written is what is read, and each is remembered once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import event, select

from bot.core.model import Execution, ExecutionStatus, Job, Trigger, Workflow
from bot.core.transitions import Change, KnownExecution
from bot.store import executions, recording, workflows
from bot.store.engine import Database
from bot.store.recording import Remembered
from bot.store.tables import ExecutionRow, TriggerRow
from bot.store.workflows import Listed
from tests.doubles import START, an_ended_execution, an_execution

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
MINUTE = timedelta(minutes=1)

FULL = Execution(
    "3tfNLPabcdef",
    "w1",
    Job("job-1", "매출 집계 ☕", timeout_minutes=360, script_path="버킷/집계.py", log_path="버킷/로그/"),
    FAILED,
    "FAILED",
    created_at=START - 3 * MINUTE,
    started_at=START - 2 * MINUTE,
    ended_at=START,
    trigger=Trigger("trigger-1", "매일 10시"),
    waiting_time=36,
    running_time=2**31 - 1,
    executor_num=2,
)
BARE = Execution("bare", "w1", Job("job-2", ""), READY, "READY")
STRANGE = replace(BARE, job_execution_id="strange", status=UNKNOWN, reported_status="ON_HOLD")


@pytest.fixture
def watched(database: Database) -> Database:
    """A database that knows workflow w1, as row 1, and w2, as row 2."""
    with database.transaction() as session:
        listed = [Workflow("w1", "orders"), Workflow("w2", "billing")]
        workflows.record_listing(session, Listed(listed, {"w1", "w2"}), START, START)
    return database


def write(database: Database, *seen: Execution, is_new: bool = True, workflow_key: int = 1) -> dict[str, int]:
    changes = [Change(execution, is_new, None) for execution in seen]
    with database.transaction() as session:
        recording.write(session, {workflow_key: changes}, START)
        return recording.keys_of(session, [execution.job_execution_id for execution in seen])


def newest(
    database: Database, status: ExecutionStatus | None = None, *, count: int = 10, skip: int = 0
) -> Sequence[Execution]:
    with database.snapshot() as session:
        return executions.newest(session, "w1", status, count=count, skip=skip)


@pytest.mark.parametrize("execution", [FULL, BARE, STRANGE], ids=lambda execution: execution.job_execution_id)
def test_what_is_written_is_what_is_read(watched: Database, execution: Execution) -> None:
    write(watched, execution)
    assert newest(watched) == [execution]


def test_a_change_replaces_what_was_known(watched: Database) -> None:
    (key,) = write(watched, replace(FULL, status=RUNNING, reported_status="RUNNING", ended_at=None)).values()
    changed = replace(FULL, trigger=Trigger("trigger-1", "매시"), job=replace(FULL.job, name="집계"))
    assert write(watched, changed, is_new=False) == {FULL.job_execution_id: key}
    assert newest(watched) == [changed]


def test_every_execution_gets_the_key_of_its_own_row(watched: Database) -> None:
    seen = [an_execution(f"e{number}", created_at=START - number * MINUTE) for number in range(30)]
    keys = write(watched, *seen)
    with watched.snapshot() as session:
        rows = session.execute(select(ExecutionRow.job_execution_id, ExecutionRow.id)).all()
        assert keys == dict(rows)


def test_as_much_is_known_as_it_takes_to_notice_a_change(watched: Database) -> None:
    keys = write(watched, FULL, BARE) | write(watched, an_execution("elsewhere"), workflow_key=2)
    with watched.snapshot() as session:
        known = recording.known(session, [FULL.job_execution_id, "bare", "elsewhere", "unheard-of"])
    assert known == {
        FULL.job_execution_id: Remembered(
            keys[FULL.job_execution_id], 1, KnownExecution(FAILED, FULL.started_at, FULL.ended_at)
        ),
        "bare": Remembered(keys["bare"], 1, KnownExecution(READY, None, None)),
        "elsewhere": Remembered(keys["elsewhere"], 2, KnownExecution(RUNNING, None, None)),
    }


def test_what_is_open_is_known_with_its_job_until_it_ends_or_is_lost(watched: Database) -> None:
    write(watched, FULL, BARE, STRANGE, an_execution("lost"), an_execution("ends"))
    write(watched, an_ended_execution("ends"), is_new=False)
    with watched.transaction() as session:
        executions.mark_lost(session, ["lost"], START)
    with watched.snapshot() as session:
        assert executions.still_open(session, [1]) == {1: {"bare": "job-2", "strange": "job-2"}}
        assert recording.known(session, ["lost"])["lost"].state.is_lost


def test_a_lost_execution_that_comes_back_is_lost_no_longer(watched: Database) -> None:
    write(watched, BARE)
    with watched.transaction() as session:
        executions.mark_lost(session, ["bare"], START)
    write(watched, BARE, is_new=False)
    with watched.snapshot() as session:
        assert executions.still_open(session, [1, 2]) == {1: {"bare": "job-2"}}


class TestTheNewestRuns:
    """A page of `runs`."""

    @pytest.fixture
    def busy(self, watched: Database) -> Database:
        seen = [
            an_execution("created", RUNNING, created_at=START - MINUTE, started_at=START + MINUTE),
            an_execution("started", RUNNING, started_at=START - 2 * MINUTE),
            an_execution("ended", FAILED, ended_at=START - 3 * MINUTE),
            an_ended_execution("failed", FAILED, at=START - 4 * MINUTE, ran_for=MINUTE),
            an_execution("dateless", RUNNING),
        ]
        write(watched, *seen)
        write(watched, an_execution("elsewhere", created_at=START), workflow_key=2)
        return watched

    def test_are_ordered_by_the_earliest_time_that_is_known(self, busy: Database) -> None:
        assert ids(newest(busy)) == ["dateless", "created", "started", "ended", "failed"]

    @pytest.mark.parametrize(
        ("status", "count", "skip", "expected"),
        [
            (None, 2, 0, ["dateless", "created"]),
            (None, 2, 2, ["started", "ended"]),
            (None, 2, 4, ["failed"]),
            (None, 2, 6, []),
            (FAILED, 10, 0, ["ended", "failed"]),
            (FAILED, 1, 1, ["failed"]),
            (CANCELED, 10, 0, []),
        ],
    )
    def test_come_in_pages_and_by_status(
        self, busy: Database, status: ExecutionStatus | None, count: int, skip: int, expected: list[str]
    ) -> None:
        assert ids(newest(busy, status, count=count, skip=skip)) == expected

    def test_keep_their_order_when_a_run_moves_on(self, busy: Database) -> None:
        """Else a row would jump between pages while somebody turns them."""
        write(busy, an_execution("dateless", RUNNING, started_at=START - 9 * MINUTE), is_new=False)
        assert ids(newest(busy))[0] == "dateless"


def test_a_trigger_that_two_polls_find_at_once_is_added_once(watched: Database) -> None:
    """Two workflows may share a trigger; on PostgreSQL two processes may poll them at the same moment."""
    first, second = (replace(FULL, job_execution_id=f"e{number}") for number in (1, 2))
    other_began = Event()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "triggers" in statement:
            other_began.set()

    with ThreadPoolExecutor(1) as pool:
        with watched.transaction() as session:
            recording.write(session, {1: [Change(first, True, None)]}, START)
            event.listen(watched.engine, "after_cursor_execute", note)
            other = pool.submit(write, watched, second, workflow_key=2)
            if not watched.is_sqlite:  # where a second writer waits to begin
                other_began.wait()
        assert set(other.result()) == {"e2"}
    with watched.snapshot() as session:
        assert session.scalars(select(TriggerRow.name)).all() == ["매일 10시"]


def ids(runs: Sequence[Execution]) -> list[str]:
    return [run.job_execution_id for run in runs]
