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
from bot.store.looking_back import Search, UnclearMessage

log = logging.getLogger(__name__)

ASK_AGAIN_AFTER = timedelta(seconds=2)
ALL_OF_IT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Looked:
    """What was found in the channels that were read, and where the reading had to stop, and why, if it had to."""

    found: list[Found] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    stopped_at: str = ""
    stopped_by: Unreadable | None = None


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
        looked = self._look(search, slack_ids)
        with self.database.transaction() as session:
            self._record(session, search, looked, self.clock())
        return True

    def _look(self, search: Search, slack_ids: dict[str, str]) -> Looked:
        """Read place after place until everything is found, the likeliest place first."""
        since = search.since - self.times.margin
        looked = Looked()
        for channel, thread in self._places(search):
            if _has_all(search, looked.found):
                return looked
            reading = self.sender.read_back(slack_ids.get(channel, channel), since, thread)
            if isinstance(reading, Unreadable):
                looked.stopped_at, looked.stopped_by = channel, reading
                return looked
            looked.read.add(channel)
            looked.found += reading
        if search.may_stand_elsewhere:
            self._look_into_threads(search, looked)
        return looked

    def _places(self, search: Search) -> Iterator[tuple[str, MessageRef | None]]:
        yield search.channel, search.thread
        if search.may_stand_elsewhere:
            elsewhere = dict.fromkeys([search.channel, self.fallback or search.channel])
            yield from ((channel, None) for channel in elsewhere if search.thread or channel != search.channel)

    def _look_into_threads(self, search: Search, looked: Looked) -> None:
        """A channel's history leaves out its threads, in which an earlier life may have told what we look for.

        Slack allows about fifty readings a minute: a search that is cut short goes on where it ended.
        """
        for parent in [message.ref for message in looked.found if message.has_replies]:
            if _has_all(search, looked.found):
                return
            if parent not in self.threads:
                reading = self.sender.read_back(parent.channel, ALL_OF_IT, parent)
                if isinstance(reading, Unreadable):
                    looked.stopped_at, looked.stopped_by = search.channel, reading
                    return
                self.threads[parent] = reading
            looked.found += self.threads[parent]

    def _record(self, session: Session, search: Search, looked: Looked, now: datetime) -> None:
        """What was found is found, wherever the reading had to stop; of the rest nobody can tell then."""
        for channel in looked.read:
            channels.note_read(session, channel, None)
        missing = _mark_found(session, search, looked.found, now)
        if looked.stopped_by is None:
            looking_back.mark_missing(session, missing, now, is_certain=True)
        elif looked.stopped_by.is_lasting:
            channels.note_read(session, looked.stopped_at, looked.stopped_by.reason)
            looking_back.mark_missing(session, missing, now, is_certain=False)
        else:
            log.warning("cannot look into %s: %s", looked.stopped_at, looked.stopped_by.reason)
            looking_back.look_again(session, missing, now + ASK_AGAIN_AFTER, looked.stopped_by.reason)


def _mark_found(session: Session, search: Search, found: Sequence[Found], now: datetime) -> list[UnclearMessage]:
    """Returns those that were not found."""
    places, missing = places_by_key(found), []
    for message in search.messages:
        if ref := places.get(message.key):
            looking_back.mark_found(session, message, Posted(ref.channel, ref.ts), now)
        elif ref := places.get(carried_mark(message.key)):
            looking_back.mark_carried(session, message, Posted(ref.channel, ref.ts), now)
        else:
            missing.append(message)
    return missing


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
