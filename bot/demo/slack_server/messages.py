"""One message as a value, and its JSON as Slack shows it to apps. Where messages are kept is in timeline.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack_server.block_rules import Json

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    channel: str
    ts: str  # "seconds.microseconds"; the id of the message within its channel
    user: str  # who wrote it
    text: str
    bot_id: str | None = None  # set when an app wrote it
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    metadata: Mapping[str, Any] | None = None
    edited: str | None = None  # ts of the last edit
    thread_ts: str | None = None  # ts of the message it replies to
    is_broadcast: bool = False  # a reply that is shown in the channel as well
    is_tombstone: bool = False  # deleted, but it had replies
    ephemeral_for: str | None = None
    reactions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    thread: tuple["Message", ...] = ()  # the replies, oldest first; filled in when read

    @property
    def posted_at(self) -> float:
        return parse_ts(self.ts) / MICROSECONDS

    @property
    def is_top_level(self) -> bool:
        return self.thread_ts is None or self.is_broadcast

    def render(self, *, with_metadata: bool = False) -> Json:
        rendered: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        rendered.update(self._author(), **self._content(), **self._place_in_thread())
        if self.edited:
            rendered["edited"] = {"user": self.user, "ts": self.edited}
        if self.reactions:
            rendered["reactions"] = [
                {"name": name, "count": len(users), "users": list(users)} for name, users in self.reactions.items()
            ]
        if with_metadata and self.metadata:
            rendered["metadata"] = dict(self.metadata)
        return rendered

    def _author(self) -> Json:
        if self.is_tombstone:
            return {"subtype": "tombstone", "hidden": True}
        return {"bot_id": self.bot_id} if self.bot_id else {}

    def _content(self) -> Json:
        content = {"blocks": self.blocks, "attachments": self.attachments, "files": self.files}
        return {name: list(held) for name, held in content.items() if held}

    def _place_in_thread(self) -> Json:
        place: Json = {"thread_ts": self.thread_ts} if self.thread_ts else {}
        if self.is_broadcast:
            place["subtype"] = "thread_broadcast"
        if self.thread:
            users = sorted({reply.user for reply in self.thread})
            place |= {
                "thread_ts": self.ts,
                "reply_count": len(self.thread),
                "reply_users": users,
                "reply_users_count": len(users),
                "latest_reply": self.thread[-1].ts,
            }
        return place


def format_ts(microseconds: int) -> str:
    return f"{microseconds // MICROSECONDS}.{microseconds % MICROSECONDS:06d}"


def parse_ts(ts: str) -> int:
    """Microseconds. Raises ValueError for what is not a ts."""
    seconds, _, fraction = ts.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and (not fraction or (fraction.isascii() and fraction.isdigit()))):
        raise ValueError(f"not a ts: {ts!r}")
    return int(seconds) * MICROSECONDS + int(fraction[:6].ljust(6, "0") or "0")
