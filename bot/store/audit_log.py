"""The log of changes: rows are added and read. The database itself refuses to change or remove them."""

import json

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from bot.core.audit_log import LogEntry, State
from bot.core.people import Person
from bot.store.audit_tables import AuditLogRow

LONGEST_TARGET = 500
"""Characters: a refused change may name anything at all."""
LONGEST_NAME = 200


def append(session: Session, entry: LogEntry) -> None:
    session.execute(
        insert(AuditLogRow).values(
            at=entry.at,
            team_id=entry.person.team_id,
            user_id=entry.person.user_id,
            called=entry.called[:LONGEST_NAME],
            channel_id=entry.channel_id,
            action=entry.action,
            target=entry.target[:LONGEST_TARGET],
            verdict=entry.verdict,
            reason=entry.reason,
            before=_written(entry.before),
            after=_written(entry.after),
        )
    )


def newest(session: Session, count: int, search: str | None = None) -> list[LogEntry]:
    """The last of them, newest first; with `search` those whose action, target or person it names."""
    query = select(AuditLogRow).order_by(AuditLogRow.id.desc()).limit(count)
    if search:
        holds = (column.icontains(search, autoescape=True) for column in (AuditLogRow.target, AuditLogRow.called))
        query = query.where(or_(*holds, AuditLogRow.action == search.lower(), AuditLogRow.user_id == search.upper()))
    return [_entry(row) for row in session.scalars(query)]


def _entry(row: AuditLogRow) -> LogEntry:
    return LogEntry(
        at=row.at,
        person=Person(row.team_id, row.user_id),
        called=row.called,
        channel_id=row.channel_id,
        action=row.action,
        target=row.target,
        verdict=row.verdict,
        reason=row.reason,
        before=_read(row.before),
        after=_read(row.after),
    )


def _written(state: State | None) -> str | None:
    return None if state is None else json.dumps(dict(state), ensure_ascii=False)


def _read(written: str | None) -> State | None:
    return None if written is None else json.loads(written)
