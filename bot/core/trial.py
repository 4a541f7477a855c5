"""A test of the way that alerts take."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Trial:
    """Nothing has failed: somebody wants to see that an alert arrives. `arrived_at` is set once it has, and told by an
    edit of the message."""

    by: str
    asked_at: datetime
    arrived_at: datetime | None = None

    @property
    def took(self) -> timedelta | None:
        """From the question to the answer of Slack that the message stands in the channel."""
        return None if self.arrived_at is None else max(self.arrived_at - self.asked_at, timedelta())
