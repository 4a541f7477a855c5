import pytest

from bot.core.alerting import Alert
from bot.core.incidents import Acknowledgement
from bot.core.model import ExecutionStatus
from bot.services.acknowledge import Acknowledge
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.ward import HOUR, MINUTE, Ward

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
MINA = Acknowledgement("U-mina", START + HOUR)


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    ward = Ward(sqlite, clock)
    ward.subscribe()
    ward.subscribe(channel="C2")
    ward.ends(FAILED)
    return ward


def acknowledge(ward: Ward, by: Acknowledgement = MINA) -> Acknowledgement | None:
    incident_key, _ = ward.incidents()[0]
    return Acknowledge(ward.database).acknowledge(incident_key, by.by, by.at).acknowledged


def shown(ward: Ward) -> list[Acknowledgement | None]:
    """What each message of the outbox says of who looks after it."""
    facts = [one.facts for one in ward.queued()]
    return [one.incident.acknowledged for one in facts if isinstance(one, Alert) and one.incident]


def test_cards_that_are_not_sent_yet_say_who_looks_after_it(ward: Ward) -> None:
    assert acknowledge(ward) == MINA
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
    assert acknowledge(ward, Acknowledgement("U-jun", START + 2 * HOUR)) == MINA
    assert len(ward.queued()) == 2


def test_what_is_over_needs_nobody(ward: Ward) -> None:
    ward.ends(COMPLETED)
    assert acknowledge(ward) is None


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
    assert (background.last_acknowledged.by, background.last_acknowledged.took) == ("U-mina", MINUTE)
