"""After the database was lost: learns from our own messages since when we watch, so that nothing is missed for it."""

import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.services.look_back import ASK_AGAIN_AFTER
from bot.services.ports import Found, MessageSender, Unreadable
from bot.store import channels, subscriptions, watch
from bot.store.engine import Database

log = logging.getLogger(__name__)

REACH = timedelta(days=7)


class FindEarlierWatch:
    """The step that runs before the first poll of a new database, until Slack has answered."""

    def __init__(self, database: Database, sender: MessageSender, clock: Clock) -> None:
        self._database = database
        self._sender = sender
        self._clock = clock
        self._is_settled = False
        self._ask_at: datetime | None = None

    def step(self) -> bool:
        """Settle since when we watch; returns whether it was settled now.

        1. A database that knows has nothing to ask.
        2. Every message of ours says since when its database watched. The newest one within a week's reach counts.
        3. Where there is none, or no right to read, we watch since this database was made.
        4. Where there is one, the channel's id is known from now on: a repeat that an earlier life left is swept.
        """
        now = self._clock()
        if self._is_settled or (self._ask_at and now < self._ask_at):
            return False
        with self._database.snapshot() as session:
            self._is_settled = watch.is_settled(session)
            since = watch.since(session)
            places = subscriptions.alert_channels(session)
            slack_ids = channels.slack_ids(session)
        if self._is_settled:
            return False
        traces: list[Found] = []
        known: dict[str, str] = {}
        for place in places:
            found = self._sender.read_back(slack_ids.get(place, place), now - REACH)
            if not isinstance(found, Unreadable):
                traces += found
                if found:
                    known[place] = found[0].ref.channel
            elif not found.is_lasting:
                log.warning("waiting for Slack to tell whether this bot watched before: %s", found.reason)
                self._ask_at = now + ASK_AGAIN_AFTER
                return False
        if traces:
            newest = max(traces, key=lambda found: found.ref.ts)
            since = max(min(newest.mark.watching_since, since), now - REACH)
            log.warning("this database is new, but the bot has watched before: it makes up for what happened since")
        with self._database.transaction() as session:
            watch.settle(session, since)
            for place, slack_id in known.items():
                channels.note_id(session, place, slack_id)
        return True
