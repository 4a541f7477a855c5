"""Keeps App Home as it is now for those who opened it a short while ago, within what Slack allows.

Slack takes about a hundred Home tabs a minute (Slack docs, views.publish). Whoever just clicked comes first; the rest
are shown what has changed, a few at a time. It has a lane of its own, so that no alert ever waits for it.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zlib import crc32

from bot.clock import Clock
from bot.core.people import Profile
from bot.language import speaking
from bot.services.show_home import Home
from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.home.places import FindPlaces
from bot.slack.home.view import Viewer, home_view
from bot.slack.screen import Screen, View

LOOK_EVERY = timedelta(seconds=2.5)
AT_ONCE = 3
"""Tabs for each look, hence at most 72 a minute: the rest of a hundred is for those who open theirs or click."""
NO_SOONER_THAN = timedelta(seconds=5)
"""After a tab was published: what changes in quick succession is shown together."""
WATCHED_FOR = timedelta(hours=1)
MOST_VIEWERS = 50
STALE_AFTER = timedelta(minutes=5)
"""When nothing changed, the tab still says how long ago that was true."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What somebody looks at. Only they see it, so it is in their language and zone."""

    profile: Profile
    opened_at: datetime
    published_at: datetime
    fingerprint: int


@dataclass(slots=True)
class HomeKeeper:
    """Shared by the listeners' threads and the lane that looks for changes."""

    look: Callable[[], Home]
    places: FindPlaces
    screen: Screen
    links: Callable[[], Links]
    clock: Clock
    _shown: dict[str, _Shown] = field(default_factory=dict)
    _quiet_until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def show(self, profile: Profile, news: Message | None = None) -> None:
        """Publish it now, to somebody who opened it or clicked there; `news` is what came of the click."""
        now, home = self.clock(), self.look()
        self._publish(profile, home, now, news)
        shown = _Shown(profile, now, now, self._fingerprint(profile, home))
        with self._lock:
            self._shown.pop(profile.person.user_id, None)
            self._shown[profile.person.user_id] = shown
            while len(self._shown) > MOST_VIEWERS:
                del self._shown[next(iter(self._shown))]

    def step(self) -> bool:
        """Show what has changed to those who still look, whoever has waited longest first."""
        now = self.clock()
        with self._lock:
            self._shown = {user: one for user, one in self._shown.items() if now - one.opened_at < WATCHED_FOR}
            waiting = [one for one in self._shown.values() if now - one.published_at >= NO_SOONER_THAN]
        if not waiting:
            return False
        home, published = self.look(), 0
        for one in sorted(waiting, key=lambda one: one.published_at):
            if published == AT_ONCE or self._must_wait(now):
                break
            fingerprint = self._fingerprint(one.profile, home)
            if fingerprint != one.fingerprint:
                published += 1
                is_shown = self._publish(one.profile, home, now)
                self._note(one, now, fingerprint if is_shown else one.fingerprint)
        return False

    def _must_wait(self, now: datetime) -> bool:
        return self._quiet_until is not None and now < self._quiet_until

    def _publish(self, profile: Profile, home: Home, now: datetime, news: Message | None = None) -> bool:
        published = self.screen.publish(profile.person.user_id, self._view(profile, home, news))
        if published.retry_after is not None:
            self._quiet_until = now + timedelta(seconds=published.retry_after)
        return published.is_shown

    def _note(self, shown: _Shown, now: datetime, fingerprint: int) -> None:
        """Whose turn it was, also where Slack took nothing; unless they opened it anew meanwhile."""
        user_id = shown.profile.person.user_id
        with self._lock:
            if self._shown.get(user_id) is shown:
                self._shown[user_id] = replace(shown, published_at=now, fingerprint=fingerprint)

    def _view(self, profile: Profile, home: Home, news: Message | None = None) -> View:
        places = self.places.of(profile.person.user_id)
        with speaking(profile.language, profile.zone):
            return home_view(home, Viewer(places.ids, places.are_known, news), self.links())

    def _fingerprint(self, profile: Profile, home: Home) -> int:
        return crc32(json.dumps(self._view(profile, _stilled(home))).encode())


def _stilled(home: Home) -> Home:
    """Without what changes all the time and tells nothing: when exactly which workflow was read last."""
    status, every = home.status, STALE_AFTER.total_seconds()
    then = datetime.fromtimestamp(status.as_of.timestamp() // every * every, UTC)
    failing = tuple(replace(one, polled_at=None, lag=timedelta()) for one in status.workflows if one.error)
    answered_at = then if status.api_answered_at else None
    return replace(home, status=replace(status, as_of=then, api_answered_at=answered_at, workflows=failing))
