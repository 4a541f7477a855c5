"""Who looks after an incident is seen on all of its cards, and somebody else can be told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.alerting import Alert
from bot.core.audit_log import LogVerdict
from bot.core.incidents import Acknowledgement
from bot.core.model import ExecutionStatus
from bot.core.permissions import Action
from bot.services.acknowledge import AckAnswer, Acknowledge
from bot.services.card_answers import Acknowledged, AcknowledgementUndone, IncidentOver, UnknownCard
from bot.store import audit_log
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.permits import a_permit, card_of
from tests.services.ward import HOUR, MINUTE, Ward

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
MINA, JUN = Acknowledgement("mina", START + HOUR), Acknowledgement("jun", START + 2 * HOUR)


def a_ward(database: Database, clock: FakeClock) -> Ward:
    ward = Ward(database, clock)
    ward.subscribe()
    ward.subscribe(channel="C2")
    ward.ends(FAILED)
    return ward


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    return a_ward(sqlite, clock)


def acknowledge(ward: Ward, by: Acknowledgement = MINA) -> AckAnswer:
    permit = a_permit(Action.ACK, by.at, by.by)
    return Acknowledge(ward.database).acknowledge(permit, card_of(ward.incidents()[0]))


def undo(ward: Ward, at: datetime = START + 3 * HOUR) -> object:
    return Acknowledge(ward.database).undo(a_permit(Action.UNACK, at, "jun"), card_of(ward.incidents()[0]))


def shown(ward: Ward) -> list[Acknowledgement | None]:
    """What each message of the outbox says of who looks after it."""
    facts = [one.facts for one in ward.queued()]
    return [one.incident.acknowledged for one in facts if isinstance(one, Alert) and one.incident]


def log(ward: Ward) -> list[tuple[str, object, object]]:
    with ward.database.snapshot() as session:
        entries = audit_log.newest(session, 10)
    assert {entry.verdict for entry in entries} <= {LogVerdict.DONE}
    return [(one.action, (one.before or {})["acknowledged"], (one.after or {})["acknowledged"]) for one in entries]


def test_cards_that_are_not_sent_yet_say_who_looks_after_it(ward: Ward) -> None:
    assert acknowledge(ward) == Acknowledged("orders", MINA, is_news=True)
    assert shown(ward) == [MINA, MINA]


def test_cards_in_every_channel_are_changed(ward: Ward) -> None:
    ward.deliver()
    acknowledge(ward)
    assert shown(ward) == [None, None, MINA, MINA]
    first, second, *changes = ward.queued()
    assert [(change.channel, change.edits) for change in changes] == [("C1", first.key), ("C2", second.key)]


def test_whoever_was_first_looks_after_it(ward: Ward) -> None:
    acknowledge(ward)
    ward.deliver()
    assert acknowledge(ward, JUN) == Acknowledged("orders", MINA, is_news=False)
    assert len(ward.queued()) == 2
    assert log(ward) == [(Action.ACK, None, "mina")]


def test_of_two_who_click_at_once_one_is_first_and_both_are_told_who(database: Database, clock: FakeClock) -> None:
    ward = a_ward(database, clock)
    ward.deliver()
    clicks: list[Callable[[], AckAnswer]] = [lambda: acknowledge(ward, MINA), lambda: acknowledge(ward, JUN)]
    with ThreadPoolExecutor(2) as pool:
        answers = [answer.result() for answer in [pool.submit(click) for click in clicks]]
    [(_, incident)] = ward.incidents()
    assert incident.acknowledged in (MINA, JUN)
    assert {answer.by for answer in answers if isinstance(answer, Acknowledged)} == {incident.acknowledged}
    assert sorted(answer.is_news for answer in answers if isinstance(answer, Acknowledged)) == [False, True]
    assert shown(ward) == [None, None, incident.acknowledged, incident.acknowledged]
    assert len(log(ward)) == 1


def test_what_is_over_needs_nobody(ward: Ward) -> None:
    ward.ends(COMPLETED)
    answer = acknowledge(ward)
    assert isinstance(answer, IncidentOver)
    assert answer.incident.lasted == MINUTE
    assert isinstance(undo(ward), IncidentOver)


def test_an_acknowledgement_can_be_taken_back_and_given_anew(ward: Ward) -> None:
    ward.deliver()
    acknowledge(ward)
    assert undo(ward) == AcknowledgementUndone("orders", MINA)
    acknowledge(ward, JUN)
    ward.deliver()
    undo(ward, START + 4 * HOUR)
    assert shown(ward) == [None, None, JUN, JUN, None, None]
    assert log(ward) == [
        (Action.UNACK, "jun", None),
        (Action.ACK, None, "jun"),
        (Action.UNACK, "mina", None),
        (Action.ACK, None, "mina"),
    ]


def test_taking_back_twice_changes_nothing_more(ward: Ward) -> None:
    acknowledge(ward)
    undo(ward)
    assert undo(ward) == AcknowledgementUndone("orders", None)
    assert len(log(ward)) == 2


def test_the_card_of_a_database_that_was_lost_names_no_other_incident(ward: Ward) -> None:
    ref = card_of(ward.incidents()[0])
    service = Acknowledge(ward.database)
    permit = a_permit(Action.ACK, START)
    for other in (replace(ref, opened_at=ref.opened_at - 1), replace(ref, incident_key=99)):
        assert service.acknowledge(permit, other) == UnknownCard()
        assert service.undo(permit, other) == UnknownCard()
    assert shown(ward) == [None, None]


def test_further_failures_and_the_recovery_keep_it(ward: Ward) -> None:
    acknowledge(ward)
    ward.ends(FAILED, COMPLETED)
    [(_, incident)] = ward.incidents()
    assert (incident.acknowledged, incident.is_open) == (MINA, False)


def test_the_next_incident_of_the_job_names_who_looked_after_the_last_one(ward: Ward) -> None:
    acknowledge(ward)
    ward.ends(COMPLETED, FAILED)
    background = [one.facts.background for one in ward.queued() if isinstance(one.facts, Alert)][-1]
    assert background is not None
    assert background.last_acknowledged is not None
    assert (background.last_acknowledged.by, background.last_acknowledged.took) == ("mina", MINUTE)
