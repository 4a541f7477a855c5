"""Commands about the bot itself: how it is doing, who changed what of it, and whether it has told everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.durations import parse
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import (
    Answer,
    AuditAnswer,
    BrokenChannel,
    RestHealth,
    SkippedRuns,
    StatusReport,
    UnreadableChannel,
    WorkflowHealth,
    WorkflowName,
)
from bot.services.commands.command import Asked, Tools
from bot.services.commands.places import known_as, place_of
from bot.services.desk_answers import DeskAnswer
from bot.services.reach import Reached, Unreached
from bot.services.read_log import read_log
from bot.services.try_alert import try_alert
from bot.store import blindness, channels, outbox, reports, resting, watch
from bot.store.reports import PollState

SHOWN_HEALTH = 10
A_DAY = timedelta(hours=24)
LONGEST_AUDIT = timedelta(days=31)


def status(tools: Tools, _asked: Asked) -> StatusReport:
    """`status`."""
    return status_report(tools)


def status_report(tools: Tools) -> StatusReport:
    """How the bot is doing now."""
    now = tools.clock()
    with tools.database.snapshot() as session:
        behind, watched = reports.most_behind(session, SHOWN_HEALTH)
        queue = outbox.state_of_queue(session)
        api = watch.api_health(session)
        broken = channels.broken(session)
        unreadable = channels.unreadable(session)
        blind = blindness.open_spell(session)
        skipping = reports.skipping(session, SHOWN_HEALTH)
        rest = resting.report(session, SHOWN_HEALTH)
    return StatusReport(
        as_of=now,
        watched=watched,
        workflows=tuple(
            WorkflowHealth(
                WorkflowName(state.workflow_id, state.name),
                state.polled_at,
                max(now - _wanted_at(state, tools.poll_every), timedelta()),
                state.error,
            )
            for state in behind
        ),
        api_answered_at=api.answered_at,
        api_error=api.error,
        queued=queue.pending,
        oldest_queued_at=queue.oldest_at,
        unclear=queue.unclear,
        dead=queue.dead,
        slack_error=next((breakage.reason for breakage in broken if breakage.channel is None), None),
        broken_channels=tuple(
            BrokenChannel(breakage.channel, breakage.reason, breakage.since) for breakage in broken if breakage.channel
        ),
        unreadable_channels=tuple(UnreadableChannel(channel, reason) for channel, reason in unreadable),
        blind_since=blind.spell.since if blind else None,
        rest=RestHealth(rest.resting, rest.unannounced, tuple(WorkflowName(*names) for names in rest.disbelieved)),
        skipped=tuple(SkippedRuns(WorkflowName(*names), count) for *names, count in skipping),
    )


def _wanted_at(state: PollState, poll_every: timedelta) -> datetime:
    """When the poll was to be made that has not been made yet."""
    return state.rests_until or (state.polled_at or state.baseline_at) + poll_every


def log(tools: Tools, asked: Asked) -> Answer:
    """`log [text] [count]`."""
    with tools.database.snapshot() as session:
        return read_log(session, asked.words)


def test(tools: Tools, asked: Asked) -> DeskAnswer:
    """`test [#channel]`."""
    named = place_of(asked, asked.text or None)
    reached = Reached(named) if named == asked.request.user_id else tools.reach.look_at(named)
    if isinstance(reached, Unreached):
        return reached
    with tools.database.transaction() as session:
        return try_alert(session, asked.permit, known_as(session, reached))


def audit(tools: Tools, asked: Asked) -> Answer:
    """`audit [24h]`."""
    return audit_since(tools, asked.words)


def audit_since(tools: Tools, words: Sequence[str], *, should_repair: bool = False) -> Answer:
    """Unlike other answers this one asks the API and Slack, and takes as long as they do."""
    span = parse(" ".join(words)) if words else A_DAY
    if span is None or span > LONGEST_AUDIT:
        mistake = _("“{text}” is not a span up to {days} days. Say 90m, 24h or 7d.")
        raise NotUnderstood(mistake.format(text=" ".join(words), days=LONGEST_AUDIT.days))
    if not tools.auditing.acquire(blocking=False):
        raise NotUnderstood(_("An audit is under way. Ask again when it has been answered."))
    try:
        auditor = tools.auditor()
        report = auditor.audit(tools.clock() - span)
        return AuditAnswer(report, auditor.repair(report) if should_repair else None)
    finally:
        tools.auditing.release()
