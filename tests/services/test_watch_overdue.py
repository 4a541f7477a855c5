"""What takes too long is told once, says what it is compared with, and closes itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.core.alerting import Reason
from bot.core.delivery import Facts
from bot.core.model import ExecutionStatus, TriggerRule, Workflow
from bot.core.overdue import Basis, BasisKind, HowOver, Limit
from bot.core.recurrence import Interval, Recurrence, ScheduledTrigger
from bot.core.rules import Outcome, Rules
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import Wish
from bot.core.telling import HeldLate, HeldSummary, Overdue
from bot.errors import ApiRefused
from bot.services.boot import Boot
from bot.services.read_triggers import ReadTriggers
from bot.services.release_held import ReleaseHeld
from bot.services.watch_overdue import WatchOverdue
from bot.store import facts, holding, silences, subscriptions
from bot.store.message_tables import DecisionRow, OutboxRow
from bot.store.overdue_tables import OverdueRow
from bot.store.tables import WorkflowRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.world import MINUTE, TIMES, World

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
COMPLETED, FAILED, READY, RUNNING = (
    ExecutionStatus.COMPLETED,
    ExecutionStatus.FAILED,
    ExecutionStatus.READY,
    ExecutionStatus.RUNNING,
)
SCHEDULED = Workflow("w1", "orders", TriggerRule.RECURRING, trigger_id="t1")
DAILY_AT_TEN = ScheduledTrigger("t1", "nightly", Recurrence(Interval.DAY, time(10)))


class Watch:
    """The watch on one world, and what it told."""

    def __init__(self, world: World) -> None:
        self.world = world
        boot = Boot(world.clock(), TIMES.settle)
        self.step = WatchOverdue(world.database, world.clock, boot).step
        self.release = ReleaseHeld(world.database, world.clock, MINUTE, boot).step
        self.read_triggers = ReadTriggers(world.database, world.source, world.clock).step

    def cycle(self, after: timedelta = MINUTE) -> None:
        self.read_triggers()
        self.world.cycle(after)
        while self.step():
            pass
        while self.release():
            pass

    def told(self) -> list[Overdue]:
        """What the messages say, changes included, in the order in which they were queued."""
        return [one for one in self._facts() if isinstance(one, Overdue)]

    def summaries(self) -> list[HeldSummary]:
        return [one for one in self._facts() if isinstance(one, HeldSummary)]

    def _facts(self) -> list[Facts]:
        with self.world.database.snapshot() as session:
            rows = session.execute(select(OutboxRow.purpose, OutboxRow.facts).order_by(OutboxRow.id)).all()
        return [facts.decode(purpose, text) for purpose, text in rows]

    def reasons(self) -> list[str]:
        with self.world.database.snapshot() as session:
            decided = select(DecisionRow.reason).where(DecisionRow.overdue_key.is_not(None)).order_by(DecisionRow.id)
            return list(session.scalars(decided))

    def outcomes(self) -> list[Outcome]:
        with self.world.database.snapshot() as session:
            return list(session.scalars(select(OverdueRow.outcome).order_by(OverdueRow.id)))


@pytest.fixture
def watch(world: World) -> Watch:
    return Watch(world)


def ten_minute_runs(world: World, count: int = 6) -> None:
    world.source.put(*(an_ended_execution(f"old{n}", COMPLETED, at=START - (count - n) * HOUR) for n in range(count)))


def running(world: World) -> None:
    """A run that began now."""
    world.source.put(an_execution("e1", RUNNING, created_at=world.clock(), started_at=world.clock()))


def ended(world: World, status: ExecutionStatus = COMPLETED) -> None:
    now, run = world.clock(), world.source.runs["e1"]
    world.source.put(replace(run, status=status, reported_status=status.value, ended_at=now))


def test_a_run_within_its_usual_time_is_no_news(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(14 * MINUTE)

    assert watch.told() == []


def test_a_run_beyond_its_usual_time_is_told_once_with_what_is_usual(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    for _ in range(20):
        watch.cycle()

    (told,) = watch.told()
    assert (told.outcome, told.workflow_name, told.job_name) == (Outcome.RUNNING_LONG, "orders", "load")
    assert (told.since, told.limit) == (START, Limit(15 * MINUTE, Basis(BasisKind.RUNS, 10 * MINUTE, 6)))
    assert watch.reasons() == [Reason.RUNNING_LONG.name]


@pytest.mark.parametrize("status", [COMPLETED, FAILED])
def test_its_end_changes_the_message(watch: Watch, status: ExecutionStatus) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(20 * MINUTE)
    watch.world.deliver_for(2 * TIMES.pace)
    ended(watch.world, status)
    watch.cycle()
    watch.cycle()

    first, change = watch.told()
    assert first.over_at is None
    assert change.over_at is not None
    assert change.how_it_ended is HowOver.ENDED
    assert change.execution is not None
    assert change.execution.status is status
    assert START + 20 * MINUTE <= change.over_at < START + 21 * MINUTE
    watch.world.deliver_for(5 * TIMES.pace)
    assert [post.edits is not None for post in watch.world.slack.sent if isinstance(post.facts, Overdue)] == [
        False,
        True,
    ]


def test_one_that_ends_before_its_message_is_sent_is_told_as_over(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(20 * MINUTE)
    ended(watch.world)
    watch.cycle()

    (told,) = watch.told()
    assert told.over_at is not None


def test_a_run_that_waits_too_long_is_told_until_it_starts(watch: Watch) -> None:
    watch.world.source.put(an_execution("e1", READY, created_at=START))
    watch.cycle(31 * MINUTE)
    assert [told.outcome for told in watch.told()] == [Outcome.WAITING_LONG]
    watch.world.source.put(an_execution("e1", RUNNING, created_at=START, started_at=START + 32 * MINUTE))
    watch.cycle()

    (told,) = watch.told()
    assert (told.how_it_ended, told.over_at) == (HowOver.STARTED, START + 32 * MINUTE)


def test_a_run_that_vanishes_is_no_longer_overdue(watch: Watch) -> None:
    watch.world.source.put(an_execution("e1", READY, created_at=START))
    watch.cycle(31 * MINUTE)
    watch.world.source.runs.clear()
    watch.cycle()

    (told,) = watch.told()
    assert told.how_it_ended is HowOver.LOST
    assert told.execution is not None


def test_nothing_is_late_while_nobody_can_look(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle()
    watch.world.clock.advance(3 * HOUR)
    while watch.step():
        pass

    assert watch.told() == []


def mute(world: World, until: datetime) -> None:
    with world.database.transaction() as session:
        silences.add(session, Silence(0, SilenceKind.MUTE, START, until), START)


@pytest.fixture
def muted(watch: Watch) -> Watch:
    """A mute that has an hour to go holds back that a run takes too long."""
    ten_minute_runs(watch.world)
    running(watch.world)
    mute(watch.world, START + HOUR)
    watch.cycle(20 * MINUTE)
    return watch


def test_what_is_muted_is_summed_up_once_when_the_mute_ends_and_it_is_still_true(muted: Watch) -> None:
    for _ in range(3):
        muted.cycle()
    assert (muted.reasons(), muted.summaries()) == ([Reason.MUTED.name], [])
    for _ in range(3):
        muted.cycle(50 * MINUTE)

    (summary,) = muted.summaries()
    assert summary.late == (HeldLate(Outcome.RUNNING_LONG, "orders", "load", START),)
    assert (summary.total, summary.late_count, summary.until) == (0, 1, START + HOUR)
    assert (muted.reasons(), muted.told()) == ([Reason.MUTED.name], [])


def test_a_mute_says_how_much_it_holds_back_of_what_takes_too_long(muted: Watch) -> None:
    with muted.world.database.snapshot() as session:
        assert holding.held_by(session, 1) == 1


def test_a_mute_that_is_ended_early_tells_at_once_what_takes_too_long(muted: Watch) -> None:
    with muted.world.database.transaction() as session:
        silences.end(session, 1, muted.world.clock())
    muted.cycle()

    assert [summary.late_count for summary in muted.summaries()] == [1]


def test_what_a_summary_told_is_closed_by_a_reply_to_it(muted: Watch) -> None:
    muted.cycle(50 * MINUTE)
    muted.world.deliver_for(2 * TIMES.pace)
    ended(muted.world)
    muted.cycle()
    muted.world.deliver_for(5 * TIMES.pace)

    told = [(post.facts, post.thread, ref) for ref, post in muted.world.slack.posts]
    (summary,) = [(thread, ref) for what, thread, ref in told if isinstance(what, HeldSummary)]
    (over,) = [(what, thread) for what, thread, _ in told if isinstance(what, Overdue)]
    assert over[0].how_it_ended is HowOver.ENDED
    assert (summary[0], over[1]) == (None, summary[1])


def test_what_another_silence_covers_by_then_waits_for_that_one(muted: Watch) -> None:
    mute(muted.world, START + 2 * HOUR)
    muted.cycle(50 * MINUTE)
    assert (muted.reasons(), muted.summaries()) == ([Reason.MUTED.name] * 2, [])
    muted.cycle(HOUR)

    assert [summary.until for summary in muted.summaries()] == [START + 2 * HOUR]


def test_nobody_is_told_for_a_subscription_that_has_ended(muted: Watch) -> None:
    muted.world.start()
    muted.cycle(50 * MINUTE)

    assert (muted.reasons(), muted.summaries()) == ([Reason.MUTED.name, Reason.UNSUBSCRIBED.name], [])


def test_what_is_over_before_the_mute_ends_is_never_told(muted: Watch) -> None:
    ended(muted.world)
    muted.cycle()
    muted.cycle(2 * HOUR)

    assert muted.reasons() == [Reason.MUTED.name, Reason.OVER_BEFORE_TOLD.name]
    assert (muted.told(), muted.summaries()) == ([], [])


def test_two_subscriptions_of_a_channel_share_the_message(watch: Watch) -> None:
    with watch.world.database.transaction() as session:
        subscriptions.put(session, Wish("C1", "orders"), START)
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(20 * MINUTE)
    watch.world.deliver_for(2 * TIMES.pace)
    with watch.world.database.snapshot() as session:
        messages = session.scalars(select(DecisionRow.outbox_key)).all()
    assert (len(messages), len(set(messages)), None in messages) == (2, 1, False)
    ended(watch.world)
    watch.cycle()

    assert [told.over_at is not None for told in watch.told()] == [False, True]


def test_a_restart_repeats_nothing(world: World, watch: Watch) -> None:
    ten_minute_runs(world)
    running(world)
    watch.cycle(20 * MINUTE)
    world.start("C1")
    again = Watch(world)
    again.cycle()

    assert len(again.told()) == 1


def scheduled(watch: Watch, *rules: ScheduledTrigger) -> None:
    """From a minute past ten on, the workflow is known to be scheduled."""
    watch.world.clock.advance(MINUTE)
    watch.world.source.account[0] = SCHEDULED
    watch.world.source.rules = list(rules)
    watch.cycle()


@pytest.fixture
def morning(watch: Watch) -> Watch:
    """A watch that has read, when today's start was past, that the workflow starts each day at ten."""
    scheduled(watch, DAILY_AT_TEN)
    return watch


