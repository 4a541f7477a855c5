"""The messages of one conversation in the order of their ts, with threads and pages. Knows no permissions."""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, replace

from bot.demo.slack_server.messages import MICROSECONDS, Message, format_ts, parse_ts


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in microseconds, ends included."""

    oldest: int = 0
    latest: int = 2**63


class Timeline:
    def __init__(self) -> None:
        self._last = 0
        self._messages: dict[int, Message] = {}
        self._top_level: list[int] = []
        self._replies: dict[int, list[int]] = {}
        self._ephemeral: dict[int, Message] = {}

    def next_ts(self, now: float) -> str:
        """A ts not given before in this conversation, later than all others."""
        self._last = max(self._last + 1, round(now * MICROSECONDS))
        return format_ts(self._last)

    def add(self, message: Message) -> None:
        at = parse_ts(message.ts)
        if message.ephemeral_for:
            self._ephemeral[at] = message
            return
        self._messages[at] = message
        if message.thread_ts:
            insort(self._replies.setdefault(parse_ts(message.thread_ts), []), at)
        if message.is_top_level:
            insort(self._top_level, at)

    def find(self, ts: str) -> Message | None:
        """The message that everyone sees, with its thread."""
        try:
            at = parse_ts(ts)
        except ValueError:
            return None
        return self._with_thread(self._messages[at]) if at in self._messages else None

    def find_ephemeral(self, ts: str) -> Message | None:
        return self._ephemeral.get(parse_ts(ts))

    def replace(self, message: Message) -> None:
        """Put a changed message in the place of the one with its ts."""
        kept = self._ephemeral if message.ephemeral_for else self._messages
        kept[parse_ts(message.ts)] = replace(message, thread=())

    def remove(self, message: Message) -> None:
        """Take a message out. One that has replies leaves a tombstone, as in Slack."""
        at = parse_ts(message.ts)
        if message.ephemeral_for:
            del self._ephemeral[at]
        elif self._replies.get(at):
            self.replace(
                Message(
                    channel=message.channel,
                    ts=message.ts,
                    user="USLACKBOT",
                    text="This message was deleted.",
                    is_tombstone=True,
                )
            )
        else:
            self._forget(at, self._messages.pop(at))

    def visible(self, seen_by: str | None = None) -> list[Message]:
        """The top-level messages, oldest first, with what only `seen_by` sees among them."""
        shown = [self._with_thread(self._messages[at]) for at in self._top_level]
        whispered = [message for message in self._ephemeral.values() if message.ephemeral_for == seen_by]
        return sorted(
            (message for message in [*shown, *whispered] if not message.is_tombstone),
            key=lambda message: parse_ts(message.ts),
        )

    def page(self, span: Span, limit: int, before: int | None = None) -> tuple[list[Message], int | None]:
        """The newest top-level messages of the span, newest first, and where the next page starts, if there is one."""
        order = self._top_level
        end = bisect_right(order, span.latest) if before is None else bisect_left(order, before)
        start = bisect_left(order, span.oldest)
        taken = order[max(start, end - limit) : end]
        messages = [self._with_thread(self._messages[at]) for at in reversed(taken)]
        return messages, taken[0] if taken and end - limit > start else None

    def replies(self, ts: str, span: Span) -> list[Message]:
        """A thread, oldest first, its first message leading whatever the span."""
        parent = self.find(ts)
        if parent is None:
            return []
        inside = [reply for reply in parent.thread if span.oldest <= parse_ts(reply.ts) <= span.latest]
        return [parent, *inside]

    def _with_thread(self, message: Message) -> Message:
        replies = self._replies.get(parse_ts(message.ts), ())
        return replace(message, thread=tuple(self._messages[at] for at in replies)) if replies else message

    def _forget(self, at: int, message: Message) -> None:
        if message.is_top_level:
            self._top_level.remove(at)
        if message.thread_ts:
            self._replies[parse_ts(message.thread_ts)].remove(at)
