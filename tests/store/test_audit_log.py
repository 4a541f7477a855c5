"""The log of changes: it is added to and read, and the database itself refuses anything else."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.audit_log import LogEntry, LogVerdict
from bot.core.people import Person
from bot.core.permissions import Action, Reason
from bot.store import audit_log
from bot.store.engine import Database
from tests.doubles import FakeClock

ANN, BEN = Person("T1", "U1ANN"), Person("T1", "U2BEN")


@pytest.fixture
def log(database: Database, clock: FakeClock) -> tuple[LogEntry, ...]:
    """Three entries, oldest first."""
    now = clock()
    entries = (
        LogEntry(
            now,
            ANN,
            "Ann",
            "C1",
            Action.MUTE,
            "주문 적재",
            LogVerdict.DONE,
            Reason.MAY,
            None,
            {"until": "4h", "held": 3},
        ),
        LogEntry(
            now + timedelta(seconds=1), BEN, "Ben", None, Action.RERUN, "log%c", LogVerdict.REFUSED, Reason.NOT_OPERATOR
        ),
        LogEntry(
            now + timedelta(seconds=2),
            ANN,
            "Ann",
            "D1",
            Action.ACK,
            "orders",
            LogVerdict.DONE,
            Reason.MAY,
            {"by": None},
        ),
    )
    with database.transaction() as session:
        for entry in entries:
            audit_log.append(session, entry)
    return entries


def test_what_was_added_is_read_newest_first(database: Database, log: tuple[LogEntry, ...]) -> None:
    with database.snapshot() as session:
        assert audit_log.newest(session, 10) == [*reversed(log)]
        assert audit_log.newest(session, 2) == [log[2], log[1]]


@pytest.mark.parametrize(
    ("search", "found"), [("주문", 0), ("ORD", 2), ("g%", 1), ("rerun", 1), ("u2ben", 1), ("BEN", 1)]
)
def test_the_log_can_be_searched(database: Database, log: tuple[LogEntry, ...], search: str, found: int) -> None:
    with database.snapshot() as session:
        assert audit_log.newest(session, 10, search) == [log[found]]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_log SET user_id = 'U2BEN'",
        "UPDATE audit_log SET target = target WHERE id = 1",
        "DELETE FROM audit_log",
        "DELETE FROM audit_log WHERE id = 1",
    ],
)
def test_no_row_is_ever_changed_or_removed(database: Database, log: tuple[LogEntry, ...], statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as session:
        session.execute(text(statement))
    with database.snapshot() as session:
        assert audit_log.newest(session, 10) == [*reversed(log)]


def test_the_whole_log_cannot_be_emptied_at_once(postgresql: Database) -> None:
    with pytest.raises(DBAPIError, match="append-only"), postgresql.transaction() as session:
        session.execute(text("TRUNCATE audit_log"))


def test_no_row_is_replaced(sqlite: Database, clock: FakeClock) -> None:
    entry = LogEntry(clock(), ANN, "Ann", None, Action.ACK, "orders", LogVerdict.DONE, Reason.MAY)
    with sqlite.transaction() as session:
        audit_log.append(session, entry)
    replacement = (
        "INSERT OR REPLACE INTO audit_log (id, at, team_id, user_id, called, action, target, verdict, reason) "
        "VALUES (1, 0, 'T1', 'U2BEN', 'Ben', 'ack', 'orders', 'done', 'may')"
    )
    with pytest.raises(DBAPIError, match="append-only"), sqlite.transaction() as session:
        session.execute(text(replacement))
    with sqlite.snapshot() as session:
        assert audit_log.newest(session, 10) == [entry]
