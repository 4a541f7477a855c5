"""What Slack told lately, so that it is not asked again for each request: for some minutes, of some thousand things."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Generic, TypeVar

from bot.slack.workspace import Refused

K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class Remembered(Generic[K, V]):
    """`keep_for` and `retry_after` are in seconds; the latter holds for what Slack did not tell."""

    ask: Callable[[K], V | Refused]
    keep_for: float = 120.0
    retry_after: float = 5.0
    most: int = 2000
    now: Callable[[], float] = monotonic
    _told: OrderedDict[K, tuple[float, V | Refused]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: K) -> V | Refused:
        """Two that ask at once may both ask Slack: nobody waits for another's answer."""
        with self._lock:
            until, told = self._told.get(key, (self.now(), None))
        if told is not None and self.now() < until:
            return told
        answer = self.ask(key)
        with self._lock:
            self._told[key] = (
                self.now() + (self.retry_after if isinstance(answer, Refused) else self.keep_for),
                answer,
            )
            self._told.move_to_end(key)
            if len(self._told) > self.most:
                self._told.popitem(last=False)
        return answer
