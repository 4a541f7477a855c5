"""The poller's promise, over histories that hypothesis makes up: what goes wrong after the baseline is told once.

Polls come at any time; requests fail, rows are missing from listings, the bot restarts in between. What the API lists
follows from each execution's history at that moment, so that many a run starts and ends between two polls.
"""

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import CLOCKS_DIFFER_BY
from bot.errors import ApiUnreachable
from bot.store.engine import Database
from tests.doubles import START, FakeClock, an_execution
from tests.services.world import MINUTE, World

READY, RUNNING, COMPLETED, FAILED, CANCELED, _ = ExecutionStatus
HORIZON = 3 * 60


@dataclass(frozen=True, slots=True)
class History:
    """An execution's life. Minutes are counted from the bot's first start, and may lie before it."""

    execution_id: str
    created: int
    waited: int
    ran: int
    outcome: ExecutionStatus

    @property
    def ended_at(self) -> datetime:
        return START + (self.created + self.waited + self.ran) * MINUTE

    def at(self, now: datetime) -> Execution | None:
        """What the API would report then; None before the execution exists."""
        created_at = START + self.created * MINUTE
        started_at = created_at + self.waited * MINUTE
        if now < created_at:
            return None
        if now < started_at:
            return an_execution(self.execution_id, READY, created_at=created_at)
        if now < self.ended_at:
            return an_execution(self.execution_id, RUNNING, created_at=created_at, started_at=started_at)
        return an_execution(
            self.execution_id, self.outcome, created_at=created_at, started_at=started_at, ended_at=self.ended_at
        )


class Trouble(Enum):
    """What goes wrong in a cycle, and which request answers with an error then."""

    NONE = None
    NO_LIST = "workflows"
    NO_EXECUTIONS = "w1"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Cycle:
    """A while passes, then the bot looks. The listing leaves out some rows; asking for some by id fails."""

    after: int
    trouble: Trouble = Trouble.NONE
    unlisted: frozenset[str] = frozenset()
    unanswered: frozenset[str] = frozenset()


IDS = [f"e{number}" for number in range(6)]
MINUTES = st.integers(0, 20)
HISTORIES = st.lists(
    st.builds(
        History,
        st.sampled_from(IDS),
        st.integers(-30, 60),
        MINUTES,
        MINUTES,
        st.sampled_from([COMPLETED, FAILED, CANCELED]),
    ),
    min_size=1,
    max_size=len(IDS),
    unique_by=lambda history: history.execution_id,
)
SOME_IDS = st.frozensets(st.sampled_from(IDS), max_size=3)
CYCLES = st.lists(st.builds(Cycle, MINUTES, st.sampled_from(Trouble), SOME_IDS, SOME_IDS), max_size=8)


def run(world: World, cycle: Cycle, histories: list[History]) -> None:
    world.clock.advance(cycle.after * MINUTE)
    if cycle.trouble is Trouble.RESTART:
        world.start("C1")
    world.source.put(*(execution for history in histories if (execution := history.at(world.clock.now))))
    world.source.unlisted = set(cycle.unlisted)
    failing = {str(cycle.trouble.value), *cycle.unanswered}
    world.source.failures = {request: ApiUnreachable(request) for request in failing}
    world.cycle(timedelta())


@settings(max_examples=40)
@given(HISTORIES, CYCLES)
def test_each_run_that_goes_wrong_after_the_baseline_is_told_exactly_once(
    migrated_file: Path, histories: list[History], cycles: list[Cycle]
) -> None:
    """The baseline is the moment when the watch began, however long the first listing took to succeed. Of what ended
    just before it, some may be told: clocks differ, and the API reports whole seconds."""
    with (
        TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{shutil.copy(migrated_file, Path(folder) / 'bot.db')}")) as database,
    ):
        world = World(database, FakeClock())
        for cycle in cycles:
            run(world, cycle, histories)
        for after in (HORIZON, 1):  # in the end everything is visible, and stays so
            run(world, Cycle(after), histories)
        told = world.alerted()

    bad = [history for history in histories if history.outcome is not COMPLETED]
    ended_after = {history.execution_id for history in bad if history.ended_at > START}
    ended_long_before = {history.execution_id for history in bad if history.ended_at < START - CLOCKS_DIFFER_BY}
    assert len(told) == len(set(told))
    assert ended_after <= set(told)
    assert not ended_long_before & set(told)
