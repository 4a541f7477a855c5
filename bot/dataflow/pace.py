"""How fast the API is asked: at most so many requests a second, and fewer while it says that they are too many.

The gateway's limits are not documented, so the pace is found as TCP finds its own: halved when the API objects, and
raised little by little while it does not.
"""

import time
from collections.abc import Callable
from threading import Event, Lock

SLOWEST = 0.2
"""Requests a second."""
PAUSE_AFTER_429 = 1.0
"""Seconds, where the answer does not say for how long."""
RECOVERY = 100
"""So many good answers raise the pace by the whole budget."""


class Pace:
    """Safe to share between threads. `most` is the budget in requests a second; None sets no limit, other than what the
    API says. Whoever waits is let go when `stopping` is set."""

    def __init__(self, most: float | None, stopping: Event, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._stopping = stopping
        self._monotonic = monotonic
        self._lock = Lock()
        self._now_at_most = most
        self._next_at = 0.0
        self._slowed_at = float("-inf")

    @property
    def requests_per_second(self) -> float | None:
        """The present pace; None while there is no limit."""
        return self._now_at_most

    def wait(self) -> None:
        """Until it is this request's turn. Turns are given in order, so nobody starves."""
        delay = self.take_turn()
        if delay > 0:
            self._stopping.wait(delay)

    def take_turn(self) -> float:
        """Seconds until the turn that this takes."""
        with self._lock:
            now = self._monotonic()
            turn = max(self._next_at, now)
            self._next_at = turn + (1 / self._now_at_most if self._now_at_most else 0.0)
            return turn - now

    def slow_down(self, retry_after: float | None) -> None:
        """The API answered 429. Requests that were under way together are one objection."""
        with self._lock:
            now = self._monotonic()
            self._next_at = max(self._next_at, now + (retry_after or PAUSE_AFTER_429))
            if self._now_at_most and now - self._slowed_at >= PAUSE_AFTER_429:
                self._now_at_most = max(self._now_at_most / 2, min(SLOWEST, self._most or SLOWEST))
            self._slowed_at = now

    def speed_up(self) -> None:
        """The API answered well."""
        if self._most and self._now_at_most and self._now_at_most < self._most:
            with self._lock:
                self._now_at_most = min(self._now_at_most + self._most / RECOVERY, self._most)
