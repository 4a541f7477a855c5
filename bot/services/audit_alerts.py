"""Audits the alerts: asks the API, the database and Slack for the failures of some time, and compares."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from bot.clock import Clock
from bot.core.alerting import Alert, Verdict
from bot.core.audit import AuditReport, Expected, Gap, GapKind, StatisticsView, count_visible, delays, find_gaps
from bot.core.delivery import DeliveryTimes
from bot.core.model import Execution
from bot.core.rules import BAD_OUTCOMES, Subscription
from bot.errors import DataFlowError
from bot.services.look_back import places_by_key
from bot.services.ports import ExecutionSource, MessageSender, Unreadable
from bot.services.tell import alert_key
from bot.store import auditing, channels, decisions, digests, outbox, subscriptions, sweeping, workflows
from bot.store.engine import Database, Session
from bot.store.outbox import Draft
from bot.store.workflows import WatchedWorkflow


@dataclass(frozen=True, slots=True)
class Reported:
    """The bad ends that the API reports, workflow by workflow, and the workflows that it did not tell of."""

    bad_ends: Sequence[tuple[WatchedWorkflow, Execution]]
    unasked: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AuditAlerts:
    """Slow: it reads every watched workflow and the channels' history. `fallback` is looked into as well."""

    database: Database
    source: ExecutionSource
    sender: MessageSender
    clock: Clock
    times: DeliveryTimes
    fallback: str | None = None

    def audit(self, since: datetime) -> AuditReport:
        """Compare the three lists for runs that ended from then on; what ended just now may still be on its way.

        1. Ask the API, for its executions and for its own statistics.
        2. Look up what is stored of each failure that a channel has to hear of.
        3. Read what stands in the channels.
        """
        until = self.clock()
        reported = self._ask(since, until)
        with self.database.snapshot() as session:
            expected = _expected(session, reported)
            stored = digests.counts_between(session, since, until)
        visible, unread = self._look(since)
        counts = self._count(since, until)
        median_delay, slowest_delay = delays(expected)
        gaps = find_gaps(expected, visible, {channel for channel, _ in unread})
        return AuditReport(
            since=since,
            until=until,
            failures=len(expected),
            visible=None if unread and not visible else count_visible(expected, visible),
            median_delay=median_delay,
            slowest_delay=slowest_delay,
            gaps=tuple(gaps),
            statistics=StatisticsView(*counts, stored) if counts else None,
            unread=tuple(unread),
            unasked=tuple(reported.unasked),
        )

    def repair(self, report: AuditReport) -> int:
        """Queue what is missing and will not come by itself; returns how many. Poll and delivery do the rest."""
        now = self.clock()
        lasting = [gap for gap in report.gaps if gap.kind is not GapKind.WAITING]
        with self.database.transaction() as session:
            for gap in lasting:
                self._repair(session, gap, now)
        return len(lasting)

    def _repair(self, session: Session, gap: Gap, now: datetime) -> None:
        failure = gap.expected
        match gap.kind:
            case GapKind.NOT_STORED:
                workflows.make_polls_due(session, now)
            case GapKind.NOT_QUEUED:
                alert = Alert(failure.workflow_name, failure.execution, now)
                about_at = failure.execution.ended_at or now
                outbox.add(session, Draft(failure.key, failure.channel, alert, about_at, unclear_until=now), now)
            case _:
                auditing.post_again(session, failure.key, now)

    def _ask(self, since: datetime, until: datetime) -> Reported:
        with self.database.snapshot() as session:
            watched = auditing.watched_workflows(session)
        bad_ends: list[tuple[WatchedWorkflow, Execution]] = []
        unasked = []
        for workflow in watched:
            try:
                listed = self.source.executions(workflow.workflow_id).items
            except DataFlowError as error:
                unasked.append((workflow.name, str(error)))
                continue
            newest = {execution.job_execution_id: execution for execution in listed}
            baseline = replace(workflow.watch, is_first_look=True)
            ended = (end for end in newest.values() if _ended_within(end, since, until))
            bad_ends += [(workflow, end) for end in ended if not baseline.is_baseline(end)]
        return Reported(bad_ends, unasked)

    def _look(self, since: datetime) -> tuple[set[str], list[tuple[str, str]]]:
        """Keys and marks in every alert channel and its threads, and the channels that could not be read."""
        with self.database.snapshot() as session:
            names = subscriptions.alert_channels(session) + ([self.fallback] if self.fallback else [])
            slack_ids = channels.slack_ids(session)
            threads = {name: sweeping.threads_since(session, name, since) for name in names}
        visible: set[str] = set()
        unread = []
        for name in names:
            for thread in (None, *threads[name]):
                reading = self.sender.read_back(slack_ids.get(name, name), since - self.times.margin, thread)
                if isinstance(reading, Unreadable):
                    unread.append((name, reading.reason))
                    break
                visible |= places_by_key(reading).keys()
        return visible, unread

    def _count(self, since: datetime, until: datetime) -> tuple[int, int] | None:
        """Completed and failed, by the API's statistics; None when it does not tell."""
        try:
            counts = self.source.execution_counts(since, until)
        except DataFlowError:
            return None
        return counts.completed, counts.failed


def _ended_within(execution: Execution, since: datetime, until: datetime) -> bool:
    return execution.is_ended and execution.ended_at is not None and since < execution.ended_at <= until


def _expected(session: Session, reported: Reported) -> list[Expected]:
    ids = [end.job_execution_id for _, end in reported.bad_ends]
    stored = auditing.stored_ids(session, ids)
    wanted = list(_wanted(reported, subscriptions.active(session), decisions.verdicts(session, ids)))
    alerts = auditing.alerts(session, [key for *_, key in wanted])
    return [
        Expected(end, workflow.name, channel, key, end.job_execution_id in stored, alerts.get(key))
        for workflow, end, channel, key in wanted
    ]


def _wanted(
    reported: Reported, subscribed: Sequence[Subscription], verdicts: Mapping[tuple[str, str], Set[Verdict]]
) -> Iterator[tuple[WatchedWorkflow, Execution, str, str]]:
    """Each end with each channel that has to hear of it: as was decided, else as the subscription asks for. One that
    came after it was decided on has heard nothing, and need not."""
    runs_decided_on = {execution_id for execution_id, _ in verdicts}
    for workflow, end in reported.bad_ends:
        asking = [one.channel for one in subscribed if _asks_for(one, workflow, end)]
        for channel in dict.fromkeys(asking):
            decided = verdicts.get((end.job_execution_id, channel), ())
            if Verdict.TELL in decided or end.job_execution_id not in runs_decided_on:
                yield workflow, end, channel, alert_key(channel, end.job_execution_id, end.status)


def _asks_for(subscription: Subscription, workflow: WatchedWorkflow, end: Execution) -> bool:
    outcome = BAD_OUTCOMES.get(end.status)
    return outcome in subscription.rules.outcomes and subscription.covers(workflow.workflow_id, workflow.name)
