"""Removes what should not stand in a channel: a message that reached Slack later than the settle time allows for, and
so stands there twice, and the head of a thread that was never posted."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryTimes
from bot.core.digest import MessageRef, time_of
from bot.services.boot import Boot
from bot.services.look_back import places_by_key
from bot.services.ports import Found, MessageSender, Unreadable
from bot.store import channels, sweeping
from bot.store.engine import Database

log = logging.getLogger(__name__)

FIRST_SWEEP = timedelta(hours=24)

REACH = timedelta(hours=1)
"""How far back every sweep looks at the least, for those before it may have found Slack out of order."""


@dataclass(frozen=True, slots=True)
class SweepRepeats:
    """The step that sweeps one channel."""

    database: Database
    sender: MessageSender
    clock: Clock
    times: DeliveryTimes
    boot: Boot

    def step(self) -> bool:
        """Sweep the channel that was swept longest ago, when it is time; returns whether there was one.

        1. Claim it. The first sweep after a start reaches back a day, later ones an hour and to before the last.
        2. Read it, and the threads in which we posted since.
        3. Of messages with one key, keep the oldest and delete the rest; also one that a catch-up message carries.
        4. Delete catch-up messages without a thread that an earlier life left behind.
        """
        now = self.clock()
        with self.database.transaction() as session:
            claimed = channels.claim_sweep(session, now, now - self.times.sweep_every)
            if claimed is None:
                return False
            channel, swept_at = claimed
            begin = min(swept_at, now - REACH) if swept_at else now - FIRST_SWEEP
            since = begin - self.times.settle - self.times.margin
            slack_id = channels.slack_ids(session)[channel]
            threads = sweeping.threads_since(session, channel, since)
        found = self._read(slack_id, since, threads)
        for kept, repeat in repeats(found):
            if self.sender.delete(repeat):
                log.warning("removed a repeat of %s from %s", kept.ts, channel)
                with self.database.transaction() as session:
                    sweeping.point_to(session, repeat, kept)
        self._remove_unfinished(headless(found), now)
        return True

    def _remove_unfinished(self, heads: Sequence[Found], now: datetime) -> None:
        """The database was lost between a catch-up message and its thread, and what it was about is told elsewhere.

        With the same alerts it would have been found again, and its row would say so. Until what that life sent has
        settled, a page of its thread may still appear.
        """
        settled = self.boot.unclear_until
        heads = [head for head in heads if time_of(head.ref.ts) < settled <= now]
        if not heads:
            return
        with self.database.snapshot() as session:
            known = sweeping.known_keys(session, [head.mark.key for head in heads])
        for head in heads:
            if head.mark.key not in known and self.sender.delete(head.ref):
                log.warning("removed %s, a catch-up message whose thread was never posted", head.ref.ts)

    def _read(self, channel: str, since: datetime, threads: Iterable[MessageRef]) -> list[Found]:
        """What can be read of it. What cannot be read now the next sweep reads: Slack is not asked on and on while it
        is away, or says that it was asked too much."""
        found: list[Found] = []
        for thread in (None, *threads):
            reading = self.sender.read_back(channel, since, thread)
            if isinstance(reading, Unreadable):
                log.info("cannot sweep %s: %s", channel, reading.reason)
                if not reading.is_lasting:
                    break
            else:
                found += reading
        return found


def repeats(found: Sequence[Found]) -> list[tuple[MessageRef, MessageRef]]:
    """(the message to keep, the one to remove) for each message that is told elsewhere already."""
    places = places_by_key(found)
    standing = {message.ref: message.mark.key for message in sorted(found, key=lambda message: message.ref.ts)}
    pairs = ((places.get(carried_mark(key), places[key]), ref) for ref, key in standing.items())
    return [(kept, ref) for kept, ref in pairs if kept != ref]


def headless(found: Sequence[Found]) -> list[Found]:
    """Messages that only make sense with their thread, and have none."""
    return [message for message in found if message.mark.heads_thread and not message.has_replies]