def test_a_start_that_does_not_come_is_told_once(morning: Watch) -> None:
    morning.cycle(DAY + 10 * MINUTE)
    assert morning.told() == []
    for _ in range(5):
        morning.cycle(2 * MINUTE)

    (told,) = morning.told()
    assert (told.outcome, told.job_name, told.execution) == (Outcome.NEVER_STARTED, None, None)
    assert told.since == START + DAY
    assert told.limit.basis == Basis(BasisKind.TRIGGER, rule=DAILY_AT_TEN.recurrence)


def test_a_start_that_stays_away_for_days_is_one_message(morning: Watch) -> None:
    for _ in range(5):
        morning.cycle(DAY)

    assert morning.outcomes() == [Outcome.NEVER_STARTED]


def test_a_start_after_all_closes_it(morning: Watch) -> None:
    morning.cycle(DAY + 20 * MINUTE)
    morning.world.source.put(an_execution("late", RUNNING, created_at=START + DAY + 47 * MINUTE))
    morning.cycle(30 * MINUTE)

    (told,) = morning.told()
    assert told.how_it_ended is HowOver.BEGAN
    assert told.over_at == told.since + 47 * MINUTE


@pytest.mark.parametrize("early", [-2 * MINUTE, timedelta(), 12 * MINUTE])
def test_a_start_about_its_time_is_no_news(morning: Watch, early: timedelta) -> None:
    morning.world.source.put(an_ended_execution("e1", COMPLETED, at=START + DAY + early, ran_for=timedelta()))
    morning.cycle(DAY + HOUR)

    assert morning.told() == []


