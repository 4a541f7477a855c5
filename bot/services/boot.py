"""The moment this process started, and what follows from it for messages that an earlier one may have posted."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Boot:
    """`settle` is how long after a process died Slack may still show what it sent."""

    at: datetime
    settle: timedelta

    @property
    def unclear_until(self) -> datetime:
        """From then on the channel's history tells what earlier processes posted."""
        return self.at + self.settle
