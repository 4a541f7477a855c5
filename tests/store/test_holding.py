"""What is held back, and the reminders, are each taken by one process, on either database."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.core.model import ExecutionStatus
from bot.core.rules import Rules
from bot.core.silence import Silence, SilenceKind
from bot.store import cards, holding, incidents, silences
from bot.store.engine import Database
from bot.store.holding import Held
from tests.doubles import START, FakeClock
from tests.services.ward import HOUR, MINUTE, Ward

FAILED = ExecutionStatus.FAILED
TOMORROW = START + 24 * HOUR


def a_ward(database: Database) -> Ward:
    """Two runs failed while everything was muted, and before that one incident was told."""
    ward = Ward(database, FakeClock())
    ward.subscribe(Rules(remind_every=HOUR))
    ward.ends(FAILED)
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + HOUR))
    ward.ends(FAILED, FAILED)
    return ward


def due(session: Session) -> list[Held]:
    cause = holding.due_cause(session, TOMORROW)
    return list(holding.due(session, cause, TOMORROW)) if cause else []


def test_what_is_held_comes_with_its_run(database: Database) -> None:
    a_ward(database)
    with database.transaction() as session:
        held = due(session)
        assert [one.transition.execution.job_execution_id for one in held] == ["e2", "e3"]
        assert {one.workflow_name for one in held} == {"orders"}
        assert [one.held_until for one in held] == [START + HOUR] * 2
        assert holding.due_cause(session, START + HOUR - MINUTE) is None


def test_what_is_released_is_held_no_more(database: Database) -> None:
    a_ward(database)
    with database.transaction() as session:
        assert holding.held_by(session, 1) == 2
        holding.release(session, due(session), TOMORROW)
        assert holding.held_by(session, 1) == 0
        assert due(session) == []


def test_an_early_end_makes_it_due(database: Database) -> None:
    a_ward(database)
    with database.transaction() as session:
        assert silences.end(session, 1, START + 5 * MINUTE)
        assert holding.due_cause(session, START + 5 * MINUTE) is not None
        assert not silences.end(session, 1, START + 6 * MINUTE)


def test_a_reminder_is_due_until_it_is_moved(database: Database) -> None:
    a_ward(database)
    with database.transaction() as session:
        reminder = cards.due_reminder(session, TOMORROW)
        assert reminder is not None
        assert reminder.remind_at == START + HOUR + MINUTE
        cards.remind_at(session, reminder.card_key, TOMORROW + HOUR)
        assert cards.due_reminder(session, TOMORROW) is None
        cards.stop_reminding(session, reminder.incident_key)
        assert cards.due_reminder(session, TOMORROW + HOUR) is None


def test_what_another_process_is_just_releasing_is_left_to_it(postgresql: Database) -> None:
    a_ward(postgresql)
    with postgresql.transaction() as slow, postgresql.transaction() as quick:
        assert len(due(slow)) == 2
        assert due(quick) == []
        assert cards.due_reminder(slow, TOMORROW) is not None
        assert cards.due_reminder(quick, TOMORROW) is None


def open_ones(session: Session, workflow_key: int) -> object:
    return incidents.open_in(session, [workflow_key])


@pytest.mark.parametrize("reader", [open_ones, incidents.get])
def test_whoever_tells_of_an_incident_and_whoever_changes_it_wait_for_each_other(
    postgresql: Database, reader: Callable[[Session, int], object]
) -> None:
    a_ward(postgresql)
    with postgresql.transaction() as teller, postgresql.transaction() as changer:
        incidents.get(teller, 1)
        changer.execute(text("SET LOCAL lock_timeout = '1ms'"))
        with pytest.raises(OperationalError, match="lock timeout"):
            reader(changer, 1)
        changer.rollback()
