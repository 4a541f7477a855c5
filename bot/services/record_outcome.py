"""What follows from the outcome of a send: for the message, for its channel, and for the people who should know."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.delivery import (
    DeliveryTimes,
    FailureClass,
    Notice,
    NoticeKind,
    NotPosted,
    Outcome,
    Posted,
    Purpose,
    Unclear,
    message_key,
)
from bot.core.retry import LONGEST_WAIT, GiveUp, PostAnew, RetryAt, Scope, after_failure, back_off
from bot.services.try_alert import tell_time
from bot.store import channels, outbox, sending, subscriptions
from bot.store.engine import Session
from bot.store.outbox import Draft
from bot.store.sending import ClaimedMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """`admins` are told, by direct message, of a channel that refuses us."""

    times: DeliveryTimes
    admins: Sequence[str] = ()
    jitter: Callable[[], float] = random.random

    def record(self, session: Session, claimed: ClaimedMessage, outcome: Outcome, now: datetime) -> None:
        """Write it down, within the caller's transaction."""
        match outcome:
            case Posted():
                sending.mark_sent(session, claimed, outcome, now)
                channels.heal(session, claimed.send_to, outcome.channel)
                tell_time(session, claimed, now)
            case NotPosted():
                log.warning("message %s to %s was refused: %s", claimed.key, claimed.send_to, outcome.error)
                self._follow(session, claimed, outcome, now)
            case Unclear():
                log.warning("message %s to %s may or may not be there: %s", claimed.key, claimed.send_to, outcome.error)
                sending.mark_unclear(session, claimed, outcome.error, now + self.times.settle)
                wait = back_off(claimed.attempts, LONGEST_WAIT, self.jitter())
                self._hold(session, claimed.send_to, now, RetryAt(now + wait, Scope.CHANNEL, claimed.form))

    def _follow(self, session: Session, claimed: ClaimedMessage, refused: NotPosted, now: datetime) -> None:
        match after_failure(refused, claimed.attempts, claimed.form, now, jitter=self.jitter()):
            case GiveUp(reason):
                log.error("message %s to %s is given up: %s", claimed.key, claimed.send_to, reason)
                sending.mark_dead(session, claimed, reason, now)
            case PostAnew():
                sending.post_anew(session, claimed, refused.error, now)
            case RetryAt() as retry:
                # What the whole channel or workspace waits for is kept at its gate, so that the message itself is
                # ready as soon as there is another way.
                at = retry.at if retry.scope is Scope.MESSAGE else now
                if refused.failure is FailureClass.CHANNEL and claimed.has_way_out:
                    sending.post_anew(session, claimed, refused.error, now)
                else:
                    sending.mark_retry(session, claimed, at, retry.form, refused.error)
                self._hold(session, claimed.send_to, now, retry)
                self._note_breakage(session, claimed.send_to, refused, now)

    def _hold(self, session: Session, channel: str, now: datetime, retry: RetryAt) -> None:
        match retry.scope:
            case Scope.CHANNEL:
                channels.note_failing(session, channel, now)
                channels.hold_channel(session, channel, retry.at)
            case Scope.WORKSPACE:
                channels.hold_workspace(session, retry.at)
            case Scope.MESSAGE:
                pass

    def _note_breakage(self, session: Session, channel: str, refused: NotPosted, now: datetime) -> None:
        match refused.failure:
            case FailureClass.TOKEN:
                channels.break_workspace(session, refused.error, now)
            case FailureClass.CHANNEL if channels.break_channel(session, channel, refused.error, now):
                self._tell_people(session, channel, refused.error, now)
            case _:
                pass

    def _tell_people(self, session: Session, channel: str, error: str, now: datetime) -> None:
        """Once per breakage: those who subscribed the channel and the admins."""
        notice = Notice(NoticeKind.CHANNEL_REFUSES, channel, error)
        for person in dict.fromkeys([*subscriptions.subscribers(session, channel), *self.admins]):
            if person != channel:
                channels.ensure(session, person, now)
                key = message_key(person, Purpose.NOTICE, "broken", channel, now.isoformat())
                outbox.add(session, Draft(key, person, notice, about_at=now), now)
