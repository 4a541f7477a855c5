"""Digests as due work: once per channel and local date, late rather than never, and moved with the settings."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.core.alerting import Alert
from bot.core.delivery import Purpose
from bot.core.digest import Digest, MessageRef
from bot.core.model import ExecutionStatus, Workflow
from bot.core.rules import Rules
from bot.core.subscribing import Wish
from bot.services.schedule_digests import DigestTimes
from bot.store import facts, subscriptions
from bot.store.engine import Database
from bot.store.message_tables import OutboxRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, SEOUL, World

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE_NEXT_DAY = datetime(2026, 3, 3, 0, tzinfo=UTC)
"""9:00 in Seoul on the day after the world began, on Monday at 10:00."""

MONDAY = date(2026, 3, 2)


def go_to(world: World, moment: datetime) -> int:
    world.clock.advance(moment - world.clock.now)
    return world.make_digests()


def digests(database: Database) -> list[tuple[str, Digest]]:
    """Those in the outbox with their channels, in the order in which they were queued."""
    with database.snapshot() as session:
        rows = session.execute(
            select(OutboxRow.channel, OutboxRow.facts).where(OutboxRow.purpose == Purpose.DIGEST).order_by(OutboxRow.id)
        )
        decoded = [(channel, facts.decode(Purpose.DIGEST, text)) for channel, text in rows]
    return [(channel, digest) for channel, digest in decoded if isinstance(digest, Digest)]


def days(database: Database, channel: str = "C1") -> list[date]:
    return [digest.window.day for to, digest in digests(database) if to == channel]


def test_each_channel_gets_the_digest_of_the_day_before_at_its_time(world_on_each: World) -> None:
    world = world_on_each
    world.start("C1", "C2")
    assert go_to(world, NINE_NEXT_DAY - SECOND) == 0
    assert go_to(world, NINE_NEXT_DAY) == 2
    assert [(channel, digest.window.day) for channel, digest in digests(world.database)] == [
        ("C1", MONDAY),
        ("C2", MONDAY),
    ]
    assert world.make_digests() == 0


def test_one_follows_the_other_day_by_day(world: World) -> None:
    for number in range(3):
        assert go_to(world, NINE_NEXT_DAY + number * DAY) == 1
    assert days(world.database) == [MONDAY + number * DAY for number in range(3)]


def test_restarts_and_a_second_look_repeat_nothing(world: World) -> None:
    go_to(world, NINE_NEXT_DAY)
    for _ in range(3):
        world.start("C1")
        assert world.make_digests() == 0
    assert days(world.database) == [MONDAY]


def test_a_digest_comes_late_after_a_downtime(world: World) -> None:
    world.clock.advance(NINE_NEXT_DAY + 5 * HOUR - world.clock.now)
    world.start("C1")
    assert world.make_digests() == 1
    assert days(world.database) == [MONDAY]


def test_missed_days_are_made_up_for_and_of_a_long_absence_the_last_week(world: World) -> None:
    assert go_to(world, NINE_NEXT_DAY + 30 * DAY) == 8
    assert days(world.database) == [MONDAY] + [MONDAY + number * DAY for number in range(24, 31)]


@pytest.mark.parametrize(
    ("at", "due_at"),
    [
        (time(18), NINE_NEXT_DAY + 9 * HOUR),
        (time(9, 30), NINE_NEXT_DAY + 30 * MINUTE),
        (time(0), NINE_NEXT_DAY - 9 * HOUR),
    ],
)
def test_changing_the_time_in_the_settings_moves_the_digest_to_come(world: World, at: time, due_at: datetime) -> None:
    world.times = DigestTimes(at, SEOUL)
    world.start("C1")
    assert go_to(world, due_at - SECOND) == 0
    assert go_to(world, due_at) == 1
    assert days(world.database) == [MONDAY]


def test_an_earlier_time_that_has_passed_today_means_now(world: World) -> None:
    world.times = DigestTimes(time(12), SEOUL)
    world.start("C1")
    world.clock.advance(NINE_NEXT_DAY + HOUR - world.clock.now)
    world.times = DigestTimes(time(9), SEOUL)
    world.start("C1")
    assert world.make_digests() == 1


NINE_IN_NEW_YORK = datetime(2026, 3, 3, 14, tzinfo=UTC)


def moved_to_new_york(world: World) -> None:
    with world.database.transaction() as session:
        subscriptions.put(session, Wish("C1", rules=Rules(zone="America/New_York")), world.clock.now)


def test_a_channel_with_a_zone_of_its_own_hears_of_the_day_there_in_the_morning_there(world: World) -> None:
    moved_to_new_york(world)
    world.start("C1", "C2")
    assert go_to(world, NINE_NEXT_DAY) == 1
    assert days(world.database, "C2") == [MONDAY]
    assert go_to(world, NINE_IN_NEW_YORK - SECOND) == 0
    assert go_to(world, NINE_IN_NEW_YORK) == 1
    assert go_to(world, NINE_IN_NEW_YORK + DAY) == 2
    windows = [digest.window for channel, digest in digests(world.database) if channel == "C1"]
    assert [(window.day, window.zone) for window in windows] == [
        (MONDAY, "America/New_York"),
        (MONDAY + DAY, "America/New_York"),
    ]
    assert windows[0].start == datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_a_digest_that_is_planned_follows_the_channel_into_another_zone(world: World) -> None:
    world.start("C1")
    moved_to_new_york(world)
    go_to(world, NINE_NEXT_DAY)
    assert days(world.database) == []
    go_to(world, NINE_IN_NEW_YORK)
    assert days(world.database) == [MONDAY]


def test_a_channel_that_left_the_settings_gets_no_more_digests(world: World) -> None:
    world.start("C2")
    assert go_to(world, NINE_NEXT_DAY) == 1
    assert days(world.database, "C1") == []
    assert days(world.database, "C2") == [MONDAY]


def test_a_channel_that_comes_back_gets_the_next_digest_and_none_of_those_before(world: World) -> None:
    world.start("C2")
    world.clock.advance(5 * DAY)
    world.start("C1", "C2")
    world.make_digests()
    assert days(world.database, "C1") == []
    go_to(world, NINE_NEXT_DAY + 5 * DAY)
    assert days(world.database, "C1") == [MONDAY + 5 * DAY]


class TestWhatItSays:
    """The digest of a day out of the executions in the database."""

    @pytest.fixture
    def day(self, world: World) -> World:
        """Monday in Seoul, from 0:00, nine hours before 0:00 UTC, with a week before it."""
        midnight = datetime(2026, 3, 1, 15, tzinfo=UTC)
        world.cycle()
        world.source.put(
            an_ended_execution("just before", FAILED, at=midnight - SECOND),
            an_ended_execution("at midnight", COMPLETED, at=midnight),
            an_ended_execution("failed", FAILED, at=world.clock.now + MINUTE, ran_for=HOUR),
            an_ended_execution("canceled", CANCELED, at=world.clock.now + 2 * MINUTE),
            an_ended_execution("last second", COMPLETED, at=midnight + DAY - SECOND),
            an_ended_execution("next midnight", FAILED, at=midnight + DAY),
            an_ended_execution("a week before", COMPLETED, at=midnight - 7 * DAY),
            an_ended_execution("too long before", COMPLETED, at=midnight - 7 * DAY - SECOND),
            an_execution("running", RUNNING, started_at=START),
        )
        return world

    def made(self, world: World) -> Digest:
        go_to(world, NINE_NEXT_DAY)
        ((_, digest),) = digests(world.database)
        return digest

    def test_counts_what_ended_from_midnight_to_midnight(self, day: World) -> None:
        day.cycle(after=HOUR)
        day.clock.advance(NINE_NEXT_DAY - MINUTE - day.clock.now)
        day.cycle(after=timedelta())
        counts = self.made(day).counts
        assert (counts.completed, counts.failed, counts.canceled) == (2, 1, 1)

    def test_counts_an_end_without_a_date_on_the_day_on_which_it_was_seen(self, day: World) -> None:
        day.cycle(after=HOUR)
        began_at = day.clock.now
        day.source.put(an_execution("dateless", RUNNING, started_at=began_at))
        day.cycle()
        day.source.put(an_execution("dateless", FAILED, started_at=began_at))
        day.cycle(after=HOUR)
        seen_at = day.clock.now
        day.clock.advance(NINE_NEXT_DAY - MINUTE - seen_at)
        day.cycle(after=timedelta())
        digest = self.made(day)
        (told,) = [run for run in digest.failures if run.job_execution_id == "dateless"]
        assert (told.ended_at, told.ran_for, digest.counts.failed) == (seen_at, None, 2)

    def test_compares_with_the_seven_days_before(self, day: World) -> None:
        day.cycle(after=HOUR)
        before = self.made(day).before
        assert (before.completed, before.failed, before.total) == (1, 1, 2)

    def test_lists_the_failures_with_links_to_their_alerts(self, day: World) -> None:
        day.cycle(after=HOUR)
        day.deliver_for(30 * SECOND)
        places = {
            post.facts.execution.job_execution_id: ref for ref, post in day.slack.posts if isinstance(post.facts, Alert)
        }
        failures = {run.job_execution_id: run.alert for run in self.made(day).failures}
        assert failures == {"canceled": places["canceled"], "failed": places["failed"]}
        assert isinstance(failures["failed"], MessageRef)

    def test_has_no_link_where_the_alert_is_not_posted_yet(self, day: World) -> None:
        day.cycle(after=HOUR)
        assert {run.alert for run in self.made(day).failures} == {None}

    def test_names_the_slowest_and_what_is_still_running(self, day: World) -> None:
        day.cycle(after=HOUR)
        digest = self.made(day)
        assert digest.slowest[0].job_execution_id == "failed"
        assert [run.job_execution_id for run in digest.running] == ["running"]

    @pytest.mark.parametrize("watching", [("billing",), ()], ids=["not watched", "not listed"])
    def test_leaves_out_what_seems_to_run_in_a_workflow_nobody_looks_at(
        self, day: World, watching: tuple[str, ...]
    ) -> None:
        """Its executions stay as they were when it was last polled, for ever."""
        day.cycle(after=HOUR)
        day.source.account = (
            [Workflow("w2", "billing")] if not watching else [*day.source.account, Workflow("w2", "billing")]
        )
        day.start("C1", watching=watching)
        day.cycle()
        digest = self.made(day)
        assert (digest.running, digest.running_count) == ((), 0)
