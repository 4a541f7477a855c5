"""Looks again at what was held back when its time has come: tells it, sums it up, or lets it rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from bot.clock import Clock
from bot.core.alerting import Decision, End, Reason, Verdict, decide, hold_back
from bot.core.delivery import Purpose, message_key
from bot.core.held import HeldEnd, sum_up
from bot.core.incidents import Change, Incident, Step
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence
from bot.services.boot import Boot
from bot.services.silence_words import title_of
from bot.services.tell import Told, tell_one
from bot.store import cards, decisions, folding, holding, incidents, outbox, silences, subscriptions
from bot.store.engine import Database, Session
from bot.store.holding import Cause, Held
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
            held = holding.due(session, cause, now, unlooked) if cause else ()
            if cause is None or not held:
                return False
            active = {one.subscription_id: one for one in subscriptions.active(session)}
            release = Release(session, cause, silences.in_force(session, now), now, self._unclear_until(held))
            if subscription := active.get(cause.subscription_key):
                release.run(subscription, held, self.poll_every)
            else:
                release.drop(held)
        return True

    def _unlooked(self, now: datetime) -> datetime | None:
        """What has waited since then is told though its workflow was not polled again: Data Flow does not answer. A
        process that has just started has not asked yet."""
        before = now - LOOK_FOR_POLLS * self.poll_every
        return before if before >= self.boot.at else None

    def _unclear_until(self, held: Sequence[Held]) -> datetime | None:
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

    def run(self, subscription: Subscription, held: Sequence[Held], poll_every: timedelta) -> None:
        if self.cause.reason is Reason.WAITING_FOR_RECOVERY:
            for one in held:
                self._decide_again(subscription, one, poll_every)
            holding.release(self.session, held, self.now)
        else:
            self._sum_up(subscription, [one for one in held if not self._is_held_on(subscription, one)])

    def drop(self, held: Sequence[Held]) -> None:
        """Nobody asks for it any more."""
        for one in held:
            decisions.add(self.session, one.subject, Decision(Verdict.SILENT, Reason.UNSUBSCRIBED), None)
        holding.release(self.session, held, self.now)

    def _decide_again(self, subscription: Subscription, held: Held, poll_every: timedelta) -> None:
        incident_key = held.subject.incident_key
        incident = incidents.get(self.session, incident_key) if incident_key is not None else None
        end = End(held.transition, held.workflow_name, Change(Step.CONTINUED, incident, incident))
        has_card = self._has_card(incident_key, subscription.channel)
        if has_card or _is_failing(incident, held):
            decision = decide(end, subscription, self.silences, self.now, has_card=has_card)
        else:
            decision = Decision(Verdict.SILENT, Reason.RECOVERED_IN_TIME)
        transition_key = held.subject.transition_key
        told = Told(end, held.workflow_key, transition_key, incident_key, self.unclear_until, poll_every, self.now)
        tell_one(self.session, told, subscription, decision)

    def _is_held_on(self, subscription: Subscription, held: Held) -> bool:
        """Whether something else holds it back by now; then that one releases it."""
        execution = held.transition.execution
        place = (subscription.channel, execution.workflow_id, execution.job.job_id)
        covering = [one for one in self.silences if one.covers(*place, self.now)]
        decision = hold_back(subscription, covering, self.now)
        if decision is None:
            return False
        decisions.add(self.session, held.subject, decision, None)
        holding.release(self.session, [held], self.now)
        return True

    def _sum_up(self, subscription: Subscription, held: Sequence[Held]) -> None:
        if not held:
            return
        ends = [_held_end(one) for one in held]
        until = max(one.held_until for one in held)
        draft = Draft(
            key=_summary_key(subscription.channel, self.cause.reason, held),
            channel=subscription.channel,
            facts=sum_up(self._cause_in_words(subscription), until, ends, partial(folding.is_broken, self.session)),
            about_at=max(end.happened_at for end in ends),
            unclear_until=self.unclear_until,
        )
        queued = outbox.add(self.session, draft, self.now) or outbox.row_of(self.session, draft.key)
        holding.release(self.session, held, self.now, queued)
        if queued is not None:
            self._stand_in_for_cards(subscription, held, queued)

    def _stand_in_for_cards(self, subscription: Subscription, held: Sequence[Held], summary: int) -> None:
        """An incident that is still open was told by the summary: its recovery is told there, its next failure by a
        card of its own."""
        remind = subscription.rules.remind_every
        keys = {one.subject.incident_key for one in held if one.subject.incident_key is not None}
        for incident_key in sorted(keys):
            if self._has_card(incident_key, subscription.channel):
                continue
            if incidents.get(self.session, incident_key).is_open:
                remind_at = self.now + remind if remind else None
                identity = (incident_key, subscription.channel, subscription.subscription_id)
                cards.add(self.session, cards.NewCard(*identity, summary, remind_at))

    def _has_card(self, incident_key: int | None, channel: str) -> bool:
        return incident_key is not None and cards.card_of(self.session, incident_key, channel) is not None

    def _cause_in_words(self, subscription: Subscription) -> str:
        silence_key = self.cause.silence_key
        silence = silences.get(self.session, silence_key) if silence_key is not None else None
        if silence:
            return title_of(self.session, silence)
        quiet = subscription.rules.quiet
        return f"quiet hours {quiet.start:%H:%M}-{quiet.end:%H:%M} {quiet.zone}" if quiet else "quiet hours"


def _is_failing(incident: Incident | None, held: Held) -> bool:
    trouble = incident.trouble_of(held.transition.execution.job.job_id) if incident else None
    return trouble is not None and trouble.recovered_at is None


def _held_end(held: Held) -> HeldEnd:
    """A run that completed is told as a recovery where it belongs to an incident."""
    change = Change(Step.NOTHING, None)
    outcome = End(held.transition, held.workflow_name, change).outcome
    if outcome is Outcome.COMPLETED and held.subject.incident_key is not None:
        outcome = Outcome.RECOVERED
    return HeldEnd(held.workflow_name, held.transition.execution, outcome, held.transition.happened_at)


def _summary_key(channel: str, reason: Reason, held: Sequence[Held]) -> str:
    """Follows from the runs that were held back, so that it is the same after the database was lost."""
    runs = sorted(f"{one.transition.execution.job_execution_id} {one.transition.status}" for one in held)
    return message_key(channel, Purpose.HELD, reason.name, sha256("\n".join(runs).encode()).hexdigest())
