"""Mutes and maintenance windows."""

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.silence import Silence, Weekly
from bot.store.message_tables import DecisionRow, SilenceRow


def add(session: Session, silence: Silence, now: datetime) -> int:
    """A new one; returns its id. Its own id is not looked at."""
    return session.execute(
        insert(SilenceRow)
        .values(
            kind=silence.kind,
            starts_at=silence.starts_at,
            ends_at=silence.ends_at,
            channel=silence.channel,
            workflow_id=silence.workflow_id,
            job_id=silence.job_id,
            weekly=msgspec.json.encode(silence.weekly).decode() if silence.weekly else None,
            created_by=silence.created_by,
            created_at=now,
            note=silence.note,
        )
        .returning(SilenceRow.id)
    ).scalar_one()


_IN_FORCE = (
    select(SilenceRow)
    .where(or_(SilenceRow.ends_at.is_(None), SilenceRow.ends_at > bindparam("now", type_=SilenceRow.ends_at.type)))
    .order_by(SilenceRow.id)
)


def in_force(session: Session, now: datetime) -> list[Silence]:
    """Those that have not ended for good, whether active now or not."""
    return [_silence(row) for row in session.scalars(_IN_FORCE, {"now": now})]


def get(session: Session, silence_id: int) -> Silence | None:
    row = session.get(SilenceRow, silence_id)
    return _silence(row) if row else None


def end(session: Session, silence_id: int, now: datetime) -> bool:
    """End it now; what it held back is told at once. False when there is none that is still in force."""
    ended = session.execute(
        update(SilenceRow)
        .where(SilenceRow.id == silence_id, or_(SilenceRow.ends_at.is_(None), SilenceRow.ends_at > now))
        .values(ends_at=now)
        .returning(SilenceRow.id)
    ).one_or_none()
    session.execute(
        update(DecisionRow)
        .where(
            DecisionRow.held_until.is_not(None),
            DecisionRow.released_at.is_(None),
            DecisionRow.silence_key == silence_id,
        )
        .values(held_until=now)
    )
    return ended is not None


def _silence(row: SilenceRow) -> Silence:
    return Silence(
        silence_id=row.id,
        kind=row.kind,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        channel=row.channel,
        workflow_id=row.workflow_id,
        job_id=row.job_id,
        weekly=typed_json.decode(row.weekly, Weekly) if row.weekly else None,
        created_by=row.created_by,
        note=row.note,
    )
