"""Listing: which workflows are watched and since when, whatever the list looks like."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.core.delivery import Notice, NoticeKind, Purpose
from bot.core.model import Workflow
from bot.errors import ApiUnreachable
from bot.services.list_workflows import LEASE
from bot.store import facts, watch, workflows
from bot.store.engine import Database
from bot.store.message_tables import OutboxRow
from bot.store.tables import WorkflowRow
from bot.store.workflows import Listed
from tests.doubles import START, an_ended_execution
from tests.services.world import MINUTE, SECOND, World

ORDERS, BILLING, LOGS = Workflow("w1", "orders"), Workflow("w2", "billing"), Workflow("w3", "logs")


@pytest.mark.parametrize(
    ("wanted", "watched"),
    [
        ([], ["w1", "w2"]),
        (["w1"], ["w1"]),
        (["billing"], ["w2"]),
        (["w2", "orders", "nobody"], ["w1", "w2"]),
        (["w3"], ["w3"]),  # who names it learns from its polls what is wrong
        (["BILLING"], []),
    ],
)
def test_those_that_the_settings_name_are_watched_or_else_all_that_we_may_view(
    world: World, wanted: list[str], watched: list[str]
) -> None:
    world.source.account = [ORDERS, BILLING, replace(LOGS, is_viewable=False)]
    world.start("C1", watching=wanted)
    world.list_workflows()
    assert polled(world.database) == watched


def test_a_name_that_nothing_answers_to_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.start("C1", watching=["orders", "ordres"])
    world.list_workflows()
    assert "'ordres'" in caplog.text
    assert "'orders'" not in caplog.text


def test_the_baseline_of_the_first_listing_is_the_beginning_of_the_watch(world: World) -> None:
    """What fails while the API does not answer yet is told."""
    world.source.failure = ApiUnreachable("no connection")
    world.cycle()
    world.source.failure = None
    world.source.put(an_ended_execution("e1", at=world.clock.now))
    world.cycle()
    assert world.alerted() == ["e1"]
    assert baseline(world.database, "w1") == START


def test_the_baseline_of_a_workflow_that_appears_later_is_its_first_listing(world: World) -> None:
    world.cycle()
    world.source.account.append(BILLING)
    world.cycle()
    assert baseline(world.database, "w2") == START + 2 * MINUTE


def test_a_baseline_is_reckoned_by_the_apis_clock(world: World) -> None:
    world.source.clock_offset = -timedelta(minutes=3)
    world.source.put(an_ended_execution("e1", at=START - 2 * MINUTE))
    world.cycle()
    assert world.alerted() == ["e1"]
    assert baseline(world.database, "w1") == START - 3 * MINUTE


@pytest.mark.parametrize("comes_and_goes", [[], [replace(ORDERS, is_viewable=False)]], ids=["unlisted", "not viewable"])
def test_what_failed_while_a_workflow_was_not_to_be_seen_is_told_when_it_is_back(
    world: World, comes_and_goes: list[Workflow]
) -> None:
    world.cycle()
    world.source.account = comes_and_goes
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == []

    world.source.account = [ORDERS]
    world.cycle()
    assert world.alerted() == ["e1"]


def test_what_failed_while_nobody_wanted_to_hear_of_a_workflow_stays_silent(world: World) -> None:
    world.cycle()
    world.start("C1", watching=["billing"])
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    world.start("C1", watching=["orders"])
    world.cycle()
    world.source.put(an_ended_execution("e2", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e2"]


def test_a_workflow_whose_item_cannot_be_read_is_polled_on(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.cycle()
    world.source.account = []
    world.source.unreadable_workflows = ["list[0].name: is a number"]
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.cycle()
    assert world.alerted() == ["e1"]
    assert "list[0].name" in caplog.text


def test_a_failed_listing_leaves_everything_as_it_was_and_is_shown(world: World) -> None:
    world.cycle()
    world.source.failures = {"workflows": ApiUnreachable("no connection")}
    world.source.put(an_ended_execution("e1", at=world.clock.now + SECOND))
    world.clock.advance(MINUTE)
    assert world.list_workflows()
    assert not world.list_workflows()
    with world.database.snapshot() as session:
        assert watch.api_health(session).error == "no connection"
    assert world.poll()
    assert world.alerted() == ["e1"]


def test_a_listing_whose_lease_ran_out_writes_nothing(world: World) -> None:
    def a_slow_request() -> None:
        world.source.meanwhile = None
        world.clock.advance(LEASE)
        world.source.account = [ORDERS]
        assert world.list_workflows()
        world.source.account = [BILLING]

    world.source.meanwhile = a_slow_request
    assert world.list_workflows()
    assert polled(world.database) == ["w1"]


def test_each_channel_is_greeted_once(world: World) -> None:
    world.start("C1", "C2")
    for _ in range(3):
        world.cycle()
        world.start("C1", "C2")
    greeting = Notice(NoticeKind.WATCHING, count=1)
    assert notices(world.database) == [(channel, greeting) for channel in ("C1", "C2")]


def polled(database: Database) -> list[str]:
    with database.snapshot() as session:
        query = select(WorkflowRow.workflow_id).where(WorkflowRow.is_watched, WorkflowRow.is_listed)
        return list(session.scalars(query.order_by(WorkflowRow.workflow_id)))


def baseline(database: Database, workflow_id: str) -> datetime:
    with database.snapshot() as session:
        query = select(WorkflowRow.baseline_at).where(WorkflowRow.workflow_id == workflow_id)
        return session.execute(query).scalar_one()


def notices(database: Database) -> list[tuple[str, Notice]]:
    with database.snapshot() as session:
        rows = session.execute(
            select(OutboxRow.channel, OutboxRow.facts)
            .where(OutboxRow.purpose == Purpose.NOTICE)
            .order_by(OutboxRow.channel)
        )
        decoded = [(channel, facts.decode(Purpose.NOTICE, text)) for channel, text in rows]
    return [(channel, notice) for channel, notice in decoded if isinstance(notice, Notice)]


def test_a_list_that_another_process_changed_meanwhile_is_recorded_anew_after_a_while(world: World) -> None:
    world.cycle()
    with world.database.transaction() as session:
        workflows.record_listing(session, Listed([Workflow("w1", "renamed")], {"w1"}), world.clock(), world.clock())
    world.cycle()
    for _ in range(10):
        world.cycle()
    with world.database.snapshot() as session:
        assert workflows.names(session) == [("w1", "orders")]
