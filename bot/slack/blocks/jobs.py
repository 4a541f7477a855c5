"""The jobs of an incident that failed together: a table, and the same as lines for whoever cannot see one."""

from collections.abc import Iterator, Sequence

from bot.core.incidents import Incident, JobTrouble
from bot.language import _, counted, ngettext
from bot.slack.blocks.elements import Block, code_cell, context, date_cell, fitting, table, text_cell
from bot.slack.text import AsText, bare, moment, status_of, words

NAME = 60
ROWS = 20
LINES_LIMIT = 1500


def job_table(incident: Incident) -> Iterator[Block]:
    """A table cannot say what it leaves out, so a line below it does."""
    shown = _worst_first(incident)[:ROWS]
    columns = (_("Job"), _("State"), _("Failures"), _("Last failure"), _("Execution"))
    yield table(columns, map(_row, shown))
    if left_out := len(incident.jobs) - len(shown):
        yield context(counted("… and {count:,} more job", "… and {count:,} more jobs", left_out))


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
    return ngettext(
        "{job}: {state}, {count:,} failure, last {when}, execution {execution}",
        "{job}: {state}, {count:,} failures, last {when}, execution {execution}",
        trouble.failures,
    ).format(
        job=words(trouble.job.name, NAME),
        state=_state(trouble, words),
        count=trouble.failures,
        when=moment(trouble.last_failed_at),
        execution=words(trouble.last_failure.job_execution_id, NAME),
    )


def _state(trouble: JobTrouble, as_text: AsText) -> str:
    return _("✅ completed again") if trouble.recovered_at else status_of(trouble.last_failure, as_text)
