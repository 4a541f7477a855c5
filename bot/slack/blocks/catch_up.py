"""The catch-up message after an outage, and the pages of its thread, on which every folded failure has its line."""

from collections.abc import Iterator

from bot.core.catch_up import CatchUp, CatchUpPage, FoldedJob, NewestFailure
from bot.core.retry import Form
from bot.language import _, counted, ngettext
from bot.slack.blocks.elements import TEXT_LIMIT, Block, Message, context, fitting, header, list_sections, section
from bot.slack.text import AsText, bold, code, icon, moment, run_name, status, width, words

NAME = 60
JOBS_LIMIT = 6000
NEWEST_LIMIT = 3000
PAGE_LIMIT = 10_500
DETAIL = ((60, True), (30, True), (16, False), (8, False))
"""How long the names on a page may be, and whether its runs say when they ended: as much as there is room for."""


def catch_up_message(facts: CatchUp, form: Form) -> Message:
    if form is Form.LINE:
        return Message(_headline(facts))
    jobs = fitting((_job(job, words) for job in facts.jobs), 2000, left_out=facts.job_count - len(facts.jobs))
    newest = (_("Newest: {run}").format(run=_newest(failure, words)) for failure in facts.newest)
    text = "\n".join(fitting([_headline(facts), _span(facts), *jobs, _where(facts), *newest], TEXT_LIMIT))
    return Message(text, tuple(_card(facts)) if form is Form.BLOCKS else ())


def catch_up_page_message(facts: CatchUpPage, form: Form) -> Message:
    runs = sum(len(job.runs) for job in facts.jobs)
    title = ngettext(
        "Page {number:,} of {pages:,}: {runs:,} run that did not complete",
        "Page {number:,} of {pages:,}: {runs:,} runs that did not complete",
        runs,
    ).format(number=facts.number, pages=facts.pages, runs=runs)
    if form is Form.LINE:
        return Message(title)
    lines = _page_lines(facts)
    if form is Form.TEXT:
        # Nothing else shows the lines then; Slack takes up to 40,000 characters, and advises fewer.
        return Message("\n".join(fitting([title, *lines], PAGE_LIMIT)))
    return Message(
        "\n".join(fitting([title, *lines], TEXT_LIMIT)), tuple(list_sections(f"*{title}*", lines, limit=PAGE_LIMIT))
    )


def _headline(facts: CatchUp) -> str:
    return _("🗂️ Catching up: {runs} of {jobs} did not complete, {broken} still broken").format(
        runs=counted("{count:,} run", "{count:,} runs", facts.total),
        jobs=counted("{count:,} job", "{count:,} jobs", facts.job_count),
        broken=counted("{count:,} job", "{count:,} jobs", facts.broken_count),
    )


def _span(facts: CatchUp) -> str:
    return _("They ended between {first} and {last}.").format(first=moment(facts.first_at), last=moment(facts.last_at))


def _where(facts: CatchUp) -> str:
    return counted(
        "Every run has its line in the thread, on {count:,} page.",
        "Every run has its line in the thread, on {count:,} pages.",
        facts.pages,
    )


def _card(facts: CatchUp) -> Iterator[Block]:
    yield header(_headline(facts))
    yield section(_span(facts))
    lines = [f"• {_job(job, code)}" for job in facts.jobs]
    left_out = facts.job_count - len(facts.jobs)
    yield from list_sections(bold(_("By job")), lines, limit=JOBS_LIMIT, left_out=left_out)
    if facts.newest:
        lines = [f"• {_newest(failure, code)}" for failure in facts.newest]
        yield from list_sections(bold(_("Newest")), lines, limit=NEWEST_LIMIT)
    yield context(_where(facts))


def _job(job: FoldedJob, as_text: AsText) -> str:
    return _("{name}: {counts}, last {when}, {now}").format(
        name=run_name(job.workflow_name, job.job_name, as_text, NAME),
        counts=", ".join(_counts(job)),
        when=moment(job.last_at),
        now=_("⚠️ still broken") if job.is_broken else _("✅ completed since"),
    )


def _counts(job: FoldedJob) -> Iterator[str]:
    if job.failed:
        yield _("{count:,} failed").format(count=job.failed)
    if job.canceled:
        yield _("{count:,} cancelled").format(count=job.canceled)
    if job.other:
        yield _("{count:,} ended otherwise").format(count=job.other)


def _newest(failure: NewestFailure, as_text: AsText) -> str:
    run = failure.run
    names = run_name(failure.workflow_name, failure.job_name, as_text, NAME)
    return f"{status(run.status)} {names} {moment(run.ended_at)} {as_text(run.job_execution_id, NAME)}"


def _page_lines(facts: CatchUpPage) -> list[str]:
    """One line for each job and each of its runs, in the richest detail that fits; a legend for the icons."""
    lines: list[str] = []
    for name_limit, has_time in DETAIL:
        lines = list(_detailed(facts, name_limit, has_time=has_time))
        if sum(width(line) + 1 for line in lines) <= PAGE_LIMIT:
            break
    return lines


def _detailed(facts: CatchUpPage, name_limit: int, *, has_time: bool) -> Iterator[str]:
    statuses = {run.status for job in facts.jobs for run in job.runs}
    yield ", ".join(sorted(map(status, statuses)))
    for job in facts.jobs:
        yield run_name(job.workflow_name, job.job_name, words, name_limit)
        for run in job.runs:
            when = f" {moment(run.ended_at)}" if has_time else ""
            yield f"{icon(run.status)} {words(run.job_execution_id, 20)}{when}"
