"""A failure is given time: what a later run makes good is never told, and everything else is, when patience ends."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.core.alerting import Alert, Reason
from bot.core.delivery import Purpose
from bot.core.model import ExecutionStatus
from bot.core.rules import Rules
from bot.core.silence import Silence, SilenceKind
from bot.core.telling import HeldSummary
from bot.services.boot import Boot
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.ward import HOUR, MINUTE, SETTLE, Ward

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
PATIENT = Rules(wait_for=10 * MINUTE)


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    return Ward(sqlite, clock)


def test_a_failure_that_a_later_run_makes_good_in_time_is_never_told(ward: Ward) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED, COMPLETED)
    ward.clock.advance(10 * MINUTE)
    assert ward.release() == 1
    assert ward.queued() == []
    assert ward.reasons("e1") == [Reason.WAITING_FOR_RECOVERY, Reason.RECOVERED_IN_TIME]


def test_a_failure_that_no_run_makes_good_is_told_when_patience_ends(ward: Ward) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED)
    assert ward.release() == 0
    ward.clock.advance(10 * MINUTE)
    assert ward.release() == 1
    [card] = ward.queued()
    assert isinstance(card.facts, Alert)
    assert card.facts.incident is not None
    assert card.facts.incident.failures == 1
    assert ward.reasons("e1") == [Reason.WAITING_FOR_RECOVERY, Reason.FAILED]
    assert (ward.held(), ward.release()) == (0, 0)


def test_patience_ends_with_a_last_look_at_the_workflow(ward: Ward) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED)
    ward.clock.advance(10 * MINUTE)
    assert ward.release(is_polled=False) == 0
    ward.see(ward.run("e2", COMPLETED, ward.clock.now - MINUTE))
    assert ward.release() == 1
    assert ward.queued() == []


@pytest.mark.parametrize(("booted_at", "is_told"), [(START, True), (START + 13 * MINUTE, False)])
def test_what_nobody_can_look_at_is_told_all_the_same_but_not_right_after_a_start(
    ward: Ward, booted_at: datetime, is_told: bool
) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED)
    ward.boot = Boot(booted_at, SETTLE)
    ward.clock.advance(13 * MINUTE)
    assert ward.release(is_polled=False) == is_told
    ward.clock.advance(3 * MINUTE)
    ward.release(is_polled=False)
    assert len(ward.queued()) == 1


def test_patience_is_counted_from_the_first_failure_and_ends_for_all_of_them(ward: Ward) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED, FAILED, FAILED)
    ward.clock.advance(8 * MINUTE)
    ward.release()
    card, *replies = ward.queued()
    assert isinstance(card.facts, Alert)
    assert card.facts.incident is not None
    assert card.facts.incident.failures == 3
    assert [reply.reply_to for reply in replies] == [card.key, card.key]
    assert ward.held() == 0


def test_a_failure_after_patience_has_ended_is_told_at_once(ward: Ward) -> None:
    ward.subscribe(replace(PATIENT, nth_failure=2))
    ward.ends(FAILED)
    ward.clock.advance(HOUR)
    ward.ends(FAILED)
    assert ward.reasons("e2") == [Reason.FAILED]


def test_what_ends_patience_may_be_held_back_by_something_else(ward: Ward) -> None:
    ward.subscribe(PATIENT)
    ward.ends(FAILED)
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + HOUR))
    ward.clock.advance(10 * MINUTE)
    ward.release()
    assert ward.queued() == []
    ward.clock.advance(HOUR)
    ward.release()
    [summary] = [one.facts for one in ward.queued(Purpose.HELD) if isinstance(one.facts, HeldSummary)]
    assert summary.total == 1
    assert ward.reasons("e1") == [Reason.WAITING_FOR_RECOVERY, Reason.MUTED]
