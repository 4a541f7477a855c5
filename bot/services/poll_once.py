"""One cycle for a scheduler outside: poll everything now, deliver what can be delivered, and be done."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.find_earlier_watch import FindEarlierWatch
from bot.services.list_workflows import ListWorkflows
from bot.services.look_back import LookBack
from bot.services.poll_workflows import PollWorkflows
from bot.store import outbox, reports, watch, workflows
from bot.store.engine import Database

DELIVER_FOR = timedelta(minutes=2)
LOOK_EVERY = 0.1


OnProgress = Callable[[int, int], None]
"""Is told how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class CycleReport:
    """How the cycle went: workflows polled, those that failed, and messages that still wait. Nothing is polled before
    Slack has told since when we watch: until then it is not `is_settled`."""

    polled: int
    failed: int
    waiting: int
    api_error: str | None
    is_settled: bool

    @property
    def is_clean(self) -> bool:
        return self.is_settled and not (self.failed or self.waiting or self.api_error)


@dataclass(frozen=True, slots=True)
class PollOnce:
    """The cycle. Its steps are those of the worker; `afterwards` are those that follow from what was polled."""

    database: Database
    clock: Clock
    find_earlier_watch: FindEarlierWatch
    list_workflows: ListWorkflows
    poll_workflows: PollWorkflows
    afterwards: Sequence[Callable[[], bool]]
    look_back: LookBack
    deliver_outbox: DeliverOutbox

    def run(self, on_progress: OnProgress) -> CycleReport:
        """List, poll every watched workflow whether due or not, do what else is due, deliver for a while."""
        self.find_earlier_watch.step()
        with self.database.transaction() as session:
            watch.make_listing_due(session, self.clock())
            workflows.make_polls_due(session, self.clock())
        self.list_workflows.step()
        with self.database.snapshot() as session:
            _, watched = reports.most_behind(session, limit=0)
        while self.poll_workflows.finished < watched and (self.poll_workflows.step() or self.poll_workflows.is_reading):
            on_progress(self.poll_workflows.finished, watched)
        for step in self.afterwards:
            while step():
                pass
        self._deliver()
        with self.database.snapshot() as session:
            queue = outbox.state_of_queue(session)
            failed = reports.failing(session)
            api = watch.api_health(session)
            is_settled = watch.is_settled(session)
        waiting = queue.pending + queue.unclear
        return CycleReport(self.poll_workflows.finished, failed, waiting, api.error, is_settled)

    def _deliver(self) -> None:
        """A channel takes one message a second, so the queue may be full and nothing ready for a moment."""
        deadline = time.monotonic() + DELIVER_FOR.total_seconds()
        while time.monotonic() < deadline:
            if self.look_back.step() or self.deliver_outbox.step():
                continue
            with self.database.snapshot() as session:
                ready_at = outbox.next_ready_at(session)
            if ready_at is None or ready_at > self.clock() + timedelta(seconds=deadline - time.monotonic()):
                return
            time.sleep(LOOK_EVERY)
