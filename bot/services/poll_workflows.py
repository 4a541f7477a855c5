"""Polls one workflow at a time: reads its executions and has what happened recorded."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Clock
from bot.core.model import Execution
from bot.errors import ApiNotFound, ApiThrottled, ApiUnreachable, DataFlowError
from bot.services.boot import Boot
from bot.services.ports import ExecutionSource
from bot.services.record_observed import Reading, RecordingRules, record_observed
from bot.store import executions, watch, workflows
from bot.store.engine import Database
from bot.store.leases import Claim
from bot.store.workflows import WatchedWorkflow

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
LOOKED_AFTER_PER_POLL = 20
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """What the API said about a workflow: its executions, those it no longer knows, how many were unreadable."""

    executions: Sequence[Execution]
    lost: Sequence[str]
    skipped: int


@dataclass(frozen=True, slots=True)
class PollWorkflows:
    """The step that polls."""

    database: Database
    source: ExecutionSource
    clock: Clock
    rules: RecordingRules
    boot: Boot
    _read_since_boot: set[int] = field(default_factory=set)
    _unfinished: set[Claim] = field(default_factory=set)

    def step(self) -> bool:
        """Poll the workflow that has been due longest; returns whether there was one.

        1. Claim it, so that of several processes one polls it.
        2. Read the API, outside any transaction.
        3. In one transaction: what changed, the transitions, the decisions and the messages they lead to.
        """
        claimed = self._claim()
        if claimed is None:
            return False
        claim, workflow = claimed
        self._unfinished.add(claim)
        try:
            answers = self._read(workflow, turn=claim.token)
        except DataFlowError as error:
            self._record_failure(workflow, claim, error)
        else:
            self._record(workflow, claim, answers)
        self._unfinished.discard(claim)
        return True

    def _claim(self) -> tuple[Claim, WatchedWorkflow] | None:
        """Take what is due. A poll of ours that could not be written down, on a full disk for example, is made again
        after the usual time, neither at once, which would keep the others waiting, nor when its lease ends."""
        now = self.clock()
        with self.database.transaction() as session:
            for unfinished in self._unfinished:
                workflows.fail_poll(
                    session, unfinished, now + self.rules.poll_every, "the last poll could not be stored"
                )
            claim = workflows.claim_poll(session, now, LEASE)
            claimed = (claim, workflows.watched(session, claim.id)) if claim else None
        self._unfinished.clear()
        return claimed

    def _read(self, workflow: WatchedWorkflow, turn: int) -> Answers:
        """List the executions, then look after those that had not ended and are missing from the list."""
        listing = self.source.executions(workflow.workflow_id)
        for skipped in listing.skipped:
            log.warning("workflow %s: skipped an execution that cannot be read: %s", workflow.workflow_id, skipped)
        listed = {execution.job_execution_id for execution in listing.items}
        with self.database.snapshot() as session:
            still_open = executions.still_open(session, workflow.key)
        missing = {execution_id: job_id for execution_id, job_id in still_open.items() if execution_id not in listed}
        found, lost = self._look_after(workflow, missing, turn)
        return Answers([*listing.items, *found], lost, len(listing.skipped))

    def _look_after(
        self, workflow: WatchedWorkflow, missing: Mapping[str, str], turn: int
    ) -> tuple[list[Execution], list[str]]:
        """Ask for executions (id to job id) one by one: those found, and those that the API no longer knows.

        One that cannot be read costs nobody else an alert: each poll begins one further on, and stops where the API
        does not answer, which takes long enough once.
        """
        found, lost = [], []
        for execution_id in _in_turn(sorted(missing), turn)[:LOOKED_AFTER_PER_POLL]:
            try:
                found.append(self.source.execution(workflow.workflow_id, missing[execution_id], execution_id))
            except ApiNotFound:
                lost.append(execution_id)
            except DataFlowError as error:
                log.warning("workflow %s: cannot look after %s: %s", workflow.workflow_id, execution_id, error)
                if isinstance(error, ApiUnreachable | ApiThrottled):
                    break
        return found, lost

    def _record(self, workflow: WatchedWorkflow, claim: Claim, answers: Answers) -> None:
        now = self.clock()
        is_first = workflow.key not in self._read_since_boot
        reading = Reading(answers.executions, now, self.boot.unclear_until if is_first else None)
        with self.database.transaction() as session:
            if not workflows.finish_poll(session, claim, now, now + self.rules.poll_every, answers.skipped):
                log.warning("the poll of %s took longer than its lease; its result is left out", workflow.workflow_id)
                return
            left_out = record_observed(session, workflow, reading, self.rules)
            if left_out:
                workflows.note_skipped(session, workflow.key, answers.skipped + len(left_out))
                log.warning("workflow %s: executions of another workflow: %s", workflow.workflow_id, left_out[:SHOWN])
            executions.mark_lost(session, answers.lost, now)
            watch.note_answer(session, now)
        self._read_since_boot.add(workflow.key)

    def _record_failure(self, workflow: WatchedWorkflow, claim: Claim, error: DataFlowError) -> None:
        now = self.clock()
        log.warning("could not poll workflow %s: %s", workflow.workflow_id, error)
        with self.database.transaction() as session:
            workflows.fail_poll(session, claim, now + self.rules.poll_every, str(error))
            watch.note_failure(session, str(error), now)


def _in_turn(ids: Sequence[str], turn: int) -> Sequence[str]:
    start = turn % len(ids) if ids else 0
    return [*ids[start:], *ids[:start]]
