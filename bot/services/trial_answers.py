"""What the command that tries an alert out answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TrialQueued:
    """A test alert waits to be sent to this channel. How long it took stands in it once it is there."""

    channel: str
