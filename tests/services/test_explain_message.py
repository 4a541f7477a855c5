"""Whoever points at a message is told of the run that it shows, or which runs there are to choose from."""

import pytest
from sqlalchemy import update

from bot.core.delivery import DeliveryState, Purpose
from bot.core.digest import MessageRef
from bot.core.explanation import Explanation
from bot.core.model import ExecutionStatus
from bot.services.explain_message import MessageAnswer, NoRunTold, SeveralRuns, explain_message
from bot.store.engine import Database
from bot.store.message_tables import OutboxRow
from tests.doubles import FakeClock
from tests.services.ward import MINUTE, Queued, Ward

FAILED, COMPLETED, CANCELED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED, ExecutionStatus.CANCELED


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    ward = Ward(sqlite, clock)
    ward.subscribe()
    return ward


def ask(ward: Ward, row: int) -> MessageAnswer:
    """The message that this row became; see Ward.deliver."""
    with ward.database.snapshot() as session:
        return explain_message(session, MessageRef("C1", f"{row}.0"), MINUTE)


def explained(answer: MessageAnswer) -> str:
    assert isinstance(answer, Explanation)
    return answer.execution.job_execution_id


def queued(ward: Ward, purpose: Purpose) -> list[Queued]:
    return ward.queued(purpose)


def test_a_card_tells_of_the_run_that_it_shows_now(ward: Ward) -> None:
    ward.ends(FAILED)
    ward.deliver()
    [card] = queued(ward, Purpose.ALERT)
    assert explained(ask(ward, card.key)) == "e1"
    ward.ends(FAILED)
    ward.deliver()
    change = next(one for one in queued(ward, Purpose.ALERT) if one.edits == card.key)
    place_at(ward, change.key, card.key)
    assert explained(ask(ward, card.key)) == "e2"


def test_a_reply_tells_of_its_own_run(ward: Ward) -> None:
    ward.ends(FAILED, COMPLETED)
    ward.deliver()
    [recovery] = queued(ward, Purpose.RECOVERY)
    assert explained(ask(ward, recovery.key)) == "e2"


def test_of_what_was_folded_each_run_can_be_chosen(ward: Ward) -> None:
    ward.ends(FAILED, CANCELED)
    ward.deliver()
    first, second = queued(ward, Purpose.ALERT)
    with ward.database.transaction() as session:
        folded = {"state": DeliveryState.FOLDED, "message_ts": "9.0"}
        session.execute(update(OutboxRow).where(OutboxRow.id.in_([first.key, second.key])).values(**folded))
    answer = ask(ward, 9)
    assert isinstance(answer, SeveralRuns)
    assert [run.job_execution_id for run in answer.runs] == ["e1", "e2"]


def test_what_is_not_ours_tells_of_no_run(ward: Ward) -> None:
    ward.ends(FAILED)
    ward.deliver()
    assert ask(ward, 77) == NoRunTold()


def place_at(ward: Ward, row: int, other: int) -> None:
    """A change of a message stands where that one does."""
    with ward.database.transaction() as session:
        session.execute(update(OutboxRow).where(OutboxRow.id == row).values(message_ts=f"{other}.0"))
