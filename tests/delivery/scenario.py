"""The situation that every schedule starts from: a watch has begun, some runs have just failed, the poll is due."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.model import Execution, ExecutionStatus, Job, Workflow
from bot.services.tell import alert_key
from tests.delivery.bot import CHANNEL, POLL_EVERY, PRODUCT, Design
from tests.delivery.due import is_open, rows_of
from tests.delivery.essence import essence
from tests.delivery.execution import Workbench
from tests.delivery.exploration import Exploration
from tests.delivery.state import State
from tests.doubles import START, FakeSource, an_execution

FAILED = ExecutionStatus.FAILED

JUST_IN_TIME = timedelta(seconds=59)
"""How late Slack may show a message at the latest, for the promise to hold: within the settle time."""

WAITS = frozenset(
    {"look back: after commit 1", "look back: after read", "deliver: after commit 1", "deliver: after send"}
)
"""Where a process is suspended: before and after it waits for Slack, with a claim in its hands."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """So many runs fail: each of a job of its own, or all of one job, and then the others reply to the first.

    `is_exact` takes no two states for the same and tries every step every time.
    """

    name: str
    failed_runs: int
    is_one_job: bool = False
    design: Design = PRODUCT
    late_by: timedelta = JUST_IN_TIME
    freezes_at: frozenset[str] = WAITS
    is_lenient: bool = False
    is_exact: bool = False

    def exploration(self) -> Exploration:
        """From the poll that finds the failures on.

        A restart may find an older copy of the database, from before they were found, or none at all.
        """
        source = FakeSource([Workflow("w1", "orders")])
        workbench = Workbench(self.design, source, self.late_by, is_thorough=self.is_exact)
        empty = workbench.bench.contents()
        watching = _watching(workbench, State(START, empty, ()))
        runs = [self._run(number, watching.now) for number in range(self.failed_runs)]
        source.put(*runs)
        copied = _having(workbench, watching, lambda state: any(True for _ in rows_of(state.contents, "executions")))
        start = State(copied.now + POLL_EVERY, copied.contents, copied.history, copied.process)
        ended_at = start.now - timedelta(seconds=5)
        source.put(*(replace(run, status=FAILED, reported_status=FAILED, ended_at=ended_at) for run in runs))
        workbench.executions = 0
        return Exploration(
            workbench,
            start,
            [alert_key(CHANNEL, run.job_execution_id, FAILED) for run in runs],
            {"an older copy is restored": copied.contents, "the database is gone": empty},
            self._essence,
            self.freezes_at,
            self.is_lenient,
        )

    def _run(self, number: int, started_at: datetime) -> Execution:
        job = Job("job", "load") if self.is_one_job else Job(f"job-{number}", f"load {number}")
        return an_execution(f"run-{number}", job=job, started_at=started_at)

    def _essence(self, state: State) -> Hashable:
        return state if self.is_exact else essence(state, self.design.times.sweep_every)


def _watching(workbench: Workbench, state: State) -> State:
    """The bot has said in the channel that it watches; by that message it will know since when."""
    return _having(
        workbench,
        state,
        lambda state: bool(state.history) and not any(map(is_open, rows_of(state.contents, "outbox"))),
    )


def _having(workbench: Workbench, state: State, is_reached: Callable[[State], bool]) -> State:
    while not is_reached(state):
        state = workbench.execute(state).after
    return state
