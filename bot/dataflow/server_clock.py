"""What time it is at the API: our clock, corrected by the Date header of its answers.

The gateway refuses requests that are more than 5 minutes off its own clock, so a wrong clock here must not stop us.
"""

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from bot.clock import Clock

logger = logging.getLogger(__name__)

RESOLUTION = timedelta(seconds=1)
NOISE = timedelta(seconds=2)
WORTH_A_WARNING = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ServerClock:
    """`offset` is the server's time minus ours; zero while the two agree within 2 seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._warned_of = timedelta()
        self.offset = timedelta()

    def our_time(self) -> datetime:
        return self._clock()

    def timestamp_ms(self, offset: timedelta) -> int:
        """Milliseconds since 1970, corrected by `offset`; computed in integers, which no absurd offset overflows."""
        return (self._clock() - _EPOCH) // timedelta(milliseconds=1) + offset // timedelta(milliseconds=1)

    def observe(self, date_header: str | None, sent_at: datetime) -> None:
        """Learn from an answer to a request sent at `sent_at` by our clock.

        The server wrote the header between then and now, and cut it to a second, so the offset lies in a range.
        The present one is kept while it is in that range, give or take the noise.
        """
        server_time = parse_http_date(date_header)
        if server_time is None:
            return
        low = server_time - self._clock()
        high = server_time - sent_at + RESOLUTION
        if low - NOISE <= self.offset <= high + NOISE:
            return
        middle = (low + high) / 2
        self.offset = middle if abs(middle) > NOISE else timedelta()
        self._warn()

    def _warn(self) -> None:
        """Once, and again when the clocks have drifted on by more than a minute."""
        if abs(self.offset - self._warned_of) <= WORTH_A_WARNING:
            return
        self._warned_of = self.offset
        if abs(self.offset) > WORTH_A_WARNING:
            seconds = self.offset.total_seconds()
            logger.warning("This machine's clock differs from the Data Flow API's by %+.0f s: set it right", seconds)


@lru_cache(maxsize=16)
def parse_http_date(text: str | None) -> datetime | None:
    """An HTTP-date as aware UTC; None when it is absent or not a date. All answers of a second have the same."""
    if not text:
        return None
    try:
        parsed = parsedate_to_datetime(text)
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
