"""What a message to Slack is, before and after it is sent: its purpose, its key and the three-valued outcome."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from bot.core.alerting import Alert
from bot.core.blindness import Blind
from bot.core.catch_up import CatchUp, CatchUpPage
from bot.core.digest import Digest
from bot.core.reruns import RerunNews
from bot.core.telling import HeldSummary, Maintenance, Overdue, Recovery, Reminder
from bot.core.trial import Trial
from bot.language import N_

_KEYS = UUID("6a4f1a0e-5c53-4f0e-9d5e-0b6a5f1c7d21")


class Purpose(StrEnum):
    """Why the bot posts by itself, in words that are shown."""

    ALERT = N_("alert")
    CATCH_UP = N_("catch-up")
    CATCH_UP_PAGE = N_("catch-up page")
    RECOVERY = N_("recovery")
    REMINDER = N_("reminder")
    HELD = N_("held back")
    MAINTENANCE = N_("maintenance")
    OVERDUE = N_("overdue")
    BLIND = N_("blind")
    DIGEST = N_("digest")
    NOTICE = N_("notice")
    RERUN = N_("re-run")
    TRIAL = N_("test")


class NoticeKind(StrEnum):
    """What the bot has to say about itself or about a channel."""

    WATCHING = "watching"
    CHANNEL_REFUSES = "channel refuses"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Notice:
    """What it says, with how many workflows are watched; or which channel refuses messages and why; or which purpose
    a message has that cannot be read, and what stands in it."""

    kind: NoticeKind
    about: str = ""
    reason: str = ""
    count: int = 0


Facts = (
    Alert
    | CatchUp
    | CatchUpPage
    | Recovery
    | Reminder
    | HeldSummary
    | Maintenance
    | Overdue
    | Blind
    | Digest
    | Notice
    | RerunNews
    | Trial
)
"""What a message tells. Blocks are made of it when it is sent, so that what is queued outlives a new layout."""


class DeliveryState(StrEnum):
    """The life of an outbox row.

    SENDING is a durable intent: from then on the message may be in Slack. UNCLEAR is one whose fate only Slack knows:
    it is looked for in the channel before anything else. FOLDED is told by another row, a catch-up message.
    """

    PENDING = "pending"
    SENDING = "sending"
    UNCLEAR = "unclear"
    SENT = "sent"
    FOLDED = "folded"
    DEAD = "dead"


class FailureClass(StrEnum):
    """What kind of trouble kept a message out of Slack, and so what helps. EDIT: with what it changes or replies to."""

    TRANSIENT = "transient"
    RATE_LIMITED = "rate limited"
    TOKEN = "token"  # noqa: S105 - the name of a class of errors
    CHANNEL = "channel"
    MESSAGE = "message"
    EDIT = "edit"


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


@dataclass(frozen=True, slots=True)
class DeliveryTimes:
    """The times of the delivery protocol.

    `timeout` bounds a send; `settle` is how long after our socket closed Slack may still show the message; a claim
    holds for `lease`, which has room for both after the send began; `margin` is added to every look back for clocks
    that disagree; two messages to one channel are `pace` apart (Slack docs, rate limits: about one a second).
    """

    timeout: timedelta = timedelta(seconds=10)
    settle: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(seconds=90)
    margin: timedelta = timedelta(minutes=5)
    sweep_every: timedelta = timedelta(minutes=5)
    pace: timedelta = timedelta(seconds=1)

    @property
    def send_within(self) -> timedelta:
        """How long after its claim a send may still begin, for whoever takes the claim over to find it settled."""
        return self.lease - self.timeout - self.settle


def message_key(channel: str, purpose: Purpose, *subject: str) -> str:
    """The same facts for the same channel always have the same key, also after the database was lost.

    Slack's channel ids are unique across workspaces, so the key needs no workspace, which a bot that starts while
    Slack is down would not know.
    """
    return str(uuid5(_KEYS, "\x1f".join((channel, purpose, *subject))))
