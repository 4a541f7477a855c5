"""Looks again at what was held back when its time has come: tells it, sums it up, or lets it rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from bot.clock import Clock
from bot.core.alerting import Decision, End, Reason, Verdict, decide, hold_back
from bot.core.delivery import Purpose, message_key
from bot.core.held import HeldEnd, sum_up, with_late
from bot.core.incidents import Change, Step
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence
from bot.core.telling import HeldCause, HeldLate
from bot.services.boot import Boot
from bot.services.silence_titles import title_of
from bot.services.tell import Choice, Told, tell_one
from bot.store import cards, decisions, folding, holding, incidents, outbox, silences, subscriptions
from bot.store.cards import Card
from bot.store.decisions import Decided
from bot.store.engine import Database, Session
from bot.store.holding import Cause, Held, HeldOverdue
from bot.store.outbox import Draft

LOOK_FOR_POLLS = 3
"""So many poll intervals long a last look is waited for."""


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    """The step that releases."""

    database: Database
    clock: Clock
    poll_every: timedelta
    boot: Boot

    def step(self) -> bool:
        """Release what one cause held back from one subscription and is due; returns whether there was any.

        A failure that waited for a later run to complete is decided on again. What a mute, a window or quiet hours
        held back is told in one message, except for what something else holds back by now.
        """
        now = self.clock()
        with self.database.transaction() as session:
            unlooked = self._unlooked(now)
            cause = holding.due_cause(session, now, unlooked)
            ends = holding.due(session, cause, now, unlooked) if cause else ()
            late = holding.due_overdue(session, cause, now) if cause else ()
            if cause is None or not (ends or late):
                return False
            active = {one.subscription_id: one for one in subscriptions.active(session)}
            unclear_until = self._unclear_until([*ends, *late])
            release = Release(session, cause, silences.in_force(session, now), now, unclear_until)
            if subscription := active.get(cause.subscription_key):
                release.run(subscription, ends, late, self.poll_every)
            else:
                release.drop([*ends, *late])
        return True

    def _unlooked(self, now: datetime) -> datetime | None:
        """What has waited since then is told though its workflow was not polled again: Data Flow does not answer. A
        process that has just started has not asked yet."""
        before = now - LOOK_FOR_POLLS * self.poll_every
        return before if before >= self.boot.at else None

    def _unclear_until(self, held: Sequence[Held | HeldOverdue]) -> datetime | None:
        """Set when an earlier process may have told it, and this database does not know."""
        return self.boot.unclear_until if min(one.held_until for one in held) <= self.boot.at else None


@dataclass(frozen=True, slots=True)
class Release:
    """The release of what one cause held back, within a transaction."""

    session: Session
    cause: Cause
    silences: Sequence[Silence]
    now: datetime
    unclear_until: datetime | None

    def run(
        self, subscription: Subscription, ends: Sequence[Held], late: Sequence[HeldOverdue], poll_every: timedelta
    ) -> None:
        if self.cause.reason is Reason.WAITING_FOR_RECOVERY:
            for one in ends:
                self._decide_again(subscription, one, poll_every)
            holding.release(self.session, ends, self.now)
        else:
            free = [one for one in ends if not self._is_held_on(subscription, one, *_place(one))]
            free_late = [one for one in late if not self._is_held_on(subscription, one, *_place_of_late(one))]
            if free or free_late:
                self._sum_up(subscription, free, free_late)

    def drop(self, held: Sequence[Held | HeldOverdue]) -> None:
        """Nobody asks for it any more."""
        unsubscribed = Decided(Decision(Verdict.SILENT, Reason.UNSUBSCRIBED), self.now)
        for one in held:
            decisions.add(self.session, (one.subject, unsubscribed))
        holding.release(self.session, held, self.now)

    def _decide_again(self, subscription: Subscription, held: Held, poll_every: timedelta) -> None:
        incident_key = held.subject.incident_key
        incident = incidents.get(self.session, incident_key) if incident_key is not None else None
        end = End(held.transition, held.workflow_name, Change(Step.CONTINUED, incident, incident))
        card = self._card(incident_key, subscription.channel)
        has_card, is_living = card is not None, card is not None and card.is_living
        if has_card or (incident and held.transition.execution.job.job_id in incident.failing_jobs):
            decision = decide(end, subscription, self.silences, self.now, has_card=has_card, is_living=is_living)
        else:
            decision = Decision(Verdict.SILENT, Reason.RECOVERED_IN_TIME)
        place = (held.workflow_key, held.transition_key, incident_key)
        told = Told(end, *place, self.unclear_until, poll_every, self.now)
        decisions.add(self.session, tell_one(self.session, told, subscription, Choice(decision, card)))

    def _is_held_on(self, subscription: Subscription, held: Held | HeldOverdue, workflow_id: str, job_id: str) -> bool:
        """Whether something else holds it back by now; then that one releases it."""
        covering = [one for one in self.silences if one.covers(subscription.channel, workflow_id, job_id, self.now)]
        decision = hold_back(subscription, covering, self.now)
        if decision is None:
            return False
        decisions.add(self.session, (held.subject, Decided(decision, self.now)))
        holding.release(self.session, [held], self.now)
        return True

    def _sum_up(self, subscription: Subscription, held: Sequence[Held], late: Sequence[HeldOverdue]) -> None:
        ends = [_held_end(one) for one in held]
        until = max([one.held_until for one in held] + [one.held_until for one in late])
        summary = sum_up(self._held_by(subscription), until, ends, partial(folding.is_broken, self.session))
        draft = Draft(
            key=_summary_key(subscription.channel, self.cause.reason, held, late),
            channel=subscription.channel,
            facts=with_late(summary, [_held_late(one) for one in late]),
            about_at=max([end.happened_at for end in ends] + [one.since for one in late]),
            unclear_until=self.unclear_until,
        )
        queued = outbox.put(self.session, draft, self.now)
        holding.release(self.session, [*held, *late], self.now, queued)
        self._stand_in_for_cards(subscription, held, queued)

    def _stand_in_for_cards(self, subscription: Subscription, held: Sequence[Held], summary: int) -> None:
        """An incident that is still open was told by the summary: its recovery is told there, its next failure by a
        card of its own."""
        remind = subscription.rules.remind_every
        keys = {one.subject.incident_key for one in held if one.subject.incident_key is not None}
        for incident_key in sorted(keys):
            if self._card(incident_key, subscription.channel):
                continue
            if incidents.get(self.session, incident_key).is_open:
                remind_at = self.now + remind if remind else None
                identity = (incident_key, subscription.channel, subscription.subscription_id)
                cards.add(self.session, cards.NewCard(*identity, summary, remind_at))

    def _card(self, incident_key: int | None, channel: str) -> Card | None:
        return cards.card_of(self.session, incident_key, channel) if incident_key is not None else None

    def _held_by(self, subscription: Subscription) -> HeldCause:
        silence_key = self.cause.silence_key
        silence = silences.get(self.session, silence_key) if silence_key is not None else None
        if silence:
            return HeldCause(title_of(self.session, silence))
        return HeldCause(quiet=subscription.rules.quiet)


def _held_end(held: Held) -> HeldEnd:
    """A run that completed is told as a recovery where it belongs to an incident."""
    change = Change(Step.NOTHING, None)
    outcome = End(held.transition, held.workflow_name, change).outcome
    if outcome is Outcome.COMPLETED and held.subject.incident_key is not None:
        outcome = Outcome.RECOVERED
    return HeldEnd(held.workflow_name, held.transition.execution, outcome, held.transition.happened_at)


def _held_late(held: HeldOverdue) -> HeldLate:
    return HeldLate(held.outcome, held.workflow_name, held.job_name, held.since)


def _place(held: Held) -> tuple[str, str]:
    return held.transition.execution.workflow_id, held.transition.execution.job.job_id


def _place_of_late(held: HeldOverdue) -> tuple[str, str]:
    """A start that does not come belongs to no job."""
    return held.workflow_id, held.job_id or ""


def _summary_key(channel: str, reason: Reason, held: Sequence[Held], late: Sequence[HeldOverdue]) -> str:
    """Follows from what was held back, so that it is the same after the database was lost."""
    runs = [f"{one.transition.execution.job_execution_id} {one.transition.status}" for one in held]
    overdue = [f"{one.overdue_subject} {one.outcome}" for one in late]
    told = "\n".join(sorted(runs) + sorted(overdue))
    return message_key(channel, Purpose.HELD, reason.name, sha256(told.encode()).hexdigest())
