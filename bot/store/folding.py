"""Alerts that wait for a channel, and their folding into a catch-up message."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from bot.core.alerting import Alert
from bot.core.catch_up import WaitingAlert
from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import Execution, ExecutionStatus
from bot.store import facts
from bot.store.message_tables import ChannelRow, OutboxRow
from bot.store.tables import ExecutionRow, JobRow, WorkflowRow

_TOLD_BY_CATCH_UP = (Purpose.RECOVERY, Purpose.REMINDER)
"""A catch-up message says which jobs still fail: without the card that they reply to these say nothing more."""


def crowded_channels(session: Session, now: datetime, more_than: int) -> list[str]:
    """Working channels for which more alerts wait than this, at least one of them due."""
    rows = session.execute(
        select(OutboxRow.channel)
        .join(ChannelRow, ChannelRow.channel == OutboxRow.channel)
        .where(_waiting(), ChannelRow.failing_since.is_(None), ChannelRow.broken_since.is_(None))
        .group_by(OutboxRow.channel)
        .having(func.count() > more_than, func.min(OutboxRow.due_at) <= now)
    )
    return list(rows.scalars())


def waiting_alerts(session: Session, channel: str) -> list[WaitingAlert]:
    """The alerts that wait for a channel and surely do not stand in it. The rows are locked, where that exists."""
    rows = session.execute(
        select(OutboxRow.id, OutboxRow.key, OutboxRow.facts, OutboxRow.created_at)
        .where(_waiting(), OutboxRow.channel == channel)
        .order_by(OutboxRow.id)
        .with_for_update(skip_locked=True)
    )
    alerts = ((row, key, facts.decode(Purpose.ALERT, text), at) for row, key, text, at in rows)
    return [WaitingAlert(row, key, alert, at) for row, key, alert, at in alerts if isinstance(alert, Alert)]


def fold_into(session: Session, alerts: Sequence[WaitingAlert], carrier: int, now: datetime) -> None:
    """These are told by the message in another row from now on, and so is what was to be said below them."""
    session.execute(
        update(OutboxRow),
        [{"id": alert.row, "state": DeliveryState.FOLDED, "closed_at": now, "carried_by": carrier} for alert in alerts],
    )
    rows = [alert.row for alert in alerts]
    drop_changes(session, rows, now)
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.reply_to.in_(rows), OutboxRow.purpose.in_(_TOLD_BY_CATCH_UP), _is_unsent())
        .values(state=DeliveryState.FOLDED, closed_at=now, carried_by=carrier)
    )


def drop_changes(session: Session, rows: Sequence[int], now: datetime) -> None:
    """What was folded is not changed any more: its own changes, too, are told by what it was folded into."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.edits.in_(rows), _is_unsent())
        .values(state=DeliveryState.FOLDED, closed_at=now)
    )


def is_broken(session: Session, execution: Execution) -> bool:
    """Whether the newest ended run of the execution's job is one that did not complete."""
    newest = session.execute(
        select(ExecutionRow.status)
        .join(JobRow, JobRow.id == ExecutionRow.job_key)
        .join(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .where(
            WorkflowRow.workflow_id == execution.workflow_id,
            JobRow.job_id == execution.job.job_id,
            ExecutionRow.is_ended,
        )
        .order_by(ExecutionRow.began_at.desc(), ExecutionRow.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return newest is not ExecutionStatus.COMPLETED


def _is_unsent() -> ColumnElement[bool]:
    return OutboxRow.message_ts.is_(None) & OutboxRow.state.in_((DeliveryState.PENDING, DeliveryState.UNCLEAR))


def _waiting() -> ColumnElement[bool]:
    return (
        OutboxRow.message_ts.is_(None)
        & (OutboxRow.state == DeliveryState.PENDING)
        & (OutboxRow.purpose == Purpose.ALERT)
        & OutboxRow.edits.is_(None)
    )