def test_a_rule_says_nothing_about_the_time_before_it_was_read(watch: Watch) -> None:
    watch.world.source.account[0] = SCHEDULED
    watch.cycle()
    watch.world.source.rules = [DAILY_AT_TEN]
    watch.cycle(HOUR)
    watch.cycle()

    assert watch.told() == []


@pytest.mark.parametrize(
    "workflow", [replace(SCHEDULED, trigger_rule=TriggerRule.NONE), replace(SCHEDULED, is_draft=True)]
)
def test_what_no_schedule_starts_is_not_waited_for(watch: Watch, workflow: Workflow) -> None:
    watch.world.source.account[0] = workflow
    watch.world.source.rules = [DAILY_AT_TEN]
    watch.cycle()
    watch.cycle(DAY + HOUR)

    assert watch.told() == []


def begun_at(moments: Sequence[datetime], world: World) -> None:
    world.source.put(
        *(an_ended_execution(f"h{n}", COMPLETED, at=at, ran_for=timedelta()) for n, at in enumerate(moments))
    )


@pytest.mark.parametrize(("weeks", "is_told"), [(4, False), (5, True)])
def test_without_a_rule_five_weeks_make_a_habit(watch: Watch, weeks: int, is_told: bool) -> None:
    begun_at([START + DAY - week * WEEK for week in range(1, weeks + 1)], watch.world)
    scheduled(watch)
    watch.cycle(DAY + HOUR)

    assert [told.outcome for told in watch.told()] == [Outcome.NEVER_STARTED] * is_told


