"""Finds out about messages that may or may not have been posted: the channel's own history tells."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryTimes, Posted
from bot.core.digest import MessageRef
from bot.services.ports import Found, MessageSender, Unreadable
from bot.store import channels, looking_back, outbox
from bot.store.engine import Database, Session
from bot.store.looking_back import Search

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class LookBack:
    """The step that looks back, and what a start begins with."""

    database: Database
    sender: MessageSender
    clock: Clock
    times: DeliveryTimes
    fallback: str | None = None

    def reopen(self) -> None:
        """After a start: every open message is unclear from now on, and looked for after the settle time.

        This is what makes a lost, restored or shortened database harmless.
        """
        now = self.clock()
        with self.database.transaction() as session:
            outbox.reopen(session, now, now + self.times.settle)
            channels.forget_sweeps(session)

    def step(self) -> bool:
        """Look for every due message of one channel or thread; returns whether there was any.

        1. Claim them, so that one process looks.
        2. Read the place, all pages, from before the earliest of them can have been posted.
        3. Found: it is sent. Not found in a complete reading: it is sent again. Not readable: ask again, or, where
           only a person could help, send it as a possible repeat.
        """
        with self.database.transaction() as session:
            search = looking_back.claim_search(session, self.clock(), self.times.lease)
            slack_ids = channels.slack_ids(session) if search else {}
        if search is None:
            return False
        found = self._read(search, slack_ids)
        with self.database.transaction() as session:
            self._record(session, search, found, self.clock())
        return True

    def _read(self, search: Search, slack_ids: dict[str, str]) -> Sequence[Found] | Unreadable:
        since = search.since - self.times.margin
        places = [search.channel]
        if self.fallback and search.may_stand_elsewhere and self.fallback != search.channel:
            places.append(self.fallback)
        found: list[Found] = []
        for place in places:
            reading = self._read_place(slack_ids.get(place, place), since, search.thread)
            if isinstance(reading, Unreadable):
                return reading
            found += reading
        return found

    def _read_place(self, channel: str, since: datetime, thread: MessageRef | None) -> Sequence[Found] | Unreadable:
        """A channel's history leaves out its threads, in which an earlier life may have told what we look for."""
        found: list[Found] = []
        threads = [thread]
        for place in threads:
            reading = self.sender.read_back(channel, since, place)
            if isinstance(reading, Unreadable):
                return reading
            found += reading
            if place is None:
                threads += [message.ref for message in reading if message.has_replies]
        return found

    def _record(self, session: Session, search: Search, reading: Sequence[Found] | Unreadable, now: datetime) -> None:
        if isinstance(reading, Unreadable) and not reading.is_lasting:
            log.warning("cannot look into %s: %s", search.channel, reading.reason)
            for message in search.messages:
                looking_back.look_again(session, message, now + ASK_AGAIN_AFTER, reading.reason)
            return
        if isinstance(reading, Unreadable):
            channels.note_read(session, search.channel, reading.reason)
            for message in search.messages:
                looking_back.mark_missing(session, message, now, is_certain=False)
            return
        channels.note_read(session, search.channel, None)
        places = places_by_key(reading)
        for message in search.messages:
            ref = places.get(message.key) or places.get(carried_mark(message.key))
            if ref:
                looking_back.mark_found(session, message, Posted(ref.channel, ref.ts), now)
            else:
                looking_back.mark_missing(session, message, now, is_certain=True)


def places_by_key(found: Sequence[Found]) -> dict[str, MessageRef]:
    """Where each key stands, the oldest message first; a carried alert stands where its carrier does."""
    places: dict[str, MessageRef] = {}
    for message in sorted(found, key=lambda message: message.ref.ts):
        for key in (message.mark.key, *message.mark.carries):
            places.setdefault(key, message.ref)
    return places
