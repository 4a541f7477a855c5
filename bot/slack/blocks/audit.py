"""The audit: three lists of failures compared in one line, and each gap named."""

from collections.abc import Iterator

from bot.core.audit import AuditReport, Gap, StatisticsView
from bot.core.durations import spell
from bot.language import _, counted
from bot.services.answers import AuditAnswer
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.text import AsText, bold, code, moment, place, run_name, words

NAME = 60
ERROR = 150
GAPS_LIMIT = 6000
OTHERS_LIMIT = 2000


def audit_message(answer: AuditAnswer) -> Message:
    report = answer.report
    facts = [_comparison(report), *_statistics(report), *_repaired(answer)]
    between = _("Runs that ended between {since} and {until}.")
    span = between.format(since=moment(report.since), until=moment(report.until))
    blocks = [section("\n".join([f"*{facts[0]}*", *facts[1:]]))]
    if report.gaps:
        lines = (f"• {_gap(gap, code)}" for gap in report.gaps)
        blocks += list_sections(bold(_("Missing")), lines, limit=GAPS_LIMIT)
    if unknown := list(_unknown(report)):
        blocks += list_sections(bold(_("Not known")), (f"• {line}" for line in unknown), limit=OTHERS_LIMIT)
    text = "\n".join(fitting([*facts, *(_gap(gap, words) for gap in report.gaps), *unknown, span], TEXT_LIMIT))
    return Message(text, (*blocks, context(span)))


def _comparison(report: AuditReport) -> str:
    icon = "✅" if report.is_complete else "⚠️"
    if report.visible is None:
        visible = _("not known how many visible")
    else:
        visible = _("{count:,} visible").format(count=report.visible)
    failures = counted("{count:,} failure", "{count:,} failures", report.failures)
    parts = [f"{icon} {failures}", visible]
    if report.median_delay is not None and report.slowest_delay is not None:
        parts.append(_("median {delay} after the end").format(delay=spell(report.median_delay)))
        parts.append(_("slowest {delay}").format(delay=spell(report.slowest_delay)))
    return ", ".join([*parts, _("{count:,} missing").format(count=len(report.gaps))])


def _statistics(report: AuditReport) -> Iterator[str]:
    match report.statistics:
        case StatisticsView(completed, failed, stored):
            theirs = _("Data Flow's own statistics: {completed:,} completed, {failed:,} failed.")
            ours = _("Stored here: {completed:,} completed, {failed:,} failed.")
            yield theirs.format(completed=completed, failed=failed)
            yield ours.format(completed=stored.completed, failed=stored.failed)


def _repaired(answer: AuditAnswer) -> Iterator[str]:
    if answer.repaired is not None:
        yield counted("{count:,} alert queued again.", "{count:,} alerts queued again.", answer.repaired)


def _gap(gap: Gap, as_text: AsText) -> str:
    failure = gap.expected
    execution = failure.execution
    names = run_name(failure.workflow_name, execution.job.name, as_text, NAME)
    run = f"{names} {as_text(execution.job_execution_id, NAME)}"
    if execution.ended_at:
        run = _("{run} ended {when}").format(run=run, when=moment(execution.ended_at))
    wrong = _(gap.kind)
    if failure.alert and failure.alert.error:
        wrong = f"{wrong} ({words(failure.alert.error, ERROR)})"
    channel = place(failure.channel, NAME, as_text)
    return _("{run}, for {channel}: {wrong}").format(run=run, channel=channel, wrong=wrong)


def _unknown(report: AuditReport) -> Iterator[str]:
    for channel, reason in report.unread:
        stands = _("What stands in {channel}: {reason}")
        yield stands.format(channel=place(channel, NAME), reason=words(reason, ERROR))
    for workflow, error in report.unasked:
        reports = _("What the API reports of {workflow}: {error}")
        yield reports.format(workflow=words(workflow, NAME), error=words(error, ERROR))
