"""The append-only record of everything that happened in the workspace. What a checker of the bot's promises reads."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.demo.slack_server.block_rules import Json


class Happening(StrEnum):
    CALLED = "called"
    """A Web API call was carried out; `outcome` is "ok" or the error the server decided on."""
    SPOILED = "spoiled"
    """A fault was applied to a call; `outcome` names the kind, and may keep the answer from the caller."""
    APPEARED = "appeared"
    """A message became visible to the people in the channel."""
    EDITED = "edited"
    DELETED = "deleted"
    WHISPERED = "whispered"
    """A message became visible to one person only."""
    RESPONDED = "responded"
    """A response_url was used; `outcome` is "ok" or why not."""
    CONNECTED = "connected"
    """A socket opened."""
    DISCONNECTED = "disconnected"
    SENT = "sent"
    """An envelope left for a socket."""
    ACKED = "acked"
    """An envelope was acknowledged in time."""
    ACKED_LATE = "acked late"
    UNACKED = "unacked"
    """The time for an ack ran out."""
    VIEWED = "viewed"
    """A view was opened, pushed, updated, published or closed; `outcome` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    at: float  # seconds on the server's clock
    what: Happening
    method: str = ""
    channel: str = ""  # the id; what the caller wrote if there is no such channel
    ts: str = ""
    thread_ts: str = ""  # of a message that is a reply
    outcome: str = ""
    text: str = ""
    blocks: tuple[Json, ...] = ()
    metadata: Mapping[str, Any] | None = None


class Journal:
    """Entries in the order in which they happened. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def append(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def entries(self, *what: Happening, since: int = 0) -> list[Entry]:
        """All entries from position `since` on, or only those of the given kinds."""
        with self._lock:
            taken = self._entries[since:]
        return [entry for entry in taken if not what or entry.what in what]
