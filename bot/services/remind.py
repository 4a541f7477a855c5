"""Repeats, while nobody looks after it, that an incident is still open."""

from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.core.delivery import Purpose, message_key
from bot.core.incidents import Incident
from bot.core.reminding import decide_reminder
from bot.core.rules import Rules, Subscription
from bot.core.telling import Reminder
from bot.services.boot import Boot
from bot.store import cards, incidents, outbox, reminders, silences, subscriptions
from bot.store.cards import DueReminder
from bot.store.decisions import Decided
from bot.store.engine import Database, Session
from bot.store.outbox import Draft


def follow_rules(session: Session, before: Subscription, after: Rules, now: datetime) -> None:
    """Whoever asks to be reminded means what is open now, too. Where it was asked for before, the next one comes no
    later than the new rule has it; where it is asked for no more, the next one is dropped when it is due."""
    if after.remind_every and after.remind_every != before.rules.remind_every:
        cards.remind_from_now(session, before.subscription_id, after.remind_every, now)


@dataclass(frozen=True, slots=True)
class Remind:
    """The step that reminds."""

    database: Database
    clock: Clock
    boot: Boot

    def step(self) -> bool:
        """Look at the card whose reminder has been due longest; returns whether there was one.

        It is put off while a mute, a window or quiet hours hold it back, and dropped when the incident is over, has
        somebody who looks after it, or nobody asks to be reminded any more. After downtime it comes once, be it ours or
        Slack's.
        """
        now = self.clock()
        with self.database.transaction() as session:
            due = cards.due_reminder(session, now)
            if due is None:
                return False
            incident = incidents.get(session, due.incident_key)
            active = {one.subscription_id: one for one in subscriptions.active(session)}
            subscription = active.get(due.subscription_key)
            decision = decide_reminder(subscription, incident, silences.in_force(session, now), now)
            queued = self._queue(session, due, incident, now) if decision.should_alert else None
            reminders.add(session, due.card_key, Decided(decision, now, queued))
            every = subscription.rules.remind_every if subscription else None
            again_at = now + every if queued is not None and every else decision.until
            cards.remind_at(session, due.card_key, again_at)
        return True

    def _queue(self, session: Session, due: DueReminder, incident: Incident, now: datetime) -> int:
        _, workflow_name = incidents.workflow_of(session, due.incident_key)
        reminder = Reminder(workflow_name, incident, now)
        waiting = reminders.overtake(session, due.card_key, reminder)
        if waiting is not None:
            return waiting
        moments = (incident.opened_at.isoformat(), due.remind_at.isoformat())
        subject = (incident.workflow_id, incident.jobs[0].job.job_id, *moments)
        draft = Draft(
            key=message_key(due.channel, Purpose.REMINDER, *subject),
            channel=due.channel,
            facts=reminder,
            about_at=due.remind_at,
            unclear_until=self.boot.unclear_until if due.remind_at <= self.boot.at else None,
            reply_to=due.outbox_key,
            is_broadcast=True,
        )
        return outbox.put(session, draft, now)
