"""Reads the contents of a database as the enumeration needs to: what waits there, and until when."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.delivery import DeliveryState
from bot.services.look_back import ASK_AGAIN_AFTER
from tests.delivery.bench import TABLES, Contents

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = {table.name: (position, [column.name for column in table.columns]) for position, table in enumerate(TABLES)}
_OPEN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCLEAR)


def rows_of(contents: Contents, table: str) -> Iterator[Mapping[str, Any]]:
    """Rows by column, as they are stored: times are milliseconds since 1970."""
    position, columns = _TABLES[table]
    return (dict(zip(columns, row, strict=True)) for row in contents[position])


def milliseconds(since_1970: datetime | timedelta) -> int:
    span = since_1970 - _EPOCH if isinstance(since_1970, datetime) else since_1970
    return span // timedelta(milliseconds=1)


def is_open(message: Mapping[str, Any]) -> bool:
    """Whether this row of the outbox is still to be sent, or to be looked for."""
    return message["state"] in _OPEN and message["message_ts"] is None


def ended_runs(contents: Contents) -> set[str]:
    """The runs whose end was found."""
    return {row["job_execution_id"] for row in rows_of(contents, "executions") if row["is_ended"]}


def has_work(step: str, contents: Contents, now: datetime) -> bool:
    """Whether a step may find something now. To try those that cannot would take most of the time."""
    at = milliseconds(now)
    match step:
        case "find earlier watch":
            return not _is_watch_settled(contents)
        case "list":
            return _is_watch_settled(contents) and any(_is_due(row, at) for row in rows_of(contents, "watch"))
        case "poll":
            return any(_is_due(row, at) for row in rows_of(contents, "workflows"))
        case "look back":
            return any(_is_to_be_looked_for(row, at) for row in rows_of(contents, "outbox"))
        case "deliver":
            return any(is_open(row) and row["state"] == DeliveryState.PENDING for row in rows_of(contents, "outbox"))
        case _:
            return True


def next_due(contents: Contents, now: datetime, sweep_every: timedelta) -> datetime:
    """When a step may find something that it does not find now."""
    at = milliseconds(now)
    times = _due_times(contents, at, milliseconds(sweep_every))
    return _EPOCH + timedelta(milliseconds=min(moment for moment in times if moment is not None and moment > at))


def _due_times(contents: Contents, now: int, sweep_every: int) -> Iterator[int | None]:
    for message in filter(is_open, rows_of(contents, "outbox")):
        yield from (message["due_at"], message["lease_until"])
    for gate in ("channels", "workspace"):
        yield from (row["ready_at"] for row in rows_of(contents, gate))
    for leased in ("workflows", "watch"):
        for row in rows_of(contents, leased):
            yield from (row["due_at"], row["lease_until"])
    yield from (row["swept_at"] and row["swept_at"] + sweep_every for row in rows_of(contents, "channels"))
    if not _is_watch_settled(contents):
        yield now + milliseconds(ASK_AGAIN_AFTER)


def _is_watch_settled(contents: Contents) -> bool:
    return all(row["is_settled"] for row in rows_of(contents, "watch"))


def _is_due(row: Mapping[str, Any], now: int) -> bool:
    return row["due_at"] <= now and (row["lease_until"] is None or row["lease_until"] <= now)


def _is_to_be_looked_for(row: Mapping[str, Any], now: int) -> bool:
    since = {DeliveryState.UNCLEAR: row["due_at"], DeliveryState.SENDING: row["lease_until"]}.get(row["state"])
    return since is not None and since <= now and row["message_ts"] is None
