"""Finds out about messages that may or may not have been posted: the channel's own history tells."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

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
ALL_OF_IT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LookBack:
    """The step that looks back, and what a start begins with.

    `threads` are those read so far, for what an earlier life posted there: that life is over, so once is enough.
    """

    database: Database
    sender: MessageSender
    clock: Clock
    times: DeliveryTimes
    fallback: str | None = None
    threads: dict[MessageRef, Sequence[Found]] = field(default_factory=dict)

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
        """Read place after place until everything is found, the likeliest place first."""
        since = search.since - self.times.margin
        found: list[Found] = []
        for channel, thread in self._places(search):
            if not _has_all(search, found):
                reading = self.sender.read_back(slack_ids.get(channel, channel), since, thread)
                if isinstance(reading, Unreadable):
                    return reading
                found += reading
        return self._with_threads(search, found) if search.may_stand_elsewhere else found

    def _places(self, search: Search) -> Iterator[tuple[str, MessageRef | None]]:
        yield search.channel, search.thread
        if search.may_stand_elsewhere:
            elsewhere = dict.fromkeys([search.channel, self.fallback or search.channel])
            yield from ((channel, None) for channel in elsewhere if search.thread or channel != search.channel)

    def _with_threads(self, search: Search, found: Sequence[Found]) -> Sequence[Found] | Unreadable:
        """A channel's history leaves out its threads, in which an earlier life may have told what we look for.

        Slack allows about fifty readings a minute: a search that is cut short goes on where it ended.
        """
        everything = list(found)
        for parent in (message.ref for message in found if message.has_replies):
            if _has_all(search, everything):
                break
            if parent not in self.threads:
                reading = self.sender.read_back(parent.channel, ALL_OF_IT, parent)
                if isinstance(reading, Unreadable):
                    return reading
                self.threads[parent] = reading
            everything += self.threads[parent]
        return everything

    def _record(self, session: Session, search: Search, reading: Sequence[Found] | Unreadable, now: datetime) -> None:
        if isinstance(reading, Unreadable) and not reading.is_lasting:
            log.warning("cannot look into %s: %s", search.channel, reading.reason)
            looking_back.look_again(session, search.messages, now + ASK_AGAIN_AFTER, reading.reason)
            return
        if isinstance(reading, Unreadable):
            channels.note_read(session, search.channel, reading.reason)
            looking_back.mark_missing(session, search.messages, now, is_certain=False)
            return
        channels.note_read(session, search.channel, None)
        places, missing = places_by_key(reading), []
        for message in search.messages:
            if ref := places.get(message.key):
                looking_back.mark_found(session, message, Posted(ref.channel, ref.ts), now)
            elif ref := places.get(carried_mark(message.key)):
                looking_back.mark_carried(session, message, Posted(ref.channel, ref.ts), now)
            else:
                missing.append(message)
        looking_back.mark_missing(session, missing, now, is_certain=True)


def places_by_key(found: Sequence[Found]) -> dict[str, MessageRef]:
    """Where each key stands, the oldest message first; a carried alert stands where its carrier does."""
    places: dict[str, MessageRef] = {}
    for message in sorted(found, key=lambda message: message.ref.ts):
        for key in message.mark.keys:
            places.setdefault(key, message.ref)
    return places


def _has_all(search: Search, found: Sequence[Found]) -> bool:
    keys = {key for message in found for key in message.mark.keys}
    return all(keys & {message.key, carried_mark(message.key)} for message in search.messages)
