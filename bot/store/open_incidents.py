"""Reads for the people who ask what is wrong now: the open incidents of all workflows, and where their cards stand."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.digest import MessageRef
from bot.core.incidents import Incident
from bot.store.incidents import decode
from bot.store.message_tables import CardRow, IncidentRow, OutboxRow
from bot.store.tables import WorkflowRow


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An incident that is not over, with its cards that stand in Slack, by Slack's ids of their channels."""

    incident_key: int
    workflow_name: str
    incident: Incident
    cards: tuple[MessageRef, ...] = ()


def newest(session: Session, limit: int) -> tuple[list[OpenIncident], int]:
    """The newest of them first, and how many there are in all."""
    is_open = IncidentRow.closed_at.is_(None)
    rows = session.execute(
        select(IncidentRow.id, WorkflowRow.name, IncidentRow.snapshot)
        .join(WorkflowRow, WorkflowRow.id == IncidentRow.workflow_key)
        .where(is_open)
        .order_by(IncidentRow.opened_at.desc(), IncidentRow.id.desc())
        .limit(limit)
    ).all()
    total = session.execute(select(func.count()).select_from(IncidentRow).where(is_open)).scalar_one()
    cards = _cards(session, [row.id for row in rows])
    return [OpenIncident(row.id, row.name, decode(row.snapshot), tuple(cards[row.id])) for row in rows], total


def _cards(session: Session, incident_keys: Collection[int]) -> dict[int, list[MessageRef]]:
    rows = session.execute(
        select(CardRow.incident_key, OutboxRow.message_channel, OutboxRow.message_ts)
        .join(OutboxRow, OutboxRow.id == CardRow.outbox_key)
        .where(CardRow.incident_key.in_(incident_keys), OutboxRow.message_ts.is_not(None))
        .order_by(CardRow.id)
    )
    found: dict[int, list[MessageRef]] = defaultdict(list)
    for incident_key, channel, ts in rows:
        if channel and ts:
            found[incident_key].append(MessageRef(channel, ts))
    return found
