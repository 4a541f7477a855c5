"""Subscriptions added, removed, and made those of a file; what the settings ask for stays."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.core.audit_log import LogEntry
from bot.core.permissions import Action
from bot.core.rule_words import spell_rules
from bot.core.rules import Origin, Outcome, Rules
from bot.core.subscribing import SubscriptionChanges, Wish
from bot.errors import NotFound
from bot.services.boot import Boot
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.schedule_digests import ScheduleDigests
from bot.services.subscriptions_file import read, write
from bot.store import audit_log, subscriptions
from bot.store.message_tables import DigestRow, SubscriptionRow
from tests.core.test_rule_words import RULES
from tests.doubles import BY_MINA, MINA, START, an_ended_execution
from tests.services.world import NINE_IN_SEOUL, SECOND, World

PATIENT = Rules(nth_failure=2)
ONLY_FAILED = Rules(outcomes=frozenset({Outcome.FAILED}))
WISHES = st.lists(
    st.builds(Wish, st.sampled_from(["C1", "C2", "U0123", "#other"]), st.sampled_from(["*", "orders", "o*"]), RULES),
    unique_by=lambda wish: wish.place,
)


def manager(world: World, *alert_channels: str) -> ManageSubscriptions:
    digests = ScheduleDigests(world.database, world.clock, NINE_IN_SEOUL, Boot(START, SECOND))
    return ManageSubscriptions(world.database, world.clock, alert_channels or ("C1",), digests)


def present(world: World) -> dict[tuple[str, str], tuple[Rules, Origin]]:
    with world.database.snapshot() as session:
        return {(one.channel, one.workflows): (one.rules, one.origin) for one in subscriptions.active(session)}


def planned_digests(world: World) -> set[str]:
    with world.database.snapshot() as session:
        return set(session.scalars(select(DigestRow.channel).where(DigestRow.made_at.is_(None))))


OF_SETTINGS = (Rules(), Origin.SETTINGS)


class TestApply:
    """The subscriptions are those of the file and of the settings."""

    def test_adds_changes_and_removes(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2"), Wish("C3", "orders")])
        update = subscribing.apply(BY_MINA, [Wish("C2", rules=PATIENT), Wish("U0123", "o*")])
        assert [wish.place for wish in update.changes.added] == [("U0123", "o*")]
        assert [change.wish.place for change in update.changes.changed] == [("C2", "*")]
        assert [(old.channel, old.workflows) for old in update.changes.removed] == [("C3", "orders")]
        assert present(world) == {
            ("C1", "*"): OF_SETTINGS,
            ("C2", "*"): (PATIENT, Origin.FILE),
            ("U0123", "o*"): (Rules(), Origin.FILE),
        }

    def test_of_nothing_leaves_what_the_settings_ask_for(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2")])
        subscribing.apply(BY_MINA, [])
        assert present(world) == {("C1", "*"): OF_SETTINGS}

    def test_lets_the_file_win_over_the_settings_until_it_says_no_more(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C1", rules=PATIENT)])
        assert present(world) == {("C1", "*"): (PATIENT, Origin.FILE)}
        subscribing.apply(BY_MINA, [])
        assert present(world) == {("C1", "*"): OF_SETTINGS}

    def test_does_not_need_the_settings_to_leave_their_channels_alone(self, world: World) -> None:
        """A command may be given where ALERT_CHANNEL is not set."""
        ManageSubscriptions(world.database, world.clock, (), manager(world).digests).apply(BY_MINA, [Wish("C2")])
        assert ("C1", "*") in present(world)

    def test_says_in_a_dry_run_what_it_would_do_and_does_nothing(self, world: World) -> None:
        subscribing = manager(world)
        before = present(world)
        update = subscribing.apply(BY_MINA, [Wish("C2")], is_dry_run=True)
        assert update.is_dry_run
        assert [wish.place for wish in update.changes.added] == [("C2", "*")]
        assert present(world) == before

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
    @given(wishes=WISHES, others=WISHES)
    def test_of_what_was_exported_changes_nothing(self, world: World, wishes: list[Wish], others: list[Wish]) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, others)
        subscribing.apply(BY_MINA, wishes)
        exported = read(write(subscribing.export()))
        before = present(world)
        assert subscribing.apply(BY_MINA, exported, is_dry_run=True).changes == SubscriptionChanges()
        assert subscribing.apply(BY_MINA, exported).changes == SubscriptionChanges()
        assert present(world) == before

    def test_keeps_the_row_that_decisions_point_to(self, world: World) -> None:
        subscribing = manager(world)
        for wishes in ([Wish("C2")], [], [Wish("C2", rules=PATIENT)]):
            subscribing.apply(BY_MINA, wishes)
        with world.database.snapshot() as session:
            rows = session.scalars(select(SubscriptionRow).where(SubscriptionRow.channel == "C2")).all()
        assert len(rows) == 1

    def test_plans_the_digest_of_a_channel_and_none_for_a_person(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2"), Wish("U0123")])
        assert planned_digests(world) == {"C1", "C2"}
        subscribing.apply(BY_MINA, [])
        assert planned_digests(world) == {"C1"}


class TestOneByOne:
    """One subscription is added, changed or removed by a command."""

    def test_adding_it_twice_changes_it(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.add(BY_MINA, Wish("C2"))
        assert len(subscribing.add(BY_MINA, Wish("C2", rules=PATIENT)).changes.changed) == 1
        assert present(world)["C2", "*"] == (PATIENT, Origin.COMMAND)

    def test_adding_leaves_the_others_as_they_are(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2", rules=PATIENT)])
        subscribing.add(BY_MINA, Wish("C3"))
        assert present(world)["C2", "*"] == (PATIENT, Origin.FILE)

    def test_removing_it_ends_it(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.add(BY_MINA, Wish("C2", "orders"))
        assert len(subscribing.remove(BY_MINA, "C2", "orders").changes.removed) == 1
        assert present(world) == {("C1", "*"): OF_SETTINGS}

    @pytest.mark.parametrize(("channel", "why"), [("C1", "ALERT_CHANNEL names it"), ("C9", "subscriptions list")])
    def test_what_is_not_there_to_be_removed_is_said(self, world: World, channel: str, why: str) -> None:
        with pytest.raises(NotFound, match=why):
            manager(world).remove(BY_MINA, channel, "*")


class TestFollowingTheSettings:
    """At a start, ALERT_CHANNEL is followed, and nothing else is touched."""

    def test_other_subscriptions_outlive_a_start(self, world: World) -> None:
        manager(world).apply(BY_MINA, [Wish("C2", "orders", PATIENT), Wish("C1", rules=PATIENT)])
        world.start("C1")
        assert present(world) == {("C1", "*"): (PATIENT, Origin.FILE), ("C2", "orders"): (PATIENT, Origin.FILE)}

    def test_a_channel_that_the_settings_name_no_more_is_told_no_more(self, world: World) -> None:
        world.start("C9")
        assert present(world) == {("C9", "*"): OF_SETTINGS}

    def test_a_channel_that_comes_back_goes_by_the_default_rules(self, world: World) -> None:
        manager(world).add(BY_MINA, Wish("C2", rules=PATIENT))
        manager(world).remove(BY_MINA, "C2", "*")
        world.start("C1", "C2")
        assert present(world)["C2", "*"] == OF_SETTINGS


class TestTelling:
    """What is subscribed is told."""

    def test_each_channel_and_person_hears_what_it_asked_for(self, world: World) -> None:
        manager(world).apply(
            BY_MINA,
            [Wish("C1", rules=Rules(outcomes=frozenset({Outcome.RECOVERED}))), Wish("U0123", "ord*", ONLY_FAILED)],
        )
        world.cycle()
        world.source.put(an_ended_execution(at=world.clock.now + SECOND))
        world.cycle()
        assert [channel for channel, _ in world.alerts()] == ["U0123"]


class TestTheLog:
    def test_each_subscription_that_was_changed_has_its_line(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2"), Wish("C3", "orders")])
        subscribing.apply(BY_MINA, [Wish("C2", rules=PATIENT)])
        lines = [(one.action, one.target, one.before, one.after) for one in reversed(logged(world))]
        assert lines == [
            ("subscribe", "C2 *", None, {}),
            ("subscribe", "C3 orders", None, {}),
            ("change-settings", "C2 *", spell_rules(Rules(), PATIENT), spell_rules(PATIENT)),
            ("unsubscribe", "C3 orders", {}, None),
        ]
        assert {(one.person, one.called) for one in logged(world)} == {(MINA, "Mina")}

    def test_so_has_one_that_is_not_the_settings_any_more(self, world: World) -> None:
        """It stays when ALERT_CHANNEL does not name the channel any more."""
        manager(world).add(BY_MINA, Wish("C1"))
        (line,) = logged(world)
        assert (line.action, line.target, line.after) == (Action.SUBSCRIBE, "C1 *", {"origin": Origin.COMMAND})

    def test_what_people_do_for_themselves_is_said_to_be_that(self, world: World) -> None:
        own = replace(BY_MINA, action=Action.SUBSCRIBE_SELF)
        manager(world, "C1").add(own, Wish("U0MINA123"))
        assert logged(world)[0].action == Action.SUBSCRIBE_SELF

    def test_a_dry_run_and_what_changes_nothing_leave_no_line(self, world: World) -> None:
        subscribing = manager(world)
        subscribing.apply(BY_MINA, [Wish("C2")])
        before = logged(world)
        subscribing.apply(BY_MINA, [Wish("C2")])
        subscribing.apply(BY_MINA, [Wish("C9")], is_dry_run=True)
        assert logged(world) == before


def logged(world: World) -> list[LogEntry]:
    with world.database.snapshot() as session:
        return audit_log.newest(session, 100)
