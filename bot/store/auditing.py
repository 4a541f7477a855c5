"""What the audit reads of the database, and the repairs it makes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.audit import StoredAlert
from bot.core.delivery import DeliveryState
from bot.core.retry import Form
from bot.core.transitions import Watch
from bot.store.message_tables import OutboxRow
from bot.store.tables import ExecutionRow, WorkflowRow
from bot.store.workflows import WatchedWorkflow

_CLOSED = (DeliveryState.SENT, DeliveryState.FOLDED, DeliveryState.DEAD)


def watched_workflows(session: Session) -> list[WatchedWorkflow]:
    """All that are polled, by name."""
    rows = session.execute(
        select(
            WorkflowRow.id, WorkflowRow.workflow_id, WorkflowRow.name, WorkflowRow.baseline_at, WorkflowRow.looked_at
        )
        .where(WorkflowRow.is_watched, WorkflowRow.is_listed)
        .order_by(WorkflowRow.name)
    )
    return [
        WatchedWorkflow(key, workflow_id, name, Watch(baseline_at, is_first_look=looked_at is None))
        for key, workflow_id, name, baseline_at, looked_at in rows
    ]


def stored_ids(session: Session, execution_ids: Iterable[str]) -> set[str]:
    """Those of the executions that we have stored as ended."""
    wanted = list(execution_ids)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        query = select(ExecutionRow.job_execution_id).where(
            ExecutionRow.job_execution_id.in_(wanted[start : start + 500]), ExecutionRow.is_ended
        )
        found.update(session.scalars(query))
    return found


def alerts(session: Session, keys: Iterable[str]) -> dict[str, StoredAlert]:
    """The outbox's rows of these keys."""
    wanted = list(keys)
    found: dict[str, StoredAlert] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(OutboxRow.key, OutboxRow.state, OutboxRow.message_ts, OutboxRow.last_error).where(
                OutboxRow.key.in_(wanted[start : start + 500])
            )
        )
        found |= {key: StoredAlert(state, ts, error) for key, state, ts, error in rows}
    return found


def post_again(session: Session, key: str, now: datetime) -> None:
    """Its message is gone, or was given up: queue it anew, as it was last changed, and so the thread that it took
    along."""
    row = session.execute(select(OutboxRow.id, OutboxRow.state).where(OutboxRow.key == key)).one_or_none()
    if row is None or row.state not in _CLOSED:
        return
    again = OutboxRow.id == row.id
    if row.state is DeliveryState.SENT:
        again |= (OutboxRow.reply_to == row.id) & OutboxRow.state.in_(_CLOSED)
    session.execute(
        update(OutboxRow)
        .where(again)
        .values(
            state=DeliveryState.PENDING,
            form=Form.BLOCKS,
            due_at=now,
            attempts=0,
            closed_at=None,
            carried_by=None,
            message_channel=None,
            message_ts=None,
        )
    )
    changes = select(OutboxRow.facts).where(OutboxRow.edits == row.id).order_by(OutboxRow.id.desc()).limit(1)
    newest = session.scalars(changes).one_or_none()
    if newest is not None:
        session.execute(update(OutboxRow).where(OutboxRow.id == row.id).values(facts=newest))
