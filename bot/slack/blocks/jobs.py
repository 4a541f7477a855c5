"""The jobs of an incident that failed together: a table, and the same as lines for whoever cannot see one."""

from collections.abc import Iterator, Sequence

from bot.core.incidents import Incident, JobTrouble
from bot.slack.blocks.elements import Block, code_cell, context, date_cell, fitting, table, text_cell
from bot.slack.text import ELLIPSIS, AsText, bare, moment, number, status_of, words

NAME = 60
ROWS = 20
LINES_LIMIT = 1500


def job_table(incident: Incident) -> Iterator[Block]:
    """A table cannot say what it leaves out, so a line below it does."""
    shown = _worst_first(incident)[:ROWS]
    yield table(("Job", "State", "Failures", "Last failure", "Execution"), map(_row, shown))
    if left_out := len(incident.jobs) - len(shown):
        yield context(f"{ELLIPSIS} and {number(left_out, 'more job')}")


def job_lines(incident: Incident) -> Iterator[str]:
    return fitting(map(_line, _worst_first(incident)), LINES_LIMIT)


def _worst_first(incident: Incident) -> Sequence[JobTrouble]:
    return sorted(incident.jobs, key=lambda trouble: trouble.recovered_at is not None)


def _row(trouble: JobTrouble) -> list[Block]:
    return [
        text_cell(bare(trouble.job.name, NAME)),
        text_cell(_state(trouble, bare)),
        text_cell(f"{trouble.failures:,}"),
        date_cell(trouble.last_failed_at),
        code_cell(bare(trouble.last_failure.job_execution_id, NAME)),
    ]


def _line(trouble: JobTrouble) -> str:
    failed = f"{number(trouble.failures, 'failure')}, last {moment(trouble.last_failed_at)}"
    execution = words(trouble.last_failure.job_execution_id, NAME)
    return f"{words(trouble.job.name, NAME)}: {_state(trouble, words)}, {failed}, execution {execution}"


def _state(trouble: JobTrouble, as_text: AsText) -> str:
    return "✅ completed again" if trouble.recovered_at else status_of(trouble.last_failure, as_text)
