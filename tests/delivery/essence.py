"""What of a state can make a difference to what follows from it. States of one essence are explored once.

Left out is what no statement of the bot's reads (the last error, when a row was written), what only another poll would
read (incidents and their cards), and what is the same in all states of an exploration (the runs' own times).
Times are counted from now; of those that are past only their order matters, as long as nothing has become old: no run
is old news, no message is out of the reach of a look back or a sweep.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from bot.core.catch_up import FEW
from bot.core.delivery import Purpose
from tests.delivery.due import is_open, milliseconds, rows_of
from tests.delivery.history import Message, told_twice
from tests.delivery.state import LONGEST_LIFE, Alive, Frozen, State

NEVER = milliseconds(LONGEST_LIFE)
"""What is due after as many milliseconds is out of reach."""

MOST_ATTEMPTS = 3
"""After as many the back-off is at its longest."""


def essence(state: State, sweep_every: timedelta) -> object:
    """Where a message stands twice already, the reach of a sweep matters, and with it every age."""
    if told_twice(state.history):
        return state
    return tuple(_Reading(state, sweep_every).parts())


class _Reading:
    """One state, read. Tokens matter only to a frozen process, and to it only what was added to those it has seen."""

    def __init__(self, state: State, sweep_every: timedelta) -> None:
        self._state = state
        self._now = milliseconds(state.now)
        self._sweep_every = sweep_every
        self._frozen = state.sleeper or (state.process if isinstance(state.process, Frozen) else None)
        self._sent = sorted(enumerate(state.history), key=lambda sent: sent[1].ref.ts)
        self._rank = {message.ref.ts: rank for rank, (_, message) in enumerate(self._sent)}
        self._outbox = sorted(rows_of(state.contents, "outbox"), key=lambda row: (row["due_at"], row["id"]))
        self._has_replies = any(row["reply_to"] for row in self._outbox)
        self._can_fold = sum(row["purpose"] == Purpose.ALERT for row in self._outbox) > FEW

    def parts(self) -> Iterator[object]:
        yield self._process()
        yield self._frozen and self._of_frozen(self._frozen)
        yield from map(self._message, self._sent)
        yield from map(self._outbox_row, self._outbox)
        yield from map(self._channel, self._rows("channels"))
        for row in self._rows("workspace"):
            yield self._until(row["ready_at"]), row["broken_since"] is None
        for row in self._rows("workflows"):
            yield (*self._lease("workflows", row), row["baseline_at"], row["is_watched"], row["looked_at"] is None)
        for row in self._rows("watch"):
            yield (*self._lease("watch", row), row["since"], row["is_settled"])
        for row in self._rows("executions"):
            yield row["job_execution_id"], row["is_ended"]
        for row in self._rows("subscriptions"):
            yield row["channel"], row["is_active"]

    def _rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        return rows_of(self._state.contents, table)

    def _process(self) -> object:
        """When it booted matters until the first reading, whose alerts an earlier process may have posted."""
        match self._state.process:
            case Alive(booted_at, read_since_boot, turn):
                return turn, read_since_boot or milliseconds(booted_at) - self._now
            case process:
                return process is None

    def _of_frozen(self, frozen: Frozen) -> object:
        slept_for = self._state.now - frozen.began_in.now
        is_asleep = self._state.sleeper is not None
        return essence(frozen.began_in, self._sweep_every), frozen.fate, frozen.edges_passed, slept_for, is_asleep

    def _message(self, sent: tuple[int, Message]) -> object:
        position, message = sent
        return (
            message.mark,
            message.thread and self._rank[message.thread.ts],
            self._until(milliseconds(message.shown_at)),
            message.is_deleted,
            position if self._frozen else None,
        )

    def _outbox_row(self, row: Mapping[str, Any]) -> object:
        return (
            *(row[name] for name in ("id", "key", "state", "form", "may_repeat", "sent_to", "stream")),
            *(row[name] for name in ("reply_to", "edits", "carried_by")),
            self._rank.get(row["message_ts"]),
            row["closed_at"] is None,
            is_open(row) and (*self._lease("outbox", row), min(row["attempts"], MOST_ATTEMPTS)),
            self._has_replies and row["started_at"] is None,
        )

    def _channel(self, row: Mapping[str, Any]) -> object:
        """Only folding asks whether sends fail, and a process that boots forgets the sweeps."""
        swept_at = row["swept_at"] if self._state.process else None
        return (
            row["slack_id"],
            self._until(row["ready_at"]),
            *(row[name] is None for name in ("broken_since", "unreadable_reason")),
            self._can_fold and row["failing_since"] is None,
            swept_at and self._until(swept_at + milliseconds(self._sweep_every)),
            swept_at and self._sweep_every <= LONGEST_LIFE and self._swept_for(swept_at),
        )

    def _swept_for(self, swept_at: int) -> int:
        """How long after the last message was shown the last sweep began."""
        last = max(milliseconds(message.shown_at) for message in self._state.history)
        return min(swept_at - last, NEVER)

    def _lease(self, table: str, row: Mapping[str, Any]) -> tuple[object, ...]:
        return self._until(row["due_at"]), self._until(row["lease_until"]), self._token(table, row)

    def _token(self, table: str, row: Mapping[str, Any]) -> object:
        if not self._frozen:
            return None
        seen = {known["id"]: known["token"] for known in rows_of(self._frozen.began_in.contents, table)}
        return row["token"] - seen.get(row["id"], 0)

    def _until(self, moment: int | None) -> int | None:
        return None if moment is None else min(max(moment - self._now, 0), NEVER)
