"""Makes the daily digest of each alert channel when it is due: once per channel and local date."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.core.delivery import Purpose, message_key
from bot.core.digest import (
    DayCounts,
    Digest,
    compared_days,
    day_window,
    digest_due_at,
    next_digest_day,
    summarise,
)
from bot.core.retry import Form
from bot.core.subscribing import is_person
from bot.services.boot import Boot
from bot.services.tell import alert_key
from bot.store import digests, outbox, subscriptions
from bot.store.engine import Database, Session
from bot.store.outbox import Draft

LEASE = timedelta(minutes=2)
LATEST_MISSED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestTimes:
    """When digests are due: a time of day in a zone."""

    at: time
    zone: ZoneInfo

    def due_at(self, day: date) -> datetime:
        return digest_due_at(day, self.at, self.zone)

    def following(self, day: date, now: datetime) -> date:
        """The day to tell of next: those that are long past are left out."""
        return max(day + timedelta(days=1), (now - LATEST_MISSED).astimezone(self.zone).date())


@dataclass(frozen=True, slots=True)
class ScheduleDigests:
    """The step that makes digests. `times` has the zone of channels that have not chosen another."""

    database: Database
    clock: Clock
    times: DigestTimes
    boot: Boot

    def plan(self) -> None:
        """Let each alert channel, but no person, have a digest to come; moved when the settings name another time."""
        now = self.clock()
        with self.database.transaction() as session:
            channels = [name for name in subscriptions.alert_channels(session) if not is_person(name)]
            digests.drop_plans_of_others(session, channels)
            times_of = {channel: self._times_of(session, channel) for channel in channels}
            digests.move_plans(session, lambda channel, day: times_of[channel].due_at(day))
            for channel, times in times_of.items():
                if not digests.has_plan(session, channel):
                    day = next_digest_day(now, times.at, times.zone)
                    digests.plan(session, channel, day, times.due_at(day))

    def step(self) -> bool:
        """Make the digest that has been due longest; returns whether there was one.

        In one transaction: claim it, make it, queue it, plan the next day's. A day that passed while the bot was
        down is made up for, up to a week of them.
        """
        now = self.clock()
        with self.database.transaction() as session:
            claim = digests.claim(session, now, LEASE)
            if claim is None:
                return False
            due = digests.due(session, claim.id)
            times = self._times_of(session, due.channel)
            if times.due_at(due.day) > now:  # the channel has chosen another zone since it was planned
                digests.put_off(session, claim, times.due_at(due.day))
                return True
            digest = make_digest(session, due.day, times.zone, now, due.channel)
            key = message_key(due.channel, Purpose.DIGEST, due.day.isoformat())
            unclear_until = self.boot.unclear_until if due.due_at <= self.boot.at else None
            draft = Draft(key, due.channel, digest, about_at=due.due_at, unclear_until=unclear_until, form=Form.CHART)
            queued = outbox.add(session, draft, now)
            digests.finish_made(session, claim, now, queued)
            following = times.following(due.day, now)
            digests.plan(session, due.channel, following, times.due_at(following))
        return True

    def _times_of(self, session: Session, channel: str) -> DigestTimes:
        return replace(self.times, zone=subscriptions.locale_of(session, channel).zone or self.times.zone)


def make_digest(session: Session, day: date, zone: ZoneInfo, now: datetime, channel: str | None) -> Digest:
    """The digest of a local day, with links to the alerts in a channel where one is given."""
    window = day_window(day, zone)
    before = [
        DayCounts(past.day, digests.counts_between(session, past.start, past.end)) for past in compared_days(day, zone)
    ]
    ended = digests.ended_between(session, window.start, window.end)
    digest = summarise(ended, digests.running(session), before, window, now)
    return digest if channel is None else _with_links(session, digest, channel)


def _with_links(session: Session, digest: Digest, channel: str) -> Digest:
    keys = {run.job_execution_id: alert_key(channel, run.job_execution_id, run.status) for run in digest.failures}
    messages = digests.messages(session, keys.values())
    failures = tuple(replace(run, alert=messages.get(keys[run.job_execution_id])) for run in digest.failures)
    return replace(digest, failures=failures)
