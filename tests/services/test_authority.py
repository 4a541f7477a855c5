"""Letting people do things or not, and what the log keeps of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.audit_log import LogEntry, LogVerdict
from bot.core.people import Person, Profile, Roster
from bot.core.permissions import Action, ChannelKind, Reason, Role
from bot.core.rate import RateLimit, RateRule
from bot.services.authority import Authority, Permit, Refused, record
from bot.services.read_log import LogAnswer, read_log
from bot.services.requests import FROM_TERMINAL, Request
from bot.store.engine import Database
from tests.doubles import START, FakeClock

ANN = Person("T0HOME", "U1ANN")
RULE = RateRule(burst=2, every=timedelta(seconds=10))


def asked_by(role: Role, doubt: str | None = None) -> Request:
    return Request(Profile(ANN, role, doubt=doubt, name="Ann"), ChannelKind.CHANNEL, "C0DATA")


@pytest.fixture
def authority(sqlite: Database, clock: FakeClock) -> Authority:
    return Authority(sqlite, clock, Roster(operators=("U2BEN",)), RateLimit(RULE))


@pytest.fixture
def log(sqlite: Database) -> Callable[..., LogAnswer]:
    def read(*words: str) -> LogAnswer:
        with sqlite.snapshot() as session:
            return read_log(session, words)

    return read


def test_a_change_is_logged_with_what_was_before_and_after(
    authority: Authority, sqlite: Database, log: Callable[..., LogAnswer]
) -> None:
    request = asked_by(Role.OPERATOR)
    permit = authority.check(request, Action.MUTE, "orders-daily-load")
    assert permit == Permit(request, Action.MUTE, "orders-daily-load", START)
    with sqlite.transaction() as session:
        record(session, permit, None, {"until": "4h"})
    entry = LogEntry(
        at=START,
        person=ANN,
        called="Ann",
        channel_id="C0DATA",
        action=Action.MUTE,
        target="orders-daily-load",
        verdict=LogVerdict.DONE,
        reason=Reason.MAY,
        before=None,
        after={"until": "4h"},
    )
    assert log() == LogAnswer((entry,))


def test_a_change_that_does_not_come_about_is_not_logged(
    authority: Authority, sqlite: Database, log: Callable[..., LogAnswer]
) -> None:
    permit = authority.check(asked_by(Role.OPERATOR), Action.MUTE, "orders")
    assert isinstance(permit, Permit)
    with sqlite.transaction() as session:
        record(session, permit, None, {"until": "4h"})
        session.rollback()
    assert log().entries == ()


def test_a_refused_change_is_logged_with_its_reason(authority: Authority, log: Callable[..., LogAnswer]) -> None:
    request = asked_by(Role.READER)
    assert authority.check(request, Action.RERUN, "orders") == Refused(request, Action.RERUN, Reason.NOT_OPERATOR)
    (entry,) = log().entries
    assert (entry.person, entry.action, entry.target) == (ANN, "rerun", "orders")
    assert (entry.verdict, entry.reason) == (LogVerdict.REFUSED, Reason.NOT_OPERATOR)
    assert (entry.before, entry.after) == (None, None)


def test_reading_is_not_logged(authority: Authority, log: Callable[..., LogAnswer]) -> None:
    assert isinstance(authority.check(asked_by(Role.OUTSIDER), Action.RUNS), Permit)
    assert log().entries == ()


def test_who_could_be_an_operator_for_all_that_is_known_is_told_of_the_doubt(authority: Authority) -> None:
    refused = authority.check(asked_by(Role.READER, doubt="S1ONCALL: missing_scope"), Action.ACK)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.UNVERIFIED


def test_with_nobody_configured_that_is_the_reason(sqlite: Database, clock: FakeClock) -> None:
    refused = Authority(sqlite, clock, Roster()).check(asked_by(Role.READER), Action.ACK)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NOBODY_CONFIGURED


def test_the_command_line_may_change_things_when_nobody_else_may(sqlite: Database, clock: FakeClock) -> None:
    assert isinstance(Authority(sqlite, clock, Roster()).check(FROM_TERMINAL, Action.MUTE), Permit)


@pytest.mark.parametrize("action", [Action.STATUS, Action.MUTE])
def test_who_asks_too_often_is_told_when_to_ask_again(authority: Authority, clock: FakeClock, action: Action) -> None:
    request = asked_by(Role.ADMIN)
    assert all(isinstance(authority.check(request, action), Permit) for _ in range(2))
    again_at = START + timedelta(seconds=10)
    assert authority.check(request, action) == Refused(request, action, Reason.TOO_OFTEN, again_at - START)
    clock.now = again_at
    assert isinstance(authority.check(request, action), Permit)


def test_a_flood_of_refusals_is_one_line_of_the_log(authority: Authority, log: Callable[..., LogAnswer]) -> None:
    for _ in range(50):
        authority.check(asked_by(Role.READER), Action.MUTE, "orders")
    assert [entry.reason for entry in log().entries] == [Reason.TOO_OFTEN, Reason.NOT_OPERATOR, Reason.NOT_OPERATOR]


def test_the_log_is_read_by_text_and_count(
    authority: Authority, clock: FakeClock, log: Callable[..., LogAnswer]
) -> None:
    for action, target in ((Action.MUTE, "orders 2"), (Action.ACK, "orders 2"), (Action.MUTE, "sales")):
        clock.now += timedelta(minutes=1)
        authority.check(asked_by(Role.READER), action, target)
    assert [entry.target for entry in log().entries] == ["sales", "orders 2", "orders 2"]
    assert [entry.target for entry in log("mute").entries] == ["sales", "orders 2"]
    assert log("1").has_more
    newest = log("orders", "1")
    assert (newest.search, newest.has_more, [entry.action for entry in newest.entries]) == ("orders", True, ["ack"])
    assert not log("nothing", "like", "it").entries
    assert len(log("0").entries) == 1
