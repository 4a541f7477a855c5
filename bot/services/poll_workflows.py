"""Polls workflows, several at a time: claims those that are due, has them read, and has what happened recorded."""

import logging
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from bot.clock import Clock
from bot.core.transitions import Transition
from bot.errors import DataFlowError
from bot.services.boot import Boot
from bot.services.pictures import Pictures
from bot.services.ports import ExecutionSource
from bot.services.read_workflow import Answers, Poll, read_workflow
from bot.services.record_observed import Reading, RecordingRules, record_observed
from bot.services.rest import Rest
from bot.store import executions, watch, workflows
from bot.store.engine import Database, Session
from bot.store.leases import Claim
from bot.store.workflows import GoodPoll, WatchedWorkflow

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")
Read = tuple[Poll, Answers | DataFlowError]

POLLS_PER_WORKER = 8
LEASE = timedelta(minutes=5)
"""Longer than so many polls take of which none is answered."""
SHOWN = 5
NEWS_AT_ONCE, ROWS_AT_ONCE = 16, 4_000
GATHER_FOR = timedelta(milliseconds=50)
"""How long a turn waits for answers, to record them together: a commit costs more than most of what is in it."""


class AtOnce(Executor):
    """Does what it is asked at once, in the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads the API: `pool`, with at most so many workflows claimed at once."""

    pool: Executor = field(default_factory=AtOnce)
    most_at_once: int = 1


@dataclass(frozen=True, slots=True)
class Recorded:
    """Polls that were recorded while their claims held, and those of them of which nothing had to be left out: what
    was left out is to be news again."""

    in_time: Set[Claim] = frozenset()
    whole: Set[Claim] = frozenset()


