"""Whether anything is due: each kind of due work counts from its time on, and none that is done or somebody's."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import event, insert, update

from bot.core.alerting import Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import TriggerRule
from bot.core.reruns import RerunState
from bot.core.retry import Form
from bot.core.rules import Origin
from bot.store import due
from bot.store.base import Base
from bot.store.engine import Database
from bot.store.message_tables import (
    CardRow,
    ChannelRow,
    DecisionRow,
    DigestRow,
    IncidentRow,
    OutboxRow,
    SubscriptionRow,
    WorkspaceRow,
)
from bot.store.rerun_tables import RerunRow
from bot.store.tables import WatchRow, WorkflowRow
from tests.doubles import START

SECOND = timedelta(seconds=1)
LATER = START + timedelta(days=1)

WATCH = {"since": START, "is_settled": True, "due_at": LATER, "triggers_due_at": LATER}
WORKFLOW = {
    "workflow_id": "w",
    "name": "w",
    "trigger_rule": TriggerRule.NONE,
    "is_watched": True,
    "is_listed": True,
    "baseline_at": START,
    "due_at": LATER,
}
MESSAGE = {
    "key": "k",
    "purpose": Purpose.NOTICE,
    "channel": "C1",
    "facts": "{}",
    "state": DeliveryState.PENDING,
    "form": Form.BLOCKS,
    "created_at": START,
    "about_at": START,
    "due_at": LATER,
}
DIGEST = {"channel": "C1", "day": date(2026, 3, 2), "due_at": LATER}
CARD = {"incident_key": 1, "channel": "C1", "subscription_key": 1, "outbox_key": 1}
DECISION = {"subscription_key": 1, "decided_at": START, "verdict": Verdict.SILENT, "reason": "muted"}
RERUN = {
    "workflow_key": 1,
    "state": RerunState.ACCEPTED,
    "requested_by": "mina",
    "requested_at": START,
    "created_from": START,
    "newest_known": 0,
    "due_at": LATER,
    "wait_until": LATER,
}

Row = tuple[type[Base], Mapping[str, object]]
SENDING = MESSAGE | {"state": DeliveryState.SENDING}
DUE: list[Row] = [
    (WatchRow, {"due_at": START}),
    (WatchRow, {"due_at": START, "lease_until": START}),
    (WatchRow, {"triggers_due_at": START}),
    (WorkflowRow, WORKFLOW | {"due_at": START}),
    (OutboxRow, MESSAGE | {"due_at": START}),
    (OutboxRow, MESSAGE | {"due_at": START, "state": DeliveryState.UNCLEAR}),
    (OutboxRow, SENDING | {"lease_until": START}),
    (DigestRow, DIGEST | {"due_at": START}),
    (CardRow, CARD | {"remind_at": START}),
    (DecisionRow, DECISION | {"held_until": START}),
    (RerunRow, RERUN | {"due_at": START}),
]
NOT_DUE: list[Row] = [
    (WatchRow, {"due_at": START, "lease_until": LATER}),
    (WorkflowRow, WORKFLOW | {"due_at": START, "lease_until": LATER}),
    (WorkflowRow, WORKFLOW | {"due_at": START, "is_listed": False}),
    (OutboxRow, MESSAGE | {"due_at": START, "state": DeliveryState.SENT, "message_ts": "1.0"}),
    (OutboxRow, MESSAGE | {"due_at": START, "state": DeliveryState.DEAD}),
    (OutboxRow, SENDING | {"due_at": START, "lease_until": LATER}),
    (DigestRow, DIGEST | {"due_at": START, "made_at": START}),
    (CardRow, CARD),
    (DecisionRow, DECISION | {"held_until": START, "released_at": START}),
    (RerunRow, RERUN | {"due_at": START, "closed_at": START}),
]


@pytest.fixture
def quiet(database: Database) -> Database:
    """With one row of all that others refer to, none of it due."""
    sent = MESSAGE | {"key": "sent", "state": DeliveryState.SENT, "message_channel": "C1", "message_ts": "0.1"}
    subscription = {"workflows": "*", "rules": "{}", "origin": Origin.SETTINGS, "is_active": True}
    with database.transaction() as session:
        session.execute(insert(WatchRow).values(WATCH))
        session.execute(insert(WorkspaceRow).values(ready_at=START))
        session.execute(insert(ChannelRow).values(channel="C1", ready_at=START))
        session.execute(insert(SubscriptionRow).values(channel="C1", created_at=START, **subscription))
        session.execute(insert(WorkflowRow).values(WORKFLOW | {"workflow_id": "other"}))
        session.execute(insert(IncidentRow).values(workflow_key=1, opened_at=START, snapshot="{}"))
        session.execute(insert(OutboxRow).values(sent))
    return database


def store(database: Database, row: Row) -> None:
    """The one row of the watch is there already."""
    kind, values = row
    with database.transaction() as session:
        session.execute(update(WatchRow).values(values) if kind is WatchRow else insert(kind).values(values))


def is_due(database: Database, after: timedelta) -> bool:
    with database.snapshot() as session:
        return due.is_anything_due(session, START + after)


def test_where_nothing_is_due_nothing_is_due(quiet: Database) -> None:
    assert not is_due(quiet, SECOND)


@pytest.mark.parametrize("row", DUE)
def test_what_is_due_counts_from_its_time_on(quiet: Database, row: Row) -> None:
    store(quiet, row)
    assert not is_due(quiet, -SECOND)
    assert is_due(quiet, timedelta())


@pytest.mark.parametrize("row", NOT_DUE)
def test_what_is_done_or_in_hand_does_not_count(quiet: Database, row: Row) -> None:
    store(quiet, row)
    assert not is_due(quiet, SECOND)


def test_no_table_that_grows_is_read_as_a_whole(sqlite: Database) -> None:
    sent: list[tuple[str, tuple[object, ...]]] = []
    event.listen(
        sqlite.readers, "before_cursor_execute", lambda _1, _2, statement, values, *_: sent.append((statement, values))
    )
    with sqlite.snapshot() as session:
        due.is_anything_due(session, START)
        statement, values = sent[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        steps = [str(step[3]) for step in plan]
    assert [step for step in steps if step.startswith("SCAN") and "INDEX" not in step] == [
        "SCAN CONSTANT ROW",
        "SCAN watch",
    ]
