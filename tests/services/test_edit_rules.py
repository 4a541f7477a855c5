"""Editing rules: who may, what is saved and logged, and what becomes of two edits at once, on either database."""

import threading
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.core.audit_log import LogEntry, LogVerdict
from bot.core.flapping import FlappingRule
from bot.core.model import ExecutionStatus
from bot.core.people import Roster
from bot.core.permissions import ChannelKind, Role
from bot.core.rule_editing import RuleEdit
from bot.core.rules import Origin, Rules, Subscription
from bot.core.subscribing import Wish
from bot.services.authority import Authority, Refused
from bot.services.boot import Boot
from bot.services.edit_rules import EditRules
from bot.services.requests import Request
from bot.services.rule_answers import RulesMovedOn, RulesSaved, SubscriptionGone
from bot.services.schedule_digests import ScheduleDigests
from bot.store import audit_log, channels, subscriptions
from bot.store.engine import Database
from bot.store.message_tables import CardRow, DigestRow
from tests.doubles import FakeClock, an_ended_execution
from tests.services.permits import a_request
from tests.services.world import MINUTE, TIMES, World

PATIENT = Rules(nth_failure=3)


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    """On either database: two who save at once wait for each other in ways of its own."""
    return World(database, clock)


def digests_of(world: World) -> ScheduleDigests:
    return ScheduleDigests(world.database, world.clock, world.times, Boot(world.clock(), TIMES.settle))


@pytest.fixture
def editing(world: World) -> EditRules:
    """Channel C1 hears of everything, because the settings say so."""
    authority = Authority(world.database, world.clock, Roster(operators=["U-mina"]))
    return EditRules(world.database, world.clock, authority, FlappingRule(), digests_of(world))


def only(editing: EditRules, channel: str = "C1") -> Subscription:
    return editing.of_places([channel])[0]


def an_edit(editing: EditRules, entered: Rules = PATIENT, channel: str = "C1") -> RuleEdit:
    subscription = only(editing, channel)
    return RuleEdit(subscription.subscription_id, subscription.rules, entered)


def log_of(database: Database) -> list[LogEntry]:
    with database.snapshot() as session:
        return audit_log.newest(session, 20)


def subscribe(editing: EditRules, channel: str, workflows: str = "*") -> None:
    with editing.database.transaction() as session:
        subscriptions.put(session, Wish(channel, workflows), editing.clock())


def test_what_is_saved_is_in_force_and_in_the_log(editing: EditRules) -> None:
    saved = editing.save(a_request(), an_edit(editing))
    assert isinstance(saved, RulesSaved)
    assert (saved.before, saved.subscription.rules) == (Rules(), PATIENT)
    assert only(editing).rules == PATIENT
    [entry] = log_of(editing.database)
    assert (entry.action, entry.target, entry.verdict) == ("change-settings", "C1 *", LogVerdict.DONE)
    assert (entry.before, entry.after) == ({"nth_failure": "1"}, {"nth_failure": "3"})


def test_the_next_digest_comes_in_the_zone_that_was_entered(editing: EditRules) -> None:
    editing.save(a_request(), an_edit(editing, Rules(zone="Europe/Berlin")))
    with editing.database.snapshot() as session:
        [due_at] = session.scalars(select(DigestRow.due_at))
    assert due_at.astimezone(ZoneInfo("Europe/Berlin")).time() == time(9)


def test_whoever_enters_that_they_want_reminders_is_reminded_of_what_is_open(editing: EditRules, world: World) -> None:
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock.now + MINUTE))
    world.cycle()
    editing.save(a_request(), an_edit(editing, Rules(remind_every=MINUTE)))
    with world.database.snapshot() as session:
        assert session.scalars(select(CardRow.remind_at)).all() == [world.clock.now + MINUTE]


def test_rules_that_somebody_changed_outlive_a_start(editing: EditRules, world: World) -> None:
    editing.save(a_request(), an_edit(editing))
    world.start("C1")
    assert (only(editing).rules, only(editing).origin) == (PATIENT, Origin.COMMAND)


def test_saving_what_is_there_already_is_no_change(editing: EditRules) -> None:
    saved = editing.save(a_request(), an_edit(editing, Rules()))
    assert isinstance(saved, RulesSaved)
    assert only(editing).origin is Origin.SETTINGS
    assert log_of(editing.database) == []