def test_a_habit_is_of_its_weekday_only(watch: Watch) -> None:
    begun_at([START + DAY - week * WEEK for week in range(1, 9)], watch.world)
    scheduled(watch)
    watch.cycle(2 * DAY + HOUR)

    assert watch.outcomes() == [Outcome.NEVER_STARTED]
    (told,) = watch.told()
    assert told.since == START + DAY


def test_triggers_that_may_not_be_read_cost_nothing_else(watch: Watch) -> None:
    watch.world.source.failures["triggers"] = ApiRefused("getTriggers", 403)
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(20 * MINUTE)

    assert watch.outcomes() == [Outcome.RUNNING_LONG]


def test_judging_twice_repeats_nothing(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    watch.cycle(20 * MINUTE)
    with watch.world.database.transaction() as session:
        session.execute(update(WorkflowRow).values(judged_at=None))
    other = Watch(watch.world)
    assert other.step()

    assert len(watch.told()) == 1


def test_every_channel_that_asks_for_it_is_told_and_every_decision_kept(world: World) -> None:
    world.start("C1", "C2")
    watch = Watch(world)
    ten_minute_runs(world)
    running(world)
    with world.database.transaction() as session:
        subscriptions.put(session, Wish("C2", rules=Rules(frozenset({Outcome.FAILED}))), START)
    watch.cycle(20 * MINUTE)

    assert len(watch.told()) == 1
    assert watch.reasons() == [Reason.RUNNING_LONG.name, Reason.OUTCOME_NOT_WANTED.name]


def test_it_is_the_same_on_each_database(world_on_each: World) -> None:
    watch = Watch(world_on_each)
    ten_minute_runs(world_on_each)
    running(world_on_each)
    scheduled(watch, DAILY_AT_TEN)
    watch.cycle(DAY + HOUR)
    assert watch.outcomes() == [Outcome.RUNNING_LONG, Outcome.NEVER_STARTED]
    ended(world_on_each)
    world_on_each.source.put(an_execution("late", RUNNING, created_at=world_on_each.clock()))
    watch.cycle()

    assert all(told.over_at for told in watch.told())


def test_it_is_held_back_alike_on_each_database(world_on_each: World) -> None:
    watch = Watch(world_on_each)
    ten_minute_runs(world_on_each)
    running(world_on_each)
    mute(world_on_each, START + HOUR)
    watch.cycle(20 * MINUTE)
    watch.cycle(50 * MINUTE)
    ended(world_on_each)
    watch.cycle()

    assert [summary.late_count for summary in watch.summaries()] == [1]
    assert [told.over_at is not None for told in watch.told()] == [True]
