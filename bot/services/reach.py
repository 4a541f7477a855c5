"""Whether the bot can post where somebody wants it to, as Slack tells. The real end is bot/slack/reach.py."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol


class Obstacle(Enum):
    """Why the bot cannot post somewhere."""

    UNKNOWN_NAME = "no channel that the bot can see is called that"
    NOT_INVITED = "it must be invited first"
    ARCHIVED = "the channel is archived"
    NO_ANSWER = "Slack did not tell"


@dataclass(frozen=True, slots=True)
class Reached:
    """The bot can post there. `is_member` is whether it can read back what it has posted, too."""

    channel_id: str
    is_member: bool = True


@dataclass(frozen=True, slots=True)
class Unreached:
    """`channel` is as somebody named it; `detail` is Slack's own word, where it gave one."""

    channel: str
    obstacle: Obstacle
    detail: str = ""


class Reach(Protocol):
    def look_at(self, channel: str) -> Reached | Unreached:
        """A channel by its id, or by its name with a #. Asks Slack."""
