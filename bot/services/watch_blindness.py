"""Says when the API cannot be read for too long, and when it is over what was missed and made up for."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.blindness import Blind, Sight, blind_since, look
from bot.core.delivery import Purpose, message_key
from bot.store import blindness, cards, outbox, subscriptions, watch
from bot.store.blindness import BlindCard, OpenSpell
from bot.store.engine import Database, Session
from bot.store.outbox import Draft

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchBlindness:
    """The step that watches our own sight."""

    database: Database
    clock: Clock
    blind_after: timedelta
    poll_every: timedelta

    def step(self) -> bool:
        """Notice whether sight was lost or has come back; returns whether anything is new.

        Looked at in a snapshot first: almost always nothing is new, and nobody has to wait for that.
        """
        with self.database.snapshot() as session:
            if self._look(session) is Sight.SAME:
                return False
        with self.database.transaction() as session:
            self._follow(session, self._look(session), self.clock())
        return True

    def _look(self, session: Session) -> Sight:
        opened = blindness.open_spell(session)
        spell = opened.spell if opened else None
        behind = blindness.behind(session, spell.seen_again_at, self.poll_every) if spell and spell.seen_again_at else 0
        return look(blindness.api_view(session), spell, behind, self.clock(), self.blind_after)

    def _follow(self, session: Session, sight: Sight, now: datetime) -> None:
        opened = blindness.open_spell(session)
        view = blindness.api_view(session)
        match sight, opened:
            case Sight.LOST, None:
                self._tell_lost(session, blind_since(view, now), now)
            case Sight.BACK, OpenSpell(key):
                blindness.note_sight(session, key, view.answered_at)
            case Sight.LOST_AGAIN, OpenSpell(key):
                blindness.note_sight(session, key, None)
            case Sight.MADE_UP, OpenSpell():
                self._tell_over(session, opened, now)

    def _tell_lost(self, session: Session, since: datetime, now: datetime) -> None:
        reason = watch.api_health(session).error or ""
        key = blindness.begin(session, since, reason, now)
        if key is None:
            return
        log.error("the Data Flow API could not be read since %s: %s", since.isoformat(), reason)
        for channel in subscriptions.alert_channels(session):
            message = message_key(channel, Purpose.BLIND, since.isoformat())
            queued = outbox.add(session, Draft(message, channel, Blind(since, reason), about_at=since), now)
            if queued is not None:
                blindness.add_card(session, key, BlindCard(channel, queued))

    def _tell_over(self, session: Session, opened: OpenSpell, now: datetime) -> None:
        """The message is changed, so that it does not say what is no more; and a reply that the channel sees says that
        it is over. Where the message has not been sent yet, it alone says both."""
        if not blindness.close(session, opened.key, now):
            return
        missed, spell = blindness.missed(session, opened.spell), opened.spell
        over = Blind(spell.since, opened.reason, spell.seen_again_at, missed.ended, missed.failed)
        log.warning("the Data Flow API is read again; %d runs ended meanwhile, %d failed", missed.ended, missed.failed)
        for card in blindness.cards_of(session, opened.key):
            if cards.change_unsent(session, card.outbox_key, over):
                continue
            about_at = spell.seen_again_at or now
            change = Draft(
                message_key(card.channel, Purpose.BLIND, "over", spell.since.isoformat()),
                card.channel,
                over,
                about_at,
                stream=cards.stream_of(card.outbox_key),
                edits=card.outbox_key,
            )
            reply = Draft(
                message_key(card.channel, Purpose.BLIND, "made up for", spell.since.isoformat()),
                card.channel,
                over,
                about_at,
                reply_to=card.outbox_key,
                is_broadcast=True,
            )
            outbox.add(session, change, now)
            outbox.add(session, reply, now)
