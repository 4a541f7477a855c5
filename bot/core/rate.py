"""How often one person may ask: a bucket of tokens for each of those who asked last, in memory.

A restart fills every bucket, and every process has its own: this keeps one person from keeping the bot busy, no more.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RateRule:
    """`burst` requests at once, and another one `every` so often. `people` are remembered; the others start full."""

    burst: int = 20
    every: timedelta = timedelta(seconds=3)
    people: int = 1000


@dataclass(frozen=True, slots=True)
class Wait:
    """Too often. `is_first` is true for the first refusal since something was allowed."""

    until: datetime
    is_first: bool


@dataclass(frozen=True, slots=True)
class _Bucket:
    """`full_at` is when it will be full again; every token taken moves that moment."""

    full_at: datetime
    is_refusing: bool = False


@dataclass(slots=True)
class RateLimit:
    rule: RateRule = field(default_factory=RateRule)
    _buckets: OrderedDict[Hashable, _Bucket] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: Hashable, now: datetime) -> Wait | None:
        """Take a token; None: there was one. A refusal costs nothing."""
        with self._lock:
            bucket = self._buckets.pop(who, None) or _Bucket(now)
            taken, wait = self._take(bucket, now)
            self._buckets[who] = taken
            if len(self._buckets) > self.rule.people:
                self._buckets.popitem(last=False)
            return wait

    def _take(self, bucket: _Bucket, now: datetime) -> tuple[_Bucket, Wait | None]:
        full_at = max(bucket.full_at, now) + self.rule.every
        allowed_at = full_at - self.rule.burst * self.rule.every
        if allowed_at <= now:
            return _Bucket(full_at), None
        return _Bucket(bucket.full_at, is_refusing=True), Wait(allowed_at, not bucket.is_refusing)