@pytest.mark.parametrize("role", [Role.OUTSIDER, Role.UNVERIFIED, Role.READER])
def test_whoever_may_not_changes_nothing(editing: EditRules, role: Role) -> None:
    assert isinstance(editing.save(a_request(role=role), an_edit(editing)), Refused)
    assert only(editing).rules == Rules()
    assert [entry.verdict for entry in log_of(editing.database)] == [LogVerdict.REFUSED]


def test_for_oneself_no_operator_is_needed(editing: EditRules) -> None:
    subscribe(editing, "U-mina")
    request = Request(a_request(role=Role.READER).asker, ChannelKind.DIRECT)
    assert isinstance(editing.save(request, an_edit(editing, channel="U-mina")), RulesSaved)
    assert log_of(editing.database)[0].action == "change-settings-self"


def test_rules_that_moved_on_are_not_overwritten(editing: EditRules) -> None:
    late = an_edit(editing, Rules(wait_for=timedelta(minutes=10)))
    editing.save(a_request(), an_edit(editing))
    answer = editing.save(a_request("jun"), late)
    assert isinstance(answer, RulesMovedOn)
    assert answer.subscription.rules == PATIENT
    assert only(editing).rules == PATIENT
    assert editing.moved_on(late) == answer


def test_an_edit_that_comes_twice_is_made_once(editing: EditRules) -> None:
    edit = an_edit(editing)
    editing.save(a_request(), edit)
    again = editing.save(a_request(), edit)
    assert isinstance(again, RulesSaved)
    assert again.before == again.subscription.rules == PATIENT
    assert editing.moved_on(edit) is None
    assert len(log_of(editing.database)) == 1


def test_of_many_who_save_at_once_one_does_and_the_others_are_told(editing: EditRules) -> None:
    edits = [an_edit(editing, Rules(nth_failure=number)) for number in range(2, 8)]
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda edit=edit: answers.append(editing.save(a_request(f"p{edit.entered}"), edit)))
        for edit in edits
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    saved = [answer for answer in answers if isinstance(answer, RulesSaved)]
    assert len(saved) == 1
    assert sum(isinstance(answer, RulesMovedOn) for answer in answers) == 5
    assert only(editing).rules == saved[0].subscription.rules
    assert len(log_of(editing.database)) == 1


def test_an_edit_of_what_is_gone_says_so(editing: EditRules, world: World) -> None:
    edit = an_edit(editing)
    world.start()
    assert editing.save(a_request(), edit) == SubscriptionGone()
    assert editing.moved_on(edit) == SubscriptionGone()
    assert editing.preview(edit) == SubscriptionGone()
    assert editing.beside(edit.subscription_id) == []


def test_subscriptions_are_found_by_slacks_id_of_their_channel_too(editing: EditRules) -> None:
    subscribe(editing, "#alerts", "orders")
    with editing.database.transaction() as session:
        channels.note_id(session, "#alerts", "C77")
    assert [one.workflows for one in editing.of_places(["C77"])] == ["orders"]
    assert editing.of_places(["C77"]) == editing.of_places(["#alerts"])


def test_those_of_the_same_channel_stand_beside_each_other(editing: EditRules) -> None:
    subscribe(editing, "C1", "orders")
    subscribe(editing, "C2", "orders")
    assert [one.workflows for one in editing.beside(only(editing).subscription_id)] == ["*", "orders"]


def test_a_preview_tells_the_last_week_of_the_channel_by_these_rules(editing: EditRules, world: World) -> None:
    subscribe(editing, "C2", "orders")
    for number in range(4):
        world.source.put(an_ended_execution(f"e{2 * number}", at=world.clock() + 2 * number * MINUTE, ran_for=MINUTE))
        after = world.clock() + (2 * number + 1) * MINUTE
        world.source.put(an_ended_execution(f"e{2 * number + 1}", ExecutionStatus.COMPLETED, at=after, ran_for=MINUTE))
    world.cycle(10 * MINUTE)
    preview = editing.preview(an_edit(editing))
    assert not isinstance(preview, SubscriptionGone)
    assert (preview.present.alerts, preview.changed.alerts) == (4, 0)
    assert preview.until - preview.since == timedelta(days=7)
