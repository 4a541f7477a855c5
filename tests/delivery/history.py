"""What reached Slack, when its readers see it, and what they would call lost or told twice."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.catch_up import carried_mark
from bot.core.digest import MessageRef
from bot.services.ports import Mark, Outgoing


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the bot that is shown from `shown_at` on, until somebody deletes it."""

    ref: MessageRef
    thread: MessageRef | None
    mark: Mark
    shown_at: datetime
    is_deleted: bool = False

    def is_visible(self, now: datetime) -> bool:
        return self.shown_at <= now and not self.is_deleted


History = tuple[Message, ...]
"""Every message that ever reached Slack, in the order in which they were sent."""


def with_sent(history: History, message: Outgoing, shown_at: datetime) -> History:
    """The message has reached Slack, which shows it from then on under a time stamp of that moment.

    One that edits another is not seen beside it.
    """
    if message.edits:
        return history
    ref = MessageRef(message.channel, f"{shown_at.timestamp():.0f}.{len(history):06}")
    return (*history, Message(ref, message.thread, message.mark, shown_at))


def without(history: History, ref: MessageRef, now: datetime) -> History:
    """The message is deleted, if it is visible."""
    return tuple(
        replace(message, is_deleted=True) if message.ref == ref and message.is_visible(now) else message
        for message in history
    )


def is_settled(history: History, now: datetime) -> bool:
    """Whether nothing is on its way any more."""
    return all(message.shown_at <= now for message in history)


def untold(history: History, now: datetime, keys: Collection[str]) -> list[str]:
    """Those of the keys that no visible message tells."""
    told = {told for message in history if message.is_visible(now) for told in _tells(message)}
    return [key for key in keys if carried_mark(key) not in told]


def told_twice(messages: Iterable[Message]) -> list[str]:
    """What more than one of the messages tells, as its own or because it carries it."""
    count = Counter(told for message in messages for told in _tells(message))
    return [told for told, times in count.items() if times > 1]


def _tells(message: Message) -> tuple[str, ...]:
    return carried_mark(message.mark.key), *message.mark.carries
