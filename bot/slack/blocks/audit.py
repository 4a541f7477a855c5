"""The audit: three lists of failures compared in one line, and each gap named."""

from collections.abc import Iterator

from bot.core.audit import AuditReport, Gap, StatisticsView
from bot.core.durations import spell
from bot.services.answers import AuditAnswer
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.text import AsText, code, moment, number, run_name, words

NAME = 60
ERROR = 150
GAPS_LIMIT = 6000
OTHERS_LIMIT = 2000


def audit_message(answer: AuditAnswer) -> Message:
    report = answer.report
    facts = [_comparison(report), *_statistics(report), *_repaired(answer)]
    span = f"Runs that ended between {moment(report.since)} and {moment(report.until)}."
    blocks = [section("\n".join([f"*{facts[0]}*", *facts[1:]]))]
    if report.gaps:
        blocks += list_sections("*Missing*", (f"• {_gap(gap, code)}" for gap in report.gaps), limit=GAPS_LIMIT)
    if unknown := list(_unknown(report)):
        blocks += list_sections("*Not known*", (f"• {line}" for line in unknown), limit=OTHERS_LIMIT)
    text = "\n".join(fitting([*facts, *(_gap(gap, words) for gap in report.gaps), *unknown, span], TEXT_LIMIT))
    return Message(text, (*blocks, context(span)))


def _comparison(report: AuditReport) -> str:
    icon = "✅" if report.is_complete else "⚠️"
    visible = "not known how many visible" if report.visible is None else f"{report.visible:,} visible"
    parts = [f"{icon} {number(report.failures, 'failure')}", visible]
    if report.median_delay is not None and report.slowest_delay is not None:
        parts += [f"median {spell(report.median_delay)} after the end", f"slowest {spell(report.slowest_delay)}"]
    return ", ".join([*parts, f"{len(report.gaps):,} missing"])


def _statistics(report: AuditReport) -> Iterator[str]:
    match report.statistics:
        case StatisticsView(completed, failed, stored):
            yield f"Data Flow's own statistics: {completed:,} completed, {failed:,} failed."
            yield f"Stored here: {stored.completed:,} completed, {stored.failed:,} failed."


def _repaired(answer: AuditAnswer) -> Iterator[str]:
    if answer.repaired is not None:
        yield f"{number(answer.repaired, 'alert')} queued again."


def _gap(gap: Gap, as_text: AsText) -> str:
    failure = gap.expected
    execution = failure.execution
    names = run_name(failure.workflow_name, execution.job.name, as_text, NAME)
    ended = f" ended {moment(execution.ended_at)}" if execution.ended_at else ""
    where = f"{as_text(execution.job_execution_id, NAME)}{ended}, for {as_text(failure.channel, NAME)}"
    error = f" ({words(failure.alert.error, ERROR)})" if failure.alert and failure.alert.error else ""
    return f"{names} {where}: {gap.kind}{error}"


def _unknown(report: AuditReport) -> Iterator[str]:
    for channel, reason in report.unread:
        yield f"What stands in {code(channel, NAME)}: {words(reason, ERROR)}"
    for workflow, error in report.unasked:
        yield f"What the API reports of {words(workflow, NAME)}: {words(error, ERROR)}"
