"""Events of Slack's Events API: which of them are meant for the bot, and that each is dealt with once."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from bot.slack.work import Json

IsNew = Callable[[Json], bool]
"""As a Bolt matcher, it comes last: it takes note of what it is asked about."""


@dataclass(slots=True)
class SeenEvents:
    """Remembers events by id: Slack sends one again, at once, after one minute and after five, when an ack got lost
    (Slack docs, "Events API", retries)."""

    keep_for: float = 15 * 60.0
    now: Callable[[], float] = monotonic
    _seen: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, body: Json) -> bool:
        """True the first time; as a Bolt matcher: the second time the event matches nothing."""
        event_id, now = str(body.get("event_id")), self.now()
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now - self.keep_for:
                del self._seen[next(iter(self._seen))]
            is_new = event_id not in self._seen
            self._seen.setdefault(event_id, now)
        return is_new


def is_direct(event: Json) -> bool:
    return event.get("channel_type") == "im"


def is_from_a_person(event: Json) -> bool:
    """Neither written by a bot, ourselves included, nor the news of an edit, a deletion or the like."""
    return not event.get("bot_id") and not event.get("subtype") and bool(event.get("user"))


def is_home_tab(event: Json) -> bool:
    return event.get("tab") == "home"
