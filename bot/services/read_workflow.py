"""Reads from the API what is new of one workflow. Touches no database, so it runs in any thread."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.model import Execution
from bot.core.picture import Picture
from bot.errors import ApiNotFound, ApiThrottled, ApiUnreachable, DataFlowError
from bot.services.ports import ExecutionSource
from bot.store.leases import Claim
from bot.store.workflows import WatchedWorkflow

log = logging.getLogger(__name__)

LOOKED_AFTER_PER_POLL = 20


@dataclass(frozen=True, slots=True)
class Poll:
    """A workflow that is ours to poll: the executions of it that had not ended (id to job id), and what its listing
    looked like, if we remember."""

    claim: Claim
    workflow: WatchedWorkflow
    unended: Mapping[str, str]
    last: Picture | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What the API said about a workflow: the executions that are new or different, those that it no longer knows, and
    what its listing looks like now."""

    executions: Sequence[Execution]
    lost: Sequence[str]
    picture: Picture

    @property
    def has_news(self) -> bool:
        return bool(self.executions or self.lost)


def read_workflow(source: ExecutionSource, poll: Poll) -> Answers | DataFlowError:
    """Read the listing, then look after the executions that had not ended and are missing from it."""
    workflow_id = poll.workflow.workflow_id
    try:
        news = source.news(workflow_id, poll.last)
    except DataFlowError as error:
        return error
    for skipped in news.skipped:
        log.warning("workflow %s: skipped an execution that cannot be read: %s", workflow_id, skipped)
    seen = {execution.job_execution_id for execution in news.items}
    missing = {
        execution_id: job_id
        for execution_id, job_id in poll.unended.items()
        if execution_id not in seen and not news.picture.has_unended(execution_id)
    }
    found, lost = _look_after(source, poll, missing)
    return Answers([*news.items, *found], lost, news.picture)


def _look_after(source: ExecutionSource, poll: Poll, missing: Mapping[str, str]) -> tuple[list[Execution], list[str]]:
    """Ask for executions (id to job id) one by one: those found, and those that the API no longer knows.

    One that cannot be read costs nobody else an alert: each poll begins one further on, and stops where the API does
    not answer, which takes long enough once.
    """
    workflow_id = poll.workflow.workflow_id
    found, lost = [], []
    for execution_id in _in_turn(sorted(missing), poll.claim.token)[:LOOKED_AFTER_PER_POLL]:
        try:
            found.append(source.execution(workflow_id, missing[execution_id], execution_id))
        except ApiNotFound:
            lost.append(execution_id)
        except DataFlowError as error:
            log.warning("workflow %s: cannot look after %s: %s", workflow_id, execution_id, error)
            if isinstance(error, ApiUnreachable | ApiThrottled):
                break
    return found, lost


def _in_turn(ids: Sequence[str], turn: int) -> Sequence[str]:
    start = turn % len(ids) if ids else 0
    return [*ids[start:], *ids[:start]]
