"""What `lastExecutionDate` of a workflow is worth: whether it tells when there is something new to read.

Nobody documents whether it moves at the start of a run or at its end, nor how soon (NCP API guide, getWorkflows). So it
is compared with the runs themselves, again and again, and believed as long as it agrees with them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.model import Execution
from bot.core.transitions import Transition

CLOSE = timedelta(seconds=5)
"""By so much the date may differ from the run's own."""


class Hint(StrEnum):
    """UNPROVEN: there is no date, or it is not that of the newest run. STARTS, ENDS: it is when that run began, or
    ended. WRONG: something happened of which it said nothing in time; then it is not believed again."""

    UNPROVEN = "unproven"
    STARTS = "starts"
    ENDS = "ends"
    WRONG = "wrong"

    @property
    def is_believed(self) -> bool:
        """Whether the workflow may rest until the date moves."""
        return self in (Hint.STARTS, Hint.ENDS)


def judge(date: datetime | None, newest: Iterable[Execution]) -> Hint:
    """What the date is by the newest run, whose executions these are. Where start and end are as one, it counts as the
    end, of which less is expected."""
    runs = list(newest)
    if date is None:
        return Hint.UNPROVEN
    if any(_is_close(date, run.ended_at) for run in runs):
        return Hint.ENDS
    if any(_is_close(date, run.started_at) or _is_close(date, run.created_at) for run in runs):
        return Hint.STARTS
    return Hint.UNPROVEN


def unannounced(hint: Hint, transitions: Iterable[Transition], silent_at: datetime) -> int:
    """How many of these had happened when the list of workflows, read at `silent_at`, said nothing of them yet."""
    return sum(
        1
        for transition in transitions
        if transition.previous is None and (at := _announced_by(hint, transition.execution)) and at < silent_at
    )


def _announced_by(hint: Hint, execution: Execution) -> datetime | None:
    if hint is Hint.ENDS:
        return execution.ended_at
    return execution.started_at or execution.created_at or execution.ended_at


def _is_close(date: datetime, other: datetime | None) -> bool:
    return other is not None and abs(date - other) <= CLOSE
