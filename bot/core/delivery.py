"""What a message to Slack is, before and after it is sent: its purpose, its key and the three-valued outcome."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from bot.core.alerting import Alert
from bot.core.digest import Digest

_KEYS = UUID("6a4f1a0e-5c53-4f0e-9d5e-0b6a5f1c7d21")


class Purpose(StrEnum):
    """Why the bot posts by itself."""

    ALERT = "alert"
    DIGEST = "digest"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the bot has to say about itself or about a channel, in plain words."""

    headline: str
    detail: str = ""


Facts = Alert | Digest | Notice
"""What a message tells. Blocks are made of it when it is sent, so that what is queued outlives a new layout."""


class DeliveryState(StrEnum):
    """The life of an outbox row. SENDING is a durable intent: from then on the message may be in Slack."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class FailureClass(StrEnum):
    """What kind of trouble kept a message out of Slack, and so what helps."""

    TRANSIENT = "transient"
    RATE_LIMITED = "rate limited"
    TOKEN = "token"  # noqa: S105 - the name of a class of errors
    CHANNEL = "channel"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Posted:
    """The message stands in the channel, under this id and time stamp."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class NotPosted:
    """The message surely does not stand in the channel. `retry_after` is in seconds, where Slack named it."""

    failure: FailureClass
    error: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can tell from here whether the message stands in the channel."""

    error: str


Outcome = Posted | NotPosted | Unclear


def message_key(channel: str, purpose: Purpose, *subject: str) -> str:
    """The same facts for the same channel always have the same key, also after the database was lost.

    Slack's channel ids are unique across workspaces, so the key needs no workspace, which a bot that starts while
    Slack is down would not know.
    """
    return str(uuid5(_KEYS, "\x1f".join((channel, purpose, *subject))))
