"""Mutes and windows: what the words mean, what the answer says, and what is held back from then on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.alerting import Reason
from bot.core.model import ExecutionStatus, Job, Workflow
from bot.core.permissions import Action
from bot.core.silence import SilenceKind
from bot.services.answers import Help, NoSuchWorkflow, SeveralWorkflows
from bot.services.manage_silences import LONGEST, WindowWords
from bot.services.silence_answers import SilenceEnded, SilenceStarted, SilenceView
from bot.store import audit_log, channels, workflows
from bot.store.engine import Database
from bot.store.workflows import Listed
from tests.doubles import BY_MINA, LOAD, START, FakeClock
from tests.services.ward import HOUR, MINUTE, Ward

FAILED = ExecutionStatus.FAILED
MUTE, MAINTENANCE = SilenceKind.MUTE, SilenceKind.MAINTENANCE
SORT = Job("job-sort", "sort")
NIGHTLY = ("mon,wed", "02:00", "90m")


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    """`load` is a job of both workflows, `sort` of orders alone."""
    ward = Ward(sqlite, clock)
    ward.subscribe(channel="#data-alerts")
    ward.subscribe(channel="C2")
    ward.ends(ExecutionStatus.COMPLETED)
    ward.ends(ExecutionStatus.COMPLETED, job=SORT)
    ward.ends(ExecutionStatus.COMPLETED, workflow=2, job=Job("job-load-2", "load"))
    with sqlite.transaction() as session:
        channels.heal(session, "#data-alerts", "C1")
    return ward


def made(answer: object) -> SilenceView:
    assert isinstance(answer, SilenceStarted)
    return answer.made


def problem(answer: object) -> str:
    assert isinstance(answer, Help)
    assert answer.problem
    return answer.problem


@pytest.mark.parametrize(
    ("words", "scope", "covered"),
    [
        (["orders"], "orders", (None, "w1", None)),
        (["w1"], "orders", (None, "w1", None)),
        (["ORD"], "orders", (None, "w1", None)),
        (["job-load"], "load of orders", (None, "w1", "job-load")),
        (["sort"], "sort of orders", (None, "w1", "job-sort")),
        (["customers", "load"], "load of customers", (None, "w2", "job-load-2")),
        (["#data-alerts"], "everything in #data-alerts", ("#data-alerts", None, None)),
        (["data-alerts"], "everything in #data-alerts", ("#data-alerts", None, None)),
        (["C1"], "everything in #data-alerts", ("#data-alerts", None, None)),
        (["orders", "sort", "C2"], "sort of orders in C2", ("C2", "w1", "job-sort")),
        (["C2", "orders"], "orders in C2", ("C2", "w1", None)),
    ],
)
def test_what_is_muted_may_be_named_in_many_ways(
    ward: Ward, words: list[str], scope: str, covered: tuple[str | None, ...]
) -> None:
    view = made(ward.manage.mute(BY_MINA, words, "1h"))
    silence = view.silence
    assert (view.scope, (silence.channel, silence.workflow_id, silence.job_id)) == (scope, covered)
    assert view.channels == ((silence.channel,) if silence.channel else ("#data-alerts", "C2"))


@pytest.mark.parametrize(("word", "scope"), [("orders", "orders"), ("#orders", "everything in #orders")])
def test_a_channel_that_is_called_like_a_workflow_is_meant_with_its_sign_only(
    ward: Ward, word: str, scope: str
) -> None:
    ward.subscribe(channel="#orders")
    assert made(ward.manage.mute(BY_MINA, [word], "1h")).scope == scope


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "What?"),
        (["#elsewhere"], "#elsewhere"),
        (["C2", "C1"], "C1"),
        (["orders", "dance"], "dance"),
    ],
)
def test_what_cannot_be_muted_is_answered_with_the_reason(ward: Ward, words: list[str], says: str) -> None:
    assert says in problem(ward.manage.mute(BY_MINA, words, "1h"))
    assert ward.manage.listed(MUTE).silences == ()


@pytest.mark.parametrize(
    ("words", "scope"),
    [
        (["일별", "매출", "집계"], "일별 매출 집계"),
        (["orders", "of", "mondays"], "orders of mondays"),
        (["orders", "of", "mondays", "sum"], "sum of orders of mondays"),
        (["orders", "load", "twice"], "load twice of orders"),
        (["매출", "집계"], "일별 매출 집계"),
    ],
)
def test_names_with_spaces_need_no_quotes(ward: Ward, words: list[str], scope: str) -> None:
    named = [Workflow("w1", "orders"), Workflow("w2", "orders of mondays"), Workflow("w3", "일별 매출 집계")]
    with ward.database.transaction() as session:
        listed = Listed(named, {one.workflow_id for one in named}, is_complete=True)
        workflows.record_listing(session, listed, ward.clock(), ward.clock())
    ward.see(ward.run("r1", ExecutionStatus.COMPLETED, ward.clock(), job=Job("j1", "load twice")))
    ward.see(ward.run("r2", ExecutionStatus.COMPLETED, ward.clock(), job=Job("j2", "sum"), workflow=2))
    assert made(ward.manage.mute(BY_MINA, words, "1h")).scope == scope


def test_a_name_that_is_near_or_not_clear_is_answered_with_those_that_may_be_meant(ward: Ward) -> None:
    near = ward.manage.mute(BY_MINA, ["order5"], "1h")
    assert isinstance(near, NoSuchWorkflow)
    assert [one.name for one in near.nearest] == ["orders"]
    unclear = ward.manage.mute(BY_MINA, ["load"], "1h")
    assert isinstance(unclear, SeveralWorkflows)
    assert [one.name for one in unclear.matches] == ["customers", "orders"]


@pytest.mark.parametrize("until", ["", "soon", "45", "yesterday", "2020-01-01", f"{LONGEST.days + 1}d"])
def test_a_mute_without_an_end_within_a_year_is_not_made(ward: Ward, until: str) -> None:
    assert "within a year" in problem(ward.manage.mute(BY_MINA, ["orders"], until))
    assert ward.manage.listed(MUTE).silences == ()


def test_a_mute_says_what_it_holds_back_when_it_begins_while_it_lasts_and_when_it_ends(ward: Ward) -> None:
    begun = made(ward.manage.mute(BY_MINA, ["orders"], "4h", "moving house"))
    silence = begun.silence
    assert (silence.ends_at, silence.created_by, silence.note) == (ward.clock.now + 4 * HOUR, "Mina", "moving house")
    assert (begun.is_active, begun.held) == (True, 0)
    ward.ends(FAILED, FAILED)
    ward.ends(FAILED, workflow=2, job=LOAD)
    [lasting] = ward.manage.listed(MUTE).silences
    assert lasting.held == 4  # two runs, two channels
    ended = ward.manage.end(BY_MINA, MUTE, silence.silence_id)
    assert isinstance(ended, SilenceEnded)
    assert ended.ended.held == 4
    assert ward.manage.listed(MUTE).silences == ()


def test_what_has_ended_or_never_was_cannot_be_ended(ward: Ward) -> None:
    silence_id = made(ward.manage.mute(BY_MINA, ["orders"], "1h")).silence.silence_id
    assert "no maintenance window" in problem(ward.manage.end(BY_MINA, MAINTENANCE, silence_id))
    assert "no mute 99" in problem(ward.manage.end(BY_MINA, MUTE, 99))
    ward.clock.advance(HOUR)
    assert "ended already" in problem(ward.manage.end(BY_MINA, MUTE, silence_id))


@pytest.mark.parametrize(
    ("window", "starts_in", "ends_in"),
    [
        (WindowWords(until="2h"), timedelta(), 2 * HOUR),
        (WindowWords(start="1h", until="2h"), HOUR, 3 * HOUR),
        (WindowWords(start="2026-03-03 02:00", until="04:00"), None, None),
        (WindowWords(weekly=NIGHTLY), timedelta(), None),
        (WindowWords(start="1h", weekly=NIGHTLY), HOUR, None),
    ],
)
def test_a_window_begins_and_ends_as_is_said(
    ward: Ward, window: WindowWords, starts_in: timedelta | None, ends_in: timedelta | None
) -> None:
    silence = made(ward.manage.add_window(BY_MINA, [], window)).silence
    if starts_in is None:
        assert silence.starts_at == START + 16 * HOUR
        assert silence.ends_at == START + 18 * HOUR
    else:
        assert silence.starts_at == ward.clock.now + starts_in
        assert silence.ends_at == (None if ends_in is None else ward.clock.now + ends_in)
    assert (silence.weekly is not None) is (window.weekly is not None)


@pytest.mark.parametrize(
    ("window", "says"),
    [
        (WindowWords(), "Until when?"),
        (WindowWords(start="1h"), "Until when?"),
        (WindowWords(start="yesterday", until="2h"), "start in the future"),
        (WindowWords(until="someday"), "end after the start"),
        (WindowWords(start="2026-03-05", until="2026-03-04"), "end after the start"),
        (WindowWords(until=f"{LONGEST.days + 1}d"), "more than a year"),
        (WindowWords(weekly=("moonday", "02:00", "90m")), "weekly window"),
        (WindowWords(weekly=NIGHTLY, until="someday"), "end after the start"),
    ],
)
def test_a_window_that_is_not_clear_is_not_made(ward: Ward, window: WindowWords, says: str) -> None:
    assert says in problem(ward.manage.add_window(BY_MINA, [], window))
    assert ward.manage.listed(MAINTENANCE).silences == ()


def test_a_window_that_has_not_begun_holds_nothing_back_and_can_be_called_off(ward: Ward) -> None:
    view = made(ward.manage.add_window(BY_MINA, ["orders"], WindowWords(start="1h", until="2h")))
    assert view.is_active is False
    ward.ends(FAILED)
    assert set(ward.reasons("e4")) == {Reason.FAILED}
    assert isinstance(ward.manage.end(BY_MINA, MAINTENANCE, view.silence.silence_id), SilenceEnded)
    ward.clock.advance(HOUR)
    ward.ends(FAILED)
    assert set(ward.reasons("e5")) == {Reason.FAILED}


def test_a_weekly_window_that_is_removed_comes_no_more(ward: Ward) -> None:
    ward.clock.now = START
    view = made(ward.manage.add_window(BY_MINA, [], WindowWords(weekly=("mon", "10:00", "2h"))))
    ward.ends(FAILED)
    assert set(ward.reasons("e4")) == {Reason.MAINTENANCE}
    ward.manage.end(BY_MINA, MAINTENANCE, view.silence.silence_id)
    ward.clock.now = START + timedelta(days=7)
    ward.ends(FAILED)
    assert set(ward.reasons("e5")) == {Reason.FAILED}


def test_mutes_and_windows_are_listed_apart(ward: Ward) -> None:
    ward.manage.mute(BY_MINA, ["orders"], "1h")
    ward.manage.add_window(BY_MINA, [], WindowWords(until="2h"))
    assert [view.scope for view in ward.manage.listed(MUTE).silences] == ["orders"]
    assert [view.scope for view in ward.manage.listed(MAINTENANCE).silences] == ["everything"]
    ward.clock.advance(2 * HOUR + MINUTE)
    assert ward.manage.listed(MAINTENANCE).silences == ()


def test_the_log_says_who_muted_what_and_who_ended_it(ward: Ward) -> None:
    silence = made(ward.manage.mute(BY_MINA, ["orders"], "4h")).silence
    ward.manage.end(replace(BY_MINA, action=Action.UNMUTE), MUTE, silence.silence_id)
    ward.manage.mute(BY_MINA, ["nothing of the kind"], "4h")
    with ward.database.snapshot() as session:
        ended, begun = audit_log.newest(session, 10)
    state = {"mute": 1, "channel": None, "workflow": "w1", "job": None, "until": str(silence.ends_at).replace(" ", "T")}
    assert {(one.called, one.target) for one in (begun, ended)} == {("Mina", "orders")}
    assert (begun.action, begun.before, begun.after) == (Action.MUTE, None, state)
    assert (ended.action, ended.before, ended.after) == (Action.UNMUTE, state, None)
