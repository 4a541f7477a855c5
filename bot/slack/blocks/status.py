"""The bot's own state, told so that what is wrong comes first."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.services.answers import StatusReport, WorkflowHealth
from bot.slack.blocks.elements import TEXT_LIMIT, Block, Message, context, fitting, list_sections, section
from bot.slack.text import code, moment, number, words

NAME = 100
ERROR = 300


def status_message(report: StatusReport) -> Message:
    troubles = list(_troubles(report))
    verdict = f"⚠️ {number(len(troubles), 'trouble')}" if troubles else "✅ Everything works"
    verdict = f"{verdict}, watching {number(report.watched, 'workflow')}."
    lines = [*troubles, *_facts(report), *_workflows(report)]
    text = "\n".join(fitting([verdict, *lines], TEXT_LIMIT))
    return Message(text, tuple(status_blocks(report, verdict, troubles)))


def status_blocks(report: StatusReport, verdict: str, troubles: list[str]) -> Iterator[Block]:
    yield section(f"*{verdict}*")
    if troubles:
        yield from list_sections("*What is wrong*", [f"• {trouble}" for trouble in troubles], limit=4000)
    yield section("\n".join(_facts(report)))
    if report.workflows:
        yield from list_sections("*Furthest behind*", _workflows(report), limit=3500)
    yield context(f"As of {moment(report.as_of)}.")


def _troubles(report: StatusReport) -> Iterator[str]:
    if report.api_error:
        yield f"The Data Flow API: {words(report.api_error, ERROR)}"
    if report.blind_since:
        yield f"I cannot see Data Flow, or have not made up for it yet, since {moment(report.blind_since)}"
    if report.slack_error:
        yield f"Slack: {words(report.slack_error, ERROR)}"
    for broken in report.broken_channels:
        refuses = f"Channel {code(broken.channel, NAME)} refuses messages since {moment(broken.since)}"
        yield f"{refuses}: {words(broken.reason, ERROR)}"
    for blind in report.unreadable_channels:
        yield (
            f"What stands in {code(blind.channel, NAME)} cannot be read ({words(blind.reason, ERROR)}): after a lost "
            "answer of Slack's a message may come twice. Invite me to the channel"
        )
    if report.dead:
        yield f"{number(report.dead, 'message')} could not be posted in any form"


def _facts(report: StatusReport) -> Iterator[str]:
    answered = moment(report.api_answered_at) if report.api_answered_at else "not yet"
    yield f"The Data Flow API last answered: {answered}"
    waiting = f", the oldest since {moment(report.oldest_queued_at)}" if report.oldest_queued_at else ""
    yield f"Messages waiting: {report.queued:,}{waiting}"
    if report.unclear:
        yield f"Messages that may or may not be posted, being looked up: {report.unclear:,}"


def _workflows(report: StatusReport) -> Iterator[str]:
    return (_workflow(health) for health in report.workflows)


def _workflow(health: WorkflowHealth) -> str:
    polled = f"read {moment(health.polled_at)}" if health.polled_at else "never read"
    behind = f", {spell(health.lag)} behind" if health.lag.total_seconds() >= 1 else ""
    error = f": {words(health.error, ERROR)}" if health.error else ""
    return f"• {words(health.workflow.name, NAME)} {polled}{behind}{error}"
