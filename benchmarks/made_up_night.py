"""A night that a seed makes up: 600 executions of 29 jobs in twelve hours, 40 times something breaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.core.model import Execution, ExecutionStatus, Job, Trigger, Workflow

BEGINS_AT = datetime(2026, 3, 2, 11, tzinfo=UTC)
"""20:00 in Seoul."""

LASTS = timedelta(hours=12)
FLAPPING, IN_PAIRS, SINGLE, CANCELED = 8, 8, 24, 12
"""How often something breaks: runs of one job that fails every other time, both jobs of a start, a job by itself. And
how many runs somebody cancels."""

FAILS_IN_A_ROW, HOW_OFTEN = (1, 2, 3, 4, 6), (50, 20, 15, 10, 5)

# How many workflows, their jobs, and every how many minutes they start.
TIMETABLE = ((1, 1, 10), (4, 2, 30), (8, 1, 30), (12, 1, 60))

COMPLETED, FAILED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED


@dataclass(frozen=True, slots=True)
class Line:
    """A workflow and the runs of each of its jobs, all of them of the same starts."""

    workflow: Workflow
    runs: tuple[list[Execution], ...]


@dataclass(frozen=True, slots=True)
class Night:
    """`breaks` is how often something broke."""

    workflows: Sequence[Workflow]
    executions: Sequence[Execution]
    breaks: int


def make_up(seed: int) -> Night:
    """The same seed makes up the same night."""
    random = Random(seed)  # noqa: S311 - a made-up night is no secret
    lines = list(_lines(random))
    flapping, pairs, singles = lines[0], [line for line in lines if len(line.runs) > 1], lines[5:]
    first = random.randrange(len(flapping.runs[0]) - 2 * FLAPPING)
    for number in range(FLAPPING):
        _break(flapping, first + 2 * number, 1)
    for _ in range(IN_PAIRS):
        _break_somewhere(random, pairs)
    for _ in range(SINGLE):
        _break_somewhere(random, singles)
    _cancel(random, lines)
    executions = [execution for line in lines for runs in line.runs for execution in runs]
    breaks = FLAPPING + IN_PAIRS + SINGLE
    return Night([line.workflow for line in lines], sorted(executions, key=_ended_at), breaks)


def _lines(random: Random) -> Iterator[Line]:
    number = 0
    for workflows, jobs, minutes in TIMETABLE:
        for _ in range(workflows):
            number += 1
            every = timedelta(minutes=minutes)
            offset = timedelta(seconds=random.randrange(int(every.total_seconds()) // 2))
            starts = [BEGINS_AT + offset + every * start for start in range(LASTS // every)]
            runs = tuple([_run(random, number, job, at) for at in starts] for job in range(jobs))
            yield Line(Workflow(f"w{number}", f"nightly {number}"), runs)


def _run(random: Random, workflow: int, job: int, at: datetime) -> Execution:
    started_at = at + timedelta(seconds=random.randrange(20))
    return Execution(
        f"w{workflow}-j{job}-{at:%H%M%S}",
        f"w{workflow}",
        Job(f"w{workflow}-j{job}", f"step {job + 1}"),
        COMPLETED,
        reported_status=COMPLETED.value,
        created_at=at,
        started_at=started_at,
        ended_at=started_at + timedelta(seconds=random.randrange(60, 420)),
        trigger=Trigger(f"t{workflow}", "nightly"),
    )


def _break_somewhere(random: Random, lines: Sequence[Line]) -> None:
    """Anywhere where the runs around it complete, so that it is a break of its own; it may last beyond the night."""
    while True:
        line, in_a_row = random.choice(lines), random.choices(FAILS_IN_A_ROW, HOW_OFTEN)[0]
        first = random.randrange(len(line.runs[0]))
        around = line.runs[0][max(first - 1, 0) : first + in_a_row + 1]
        if all(execution.status is COMPLETED for execution in around):
            _break(line, first, in_a_row)
            return


def _break(line: Line, first: int, in_a_row: int) -> None:
    for runs in line.runs:
        for position in range(first, min(first + in_a_row, len(runs))):
            _end(runs, position, FAILED)


def _cancel(random: Random, lines: Sequence[Line]) -> None:
    """Runs between two that complete: a cancelled run decides nothing, so it must not be what ends a break."""
    left = CANCELED
    while left:
        runs = random.choice(random.choice(lines).runs)
        position = random.randrange(1, len(runs) - 1)
        if all(execution.status is COMPLETED for execution in runs[position - 1 : position + 2]):
            _end(runs, position, ExecutionStatus.CANCELED)
            left -= 1


def _end(runs: list[Execution], position: int, status: ExecutionStatus) -> None:
    runs[position] = replace(runs[position], status=status, reported_status=status.value)


def _ended_at(execution: Execution) -> datetime:
    return execution.ended_at or BEGINS_AT
