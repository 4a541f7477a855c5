"""What is normal for a job, and how its runs ended, as the database tells it."""

from dataclasses import replace
from datetime import timedelta

from bot.core.alerting import Alert
from bot.core.model import ExecutionStatus
from bot.core.normal import Background
from bot.core.rules import Rules
from bot.core.transitions import Transition
from bot.store import incidents
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.ward import MINUTE, Ward

COMPLETED, FAILED, CANCELED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED


def backgrounds(ward: Ward) -> list[Background]:
    """As the card said it, with each change of it."""
    told = [one.facts for one in ward.queued() if one.reply_to is None]
    return [alert.background for alert in told if isinstance(alert, Alert) and alert.background]


def test_the_failures_of_thirty_days_are_counted_with_the_one_that_is_told(sqlite: Database, clock: FakeClock) -> None:
    ward = Ward(sqlite, clock)
    ward.subscribe(Rules())
    ward.ends(COMPLETED, FAILED)
    ward.deliver()
    ward.ends(CANCELED, FAILED)

    assert [(one.failures, one.runs) for one in backgrounds(ward)] == [(1, 2), (2, 4)]


def test_a_failure_of_longer_ago_is_not_counted(sqlite: Database, clock: FakeClock) -> None:
    ward = Ward(sqlite, clock)
    ward.subscribe(Rules())
    ward.ends(FAILED, COMPLETED)
    ward.deliver()
    clock.advance(timedelta(days=31))
    ward.ends(FAILED)

    assert [(one.failures, one.runs) for one in backgrounds(ward)][-1] == (1, 1)


def test_an_end_is_among_the_recent_ones_whatever_the_clocks_say(sqlite: Database, clock: FakeClock) -> None:
    """The API's clock is ahead of ours, or it names no end."""
    ward = Ward(sqlite, clock)
    ward.ends(COMPLETED)
    ahead = ward.run("ahead", FAILED, START + 3 * MINUTE)
    dateless = replace(ward.run("dateless", FAILED, START + 3 * MINUTE), ended_at=None)
    ward.see(ahead, dateless)
    with sqlite.snapshot() as session:
        for run in (ahead, dateless):
            transition = Transition(run, None, START + 2 * MINUTE, START + 2 * MINUTE)
            assert [end.is_bad for end in incidents.recent_ends(session, 1, transition)] == [False, True]