@dataclass(slots=True)
class PollWorkflows:
    """The step that polls. `finished` counts the polls that were made, good or failed."""

    database: Database
    source: ExecutionSource
    clock: Clock
    rules: RecordingRules
    boot: Boot
    readers: Readers = field(default_factory=Readers)
    rest: Rest | None = None
    finished: int = 0
    _pictures: Pictures = field(default_factory=Pictures)
    _read_since_boot: set[int] = field(default_factory=set)
    _ours: set[Claim] = field(default_factory=set)
    _under_way: dict[Future[Answers | DataFlowError], Poll] = field(default_factory=dict)
    _suspects: list[Read] = field(default_factory=list)

    @property
    def is_reading(self) -> bool:
        """Whether answers are being waited for."""
        return bool(self._under_way)

    def step(self) -> bool:
        """One turn; returns whether there was anything to do.

        1. Claim the workflows that have been due longest, so that of several processes one polls each.
        2. Have the API read, outside any transaction. One that is slow is left for a later turn.
        3. Of those that were read, in one transaction: what changed, the transitions, the decisions and the messages
           they lead to. Where that fails, each is tried again alone, so that a bad one stops no other.
        """
        if self._suspects:
            self._record([self._suspects.pop()])
            return True
        claimed = self._claim()
        for poll in claimed:
            self._under_way[self.readers.pool.submit(read_workflow, self.source, poll)] = poll
        batch = self._gather()
        if batch:
            self._suspects = batch if len(batch) > 1 else []
            self._record(batch)
            self._suspects = []
        return bool(claimed or batch)

    def _claim(self) -> list[Poll]:
        """Take what is due. A poll of ours that could not be written down, on a full disk for example, is made again
        after the usual time, neither at once, which would keep the others waiting, nor when its lease ends."""
        now = self.clock()
        under_way = {poll.claim for poll in self._under_way.values()}
        with self.database.transaction() as session:
            for lost in self._ours - under_way:
                again_at = now + self.rules.poll_every
                workflows.fail_poll(session, lost, again_at, "the last poll could not be stored")
            claimed = workflows.claim_polls(session, now, LEASE, self.readers.most_at_once - len(under_way))
            unended = executions.still_open(session, [claim.id for claim, _ in claimed]) if claimed else {}
        self._ours = under_way | {claim for claim, _ in claimed}
        return [
            Poll(
                claim,
                workflow,
                unended=unended.get(claim.id, {}),
                last=None if workflow.watch.is_first_look else self._pictures.before(claim),
            )
            for claim, workflow in claimed
        ]

    def _gather(self) -> list[Read]:
        """What was read, in the order in which it was asked for; of news only so much, since others wait for the
        transaction that records it."""
        if sum(map(Future.done, self._under_way)) < NEWS_AT_ONCE:
            wait(self._under_way, GATHER_FOR.total_seconds())
        batch: list[Read] = []
        room, rows = NEWS_AT_ONCE, 0
        for future in [future for future in self._under_way if future.done()]:
            answers = future.result()
            has_news = not isinstance(answers, DataFlowError) and answers.has_news
            if has_news and (not room or rows >= ROWS_AT_ONCE):
                continue
            room -= has_news
            rows += 0 if isinstance(answers, DataFlowError) else len(answers.executions)
            batch.append((self._under_way.pop(future), answers))
        return batch

    def _record(self, batch: Sequence[Read]) -> None:
        now = self.clock()
        failed = [(poll, answers) for poll, answers in batch if isinstance(answers, DataFlowError)]
        answered = [(poll, answers) for poll, answers in batch if not isinstance(answers, DataFlowError)]
        with self.database.transaction() as session:
            for poll, error in failed:
                self._record_failure(session, poll, error, now)
            recorded = self._record_answers(session, answered, now) if answered else Recorded()
        for poll, _ in failed:
            self._pictures.keep(poll.claim, poll.last)
        for poll, answers in answered:
            self._pictures.keep(poll.claim, answers.picture if poll.claim in recorded.whole else None)
        self._read_since_boot.update(claim.id for claim in recorded.in_time)
        self._ours.difference_update(poll.claim for poll, _ in batch)
        self.finished += len(batch)

    def _record_answers(self, session: Session, answered: Sequence[tuple[Poll, Answers]], now: datetime) -> Recorded:
        due_at = now + self.rules.poll_every
        good = [GoodPoll(poll.claim, due_at, answers.picture.skipped) for poll, answers in answered]
        in_time = workflows.finish_polls(session, good, now)
        for late in (poll for poll, _ in answered if poll.claim not in in_time):
            log.warning("the poll of %s took longer than its lease; it is left out", late.workflow.workflow_id)
        kept = [(poll, answers) for poll, answers in answered if poll.claim in in_time]
        left_out, happened = self._record_news(session, [one for one in kept if one[1].has_news], now)
        whole = {poll.claim for poll, _ in kept if poll.workflow.key not in left_out}
        if self.rest:
            keys = [poll.workflow.key for poll, _ in kept if poll.workflow.key not in left_out]
            self.rest.settle(session, {key: happened.get(key, ()) for key in keys}, now)
        watch.note_answer(session, now)
        return Recorded(in_time, whole)

    def _record_news(
        self, session: Session, news: Sequence[tuple[Poll, Answers]], now: datetime
    ) -> tuple[Set[int], Mapping[int, Sequence[Transition]]]:
        """The workflows of which something had to be left out, and what happened in each, by key."""
        readings = [
            Reading(poll.workflow, answers.executions, self._unclear_until(poll.workflow)) for poll, answers in news
        ]
        observed = record_observed(session, readings, now, self.rules)
        incomplete = set()
        for (poll, answers), one in zip(news, observed, strict=True):
            if one.left_out:
                incomplete.add(poll.workflow.key)
                skipped = answers.picture.skipped + len(one.left_out)
                workflows.note_skipped(session, poll.workflow.key, skipped)
                name = poll.workflow.workflow_id
                log.warning("workflow %s: executions of another workflow: %s", name, one.left_out[:SHOWN])
        executions.mark_lost(session, [lost for _, answers in news for lost in answers.lost], now)
        happened = {poll.workflow.key: one.transitions for (poll, _), one in zip(news, observed, strict=True)}
        return incomplete, happened

    def _unclear_until(self, workflow: WatchedWorkflow) -> datetime | None:
        """An earlier process may have told what the first reading since the start shows."""
        return None if workflow.key in self._read_since_boot else self.boot.unclear_until

    def _record_failure(self, session: Session, poll: Poll, error: DataFlowError, now: datetime) -> None:
        log.warning("could not poll workflow %s: %s", poll.workflow.workflow_id, error)
        workflows.fail_poll(session, poll.claim, now + self.rules.poll_every, str(error))
        watch.note_failure(session, str(error), now)
