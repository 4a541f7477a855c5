"""Runs that people ask for: what may be started, how far a request has come, and which run came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.incidents import STARTED_TOGETHER
from bot.core.model import Execution, TriggerRule

COOL_DOWN = timedelta(minutes=5)
"""Between two requests for the same workflow, unless the settings say otherwise."""

ANSWERED_WITHIN = timedelta(minutes=2)
"""More than a request to the API may take. A request that is older and has no answer never gets one."""

FOUND_WITHIN = timedelta(minutes=15)
"""An accepted run is not yet a started one, and nobody says how long it may wait. Longer than this we do not look."""

CLOCKS_DIFFER = timedelta(seconds=5)
"""The API's times may lack a fraction of a second, and its clock is known within two seconds."""


class RerunState(StrEnum):
    """The life of a request to run a workflow.

    REQUESTED is a durable intent: from then on the API may have got it, and it is never sent again. UNKNOWN is one
    whose answer was lost. MISSING was accepted, or not, and no run has appeared.
    """

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    FOUND = "found"
    ENDED = "ended"
    MISSING = "missing"


class Refusal(StrEnum):
    """Why the API started no run."""

    BAD_STATE = "bad state"
    NO_RIGHT = "no right"
    GONE = "gone"
    THROTTLED = "throttled"
    UNREACHABLE = "unreachable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RerunNews:
    """What has become of a run that somebody asked for. `by` is what that person is called.

    `runs` are its executions, as far as they have been found.
    """

    workflow_id: str
    workflow_name: str
    by: str
    requested_at: datetime
    state: RerunState
    runs: tuple[Execution, ...] = ()


def may_start(rule: TriggerRule) -> bool:
    """Whether the API may start a run: only where the trigger is direct or an event (NCP API guide, executeWorkflow).

    Listings say NONE for both. Of a kind that we do not know the API itself is asked.
    """
    return rule in (TriggerRule.NONE, TriggerRule.UNKNOWN)


def started_by(request_from: datetime, unknown_before: Iterable[Execution]) -> tuple[Execution, ...]:
    """Of executions that nobody knew before the request, those of the first start after it; empty while there is none.

    Nothing in the API ties an execution to the request that started it.
    """
    later = [run for run in unknown_before if (_began(run) or request_from) >= request_from - CLOCKS_DIFFER]
    first = min((began for run in later if (began := _began(run))), default=None)
    if first is None:
        return tuple(later)
    together = (run for run in later if (_began(run) or first) <= first + STARTED_TOGETHER)
    return tuple(sorted(together, key=lambda run: (_began(run) or first, run.job_execution_id)))


def _began(run: Execution) -> datetime | None:
    return run.created_at or run.started_at
