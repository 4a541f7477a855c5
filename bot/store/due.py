"""Whether anything is due, of all that is looked for again and again: one cheap look where those would be a dozen."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState
from bot.store.message_tables import CardRow, DecisionRow, DigestRow, OutboxRow
from bot.store.rerun_tables import RerunRow
from bot.store.tables import WatchRow, WorkflowRow

_NOW = bindparam("now", type_=WatchRow.due_at.type)


def _is_free(row: type[WatchRow] | type[WorkflowRow] | type[DigestRow]) -> ColumnElement[bool]:
    return (row.due_at <= _NOW) & or_(row.lease_until.is_(None), row.lease_until <= _NOW)


# Not IN (…), which SQLAlchemy writes out anew each time.
_IS_TO_BE_LOOKED_AT = or_(
    (OutboxRow.state == DeliveryState.PENDING) & (OutboxRow.due_at <= _NOW),
    (OutboxRow.state == DeliveryState.UNCLEAR) & (OutboxRow.due_at <= _NOW),
    (OutboxRow.state == DeliveryState.SENDING) & (OutboxRow.lease_until <= _NOW),
)
_ANYTHING = select(
    or_(
        select(WatchRow.id).where(_is_free(WatchRow) | (WatchRow.triggers_due_at <= _NOW)).exists(),
        select(WorkflowRow.id).where(_is_free(WorkflowRow), WorkflowRow.is_watched & WorkflowRow.is_listed).exists(),
        select(OutboxRow.id).where(OutboxRow.message_ts.is_(None), _IS_TO_BE_LOOKED_AT).exists(),
        select(DigestRow.id).where(_is_free(DigestRow), DigestRow.made_at.is_(None)).exists(),
        select(CardRow.id).where(CardRow.remind_at <= _NOW).exists(),
        select(DecisionRow.id).where(DecisionRow.held_until <= _NOW, DecisionRow.released_at.is_(None)).exists(),
        select(RerunRow.id).where(RerunRow.due_at <= _NOW, RerunRow.closed_at.is_(None)).exists(),
    )
)
"""Made once: it is asked twice a second, and making it takes longer than asking."""


def is_anything_due(session: Session, now: datetime) -> bool:
    """Rather yes than no: a message whose channel is not ready yet counts, and what somebody else is at may."""
    return bool(session.scalar(_ANYTHING, {"now": now}))


def next_after(session: Session, now: datetime) -> datetime | None:
    """The next digest, reminder, or end of what holds something back; None when nothing is to come."""
    digest = select(func.min(DigestRow.due_at)).where(DigestRow.made_at.is_(None), DigestRow.due_at > now)
    reminder = select(func.min(CardRow.remind_at)).where(CardRow.remind_at > now)
    waiting = (DecisionRow.held_until > now, DecisionRow.released_at.is_(None))
    held = select(func.min(DecisionRow.held_until)).where(*waiting)
    moments = [session.execute(query).scalar() for query in (digest, reminder, held)]
    return min((moment for moment in moments if moment is not None), default=None)
