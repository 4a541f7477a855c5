"""Tells of what takes too long, once, and of its end: by a change of the same message."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.core.alerting import Decision, Reason, Verdict
from bot.core.delivery import Purpose, message_key
from bot.core.overdue import Late, Limit, decide_late
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence
from bot.core.telling import Overdue
from bot.services.boot import Boot
from bot.services.find_overdue import NewlyLate, Over, newly_late, what_is_over
from bot.store import cards, decisions, history, holding, outbox, overdue, silences, subscriptions
from bot.store.decisions import Decided, Subject
from bot.store.engine import Database, Session
from bot.store.outbox import Draft
from bot.store.overdue import OpenOverdue, OverdueCard, PolledWorkflow

BATCH = 50


@dataclass(frozen=True, slots=True)
class Audience:
    """Who may hear of it, what is silenced, and the time."""

    subscribed: Sequence[Subscription]
    silenced: Sequence[Silence]
    now: datetime


@dataclass(frozen=True, slots=True)
class WatchOverdue:
    """The step that watches. What it has claimed and a crash takes with it is judged after the next poll."""

    database: Database
    clock: Clock
    boot: Boot
    _claimed: deque[PolledWorkflow] = field(default_factory=deque)

    def step(self) -> bool:
        """Judge a workflow that was polled since it was judged last; returns whether there was one.

        1. Claim some, so that of several processes one judges each.
        2. Look, in a snapshot: most often there is nothing to tell, and nothing to wait for.
        3. In one transaction: what is over, what is late; the decisions, and their messages. What is held back is
           told, in a summary, by whoever releases it.
        """
        if not self._claimed:
            with self.database.transaction() as session:
                self._claimed.extend(overdue.claim_polled(session, BATCH))
        if not self._claimed:
            return False
        workflow = self._claimed.popleft()
        with self.database.snapshot() as session:
            is_quiet = not overdue.open_of(session, workflow.key) and not newly_late(session, workflow)
        if not is_quiet:
            with self.database.transaction() as session:
                self._judge(session, workflow)
        return True

    def _judge(self, session: Session, workflow: PolledWorkflow) -> None:
        now = self.clock()
        audience = Audience(subscriptions.active(session), silences.in_force(session, now), now)
        for one in overdue.open_of(session, workflow.key):
            if over := what_is_over(session, workflow, one):
                _close(session, workflow, over, now)
        for found in newly_late(session, workflow):
            self._open(session, workflow, found, audience)

    def _open(self, session: Session, workflow: PolledWorkflow, found: NewlyLate, audience: Audience) -> None:
        opened = overdue.open_new(session, workflow.key, found.execution_key, found.late, audience.now)
        if opened is None:
            return
        for subscription in audience.subscribed:
            subject = Subject(subscription.subscription_id, overdue_key=opened.key)
            decided = self._decide(session, workflow, found.late, subscription, audience)
            decisions.add(session, (subject, decided))

    def _decide(
        self, session: Session, workflow: PolledWorkflow, late: Late, subscription: Subscription, audience: Audience
    ) -> Decided:
        """Decide, and queue what is to be told. The second subscription of a channel finds the first one's message."""
        decision = decide_late(late, workflow.name, subscription, audience.silenced, audience.now)
        if not decision.should_alert:
            return Decided(decision, audience.now)
        draft = Draft(
            key=message_key(subscription.channel, Purpose.OVERDUE, late.outcome, late.subject),
            channel=subscription.channel,
            facts=_facts(late, workflow),
            about_at=late.due_at,
            unclear_until=self.boot.unclear_until if late.due_at < self.boot.at else None,
        )
        return Decided(decision, audience.now, outbox.put(session, draft, audience.now))


def _close(session: Session, workflow: PolledWorkflow, over: Over, now: datetime) -> None:
    """Each message that tells of it says so: its own by a change, a summary of what was held back by a reply. What is
    held back still is never told."""
    if not overdue.close(session, over.overdue.key, over.at, over.how):
        return
    for subscription_key in holding.end_overdue(session, over.overdue.key, now):
        silent = Decision(Verdict.SILENT, Reason.OVER_BEFORE_TOLD)
        decisions.add(session, (Subject(subscription_key, overdue_key=over.overdue.key), Decided(silent, now)))
    late = _late(session, workflow, over.overdue)
    facts = _facts(late, workflow, over)
    for card in overdue.cards_of(session, over.overdue.key):
        if card.is_summary:
            key = over_key(card, late.outcome, late.subject)
            outbox.add(session, Draft(key, card.channel, facts, about_at=over.at, reply_to=card.outbox_key), now)
        elif not cards.change_unsent(session, card.outbox_key, facts):
            draft = Draft(
                key=over_key(card, late.outcome, late.subject),
                channel=card.channel,
                facts=facts,
                about_at=over.at,
                stream=cards.stream_of(card.outbox_key),
                edits=card.outbox_key,
            )
            outbox.add(session, draft, now)


def over_key(card: OverdueCard, outcome: Outcome, subject: str) -> str:
    """The key of what says, below or in this message, that something is over."""
    return message_key(card.channel, Purpose.OVERDUE, "over", str(card.outbox_key), outcome, subject)


def _late(session: Session, workflow: PolledWorkflow, one: OpenOverdue) -> Late:
    execution = history.execution(session, one.execution_key)[0] if one.execution_key is not None else None
    return Late(one.outcome, workflow.workflow_id, one.since, Limit(one.due_at - one.since, one.basis), execution)


def _facts(late: Late, workflow: PolledWorkflow, over: Over | None = None) -> Overdue:
    return Overdue(
        outcome=late.outcome,
        workflow_name=workflow.name,
        job_name=late.execution.job.name if late.execution else None,
        execution=late.execution,
        since=late.since,
        limit=late.limit,
        over_at=over.at if over else None,
        how_it_ended=over.how if over else None,
    )
