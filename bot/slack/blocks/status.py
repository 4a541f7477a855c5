"""The bot's own state, told so that what is wrong comes first."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.language import _, counted, ngettext
from bot.services.answers import StatusReport, WorkflowHealth
from bot.slack.blocks.elements import TEXT_LIMIT, Block, Message, context, fitting, list_sections, section
from bot.slack.text import bold, moment, place, words

NAME = 100
ERROR = 300
NAMES = 1500  # characters for all that stand in one line


def status_message(report: StatusReport) -> Message:
    troubles = list(_troubles(report))
    verdict = _verdict(report, troubles)
    lines = [*troubles, *_facts(report), *_workflows(report)]
    text = "\n".join(fitting([verdict, *lines], TEXT_LIMIT))
    return Message(text, tuple(status_blocks(report, verdict, troubles)))


def _verdict(report: StatusReport, troubles: list[str]) -> str:
    workflows = counted("{count:,} workflow", "{count:,} workflows", report.watched)
    if not troubles:
        return _("✅ Everything works, watching {workflows}.").format(workflows=workflows)
    troubled = ngettext(
        "⚠️ {count:,} trouble, watching {workflows}.", "⚠️ {count:,} troubles, watching {workflows}.", len(troubles)
    )
    return troubled.format(count=len(troubles), workflows=workflows)


def status_blocks(report: StatusReport, verdict: str, troubles: list[str]) -> Iterator[Block]:
    yield section(f"*{verdict}*")
    if troubles:
        lines = [f"• {trouble}" for trouble in troubles]
        yield from list_sections(bold(_("What is wrong")), lines, limit=4000)
    yield section("\n".join(_facts(report)))
    if report.workflows:
        yield from list_sections(bold(_("Furthest behind")), _workflows(report), limit=3500)
    yield context(_("As of {when}.").format(when=moment(report.as_of)))


def _troubles(report: StatusReport) -> Iterator[str]:
    if report.api_error:
        yield _("The Data Flow API: {error}").format(error=words(report.api_error, ERROR))
    if report.blind_since:
        blind_since = _("I cannot see Data Flow, or have not made up for it yet, since {when}")
        yield blind_since.format(when=moment(report.blind_since))
    if report.slack_error:
        yield _("Slack: {error}").format(error=words(report.slack_error, ERROR))
    for broken in report.broken_channels:
        yield _("Channel {channel} refuses messages since {when}: {reason}").format(
            channel=place(broken.channel, NAME), when=moment(broken.since), reason=words(broken.reason, ERROR)
        )
    for blind in report.unreadable_channels:
        yield _(
            "What stands in {channel} cannot be read ({reason}): after a lost answer of Slack's a message may come "
            "twice. Invite me to the channel"
        ).format(channel=place(blind.channel, NAME), reason=words(blind.reason, ERROR))
    for skipped in report.skipped:
        yield ngettext(
            "{count:,} run of {workflow} is left out: it cannot be read, or another workflow has one of that id",
            "{count:,} runs of {workflow} are left out: they cannot be read, or another workflow has some of those ids",
            skipped.count,
        ).format(count=skipped.count, workflow=words(skipped.workflow.name, NAME))
    if report.rest and report.rest.disbelieved:
        unannounced = ngettext(
            "{count:,} run came without its workflow's last execution date saying so in time; polled each time since: "
            "{workflows}",
            "{count:,} runs came without their workflows' last execution dates saying so in time; polled each time "
            "since: {workflows}",
            report.rest.unannounced,
        )
        names = ", ".join(fitting((words(workflow.name, NAME) for workflow in report.rest.disbelieved), NAMES))
        yield unannounced.format(count=report.rest.unannounced, workflows=names)
    if report.dead:
        yield counted(
            "{count:,} message could not be posted in any form",
            "{count:,} messages could not be posted in any form",
            report.dead,
        )


def _facts(report: StatusReport) -> Iterator[str]:
    answered = moment(report.api_answered_at) if report.api_answered_at else _("not yet")
    yield _("The Data Flow API last answered: {when}").format(when=answered)
    if report.rest and report.rest.resting:
        yield ngettext(
            "{count:,} workflow is read only when its last execution date moves",
            "{count:,} workflows are read only when their last execution dates move",
            report.rest.resting,
        ).format(count=report.rest.resting)
    yield _waiting(report)
    if report.unclear:
        unclear = _("Messages that may or may not be posted, being looked up: {count:,}")
        yield unclear.format(count=report.unclear)


def _waiting(report: StatusReport) -> str:
    if report.oldest_queued_at is None:
        return _("Messages waiting: {count:,}").format(count=report.queued)
    waiting = _("Messages waiting: {count:,}, the oldest since {when}")
    return waiting.format(count=report.queued, when=moment(report.oldest_queued_at))


def _workflows(report: StatusReport) -> Iterator[str]:
    return (_workflow(health) for health in report.workflows)


def _workflow(health: WorkflowHealth) -> str:
    polled = _("read {when}").format(when=moment(health.polled_at)) if health.polled_at else _("never read")
    if health.lag.total_seconds() >= 1:
        polled = _("{polled}, {delay} behind").format(polled=polled, delay=spell(health.lag))
    error = f": {words(health.error, ERROR)}" if health.error else ""
    return f"• {words(health.workflow.name, NAME)} {polled}{error}"
