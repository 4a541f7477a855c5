"""Replays past ends through the incidents, without anybody being told."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core.alerting import End
from bot.core.flapping import RUNS_FOR_FLAPPING, FlappingRule, RunEnd, flapping
from bot.core.incidents import Incident, advance
from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Transition


@dataclass(frozen=True, slots=True)
class PastEnd:
    """A run that ended at a known time."""

    execution: Execution
    workflow_name: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ReplayedEnd:
    """An end as it would have been seen at once, with the number of its incident, where it belongs to one."""

    end: End
    incident: int | None


def replay(past: Iterable[PastEnd], rule: FlappingRule) -> list[ReplayedEnd]:
    """What these ends, oldest first, do to incidents. Those that were open before them are not known."""
    open_incidents: dict[str, dict[int, Incident]] = defaultdict(dict)
    recent: dict[tuple[str, str], deque[RunEnd]] = defaultdict(lambda: deque(maxlen=RUNS_FOR_FLAPPING))
    count = 0
    replayed = []
    for one in past:
        execution, mine = one.execution, open_incidents[one.execution.workflow_id]
        ends = recent[execution.workflow_id, execution.job.job_id]
        if execution.status is not ExecutionStatus.CANCELED:
            ends.append(RunEnd(one.ended_at, execution.status is not ExecutionStatus.COMPLETED))
        state = flapping(list(ends), rule)
        change = advance(list(mine.values()), execution, one.ended_at, state)
        number = next((number for number, incident in mine.items() if incident == change.before), None)
        if change.incident:
            if number is None:
                number, count = count, count + 1
            mine[number] = change.incident
            if not change.incident.is_open:
                del mine[number]
        transition = Transition(execution, None, one.ended_at, one.ended_at)
        replayed.append(ReplayedEnd(End(transition, one.workflow_name, change), number))
    return replayed
