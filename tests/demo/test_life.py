"""The demo's story: what a watcher sees and when, on a clock of our own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.demo.dataflow_server import Account, Execution, Interval, Status
from bot.demo.life import Life
from bot.demo.story import Character, Span, Story, load

BEGINNING = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)


class Stage:
    """An account on a clock that is set by hand, and the life on it."""

    def __init__(self, *, seed: int = 0, speed: float = 1.0) -> None:
        self.now = BEGINNING
        self.account = Account(lambda: self.now)
        self.life = Life(self.account, replace(load(), speed=speed), seed=seed)
        self.life.begin(self.now)

    def show(self, seconds: float) -> list[Execution]:
        """Let the story reach that second; all runs so far, oldest first."""
        self.now = BEGINNING + timedelta(seconds=seconds)
        self.life.advance(self.now)
        return sorted(self.account.all_executions(), key=lambda run: (run.created_at, run.workflow_id))

    def statuses(self, seconds: float) -> list[Status]:
        return [run.status(self.now) for run in self.show(seconds)]


@pytest.mark.parametrize(("speed", "seconds"), [(1.0, 6.0), (2.0, 3.0), (0.5, 12.0)])
def test_the_first_failure_comes_within_six_seconds_of_demo_time(speed: float, seconds: float) -> None:
    stage = Stage(speed=speed)
    assert Status.FAILED not in stage.statuses(seconds / 2)
    assert stage.statuses(seconds).count(Status.FAILED) == 1


def test_a_run_is_canceled_later_and_one_goes_on_longer_than_the_rest() -> None:
    statuses = Stage().statuses(15)
    assert Status.CANCELED in statuses
    assert Status.RUNNING in statuses


def test_most_runs_complete() -> None:
    stage = Stage()
    stage.show(3600)
    statuses = stage.statuses(3700)
    assert len(statuses) > 500
    assert statuses.count(Status.COMPLETED) > 0.8 * len(statuses)


@pytest.mark.parametrize("speed", [0.5, 1.0, 120.0])
def test_until_the_next_start_nothing_begins_and_then_something_does(speed: float) -> None:
    stage = Stage(speed=speed)
    stage.show(20 / speed)
    before = len(list(stage.account.all_executions()))
    next_start = stage.life.next_start()
    assert next_start is not None
    seconds = (stage.life.moment(next_start) - BEGINNING).total_seconds()
    assert len(stage.show(seconds - 0.001)) == before
    assert len(stage.show(seconds + 0.001)) > before


@given(pauses=st.lists(st.floats(min_value=0, max_value=40), max_size=12))
@settings(deadline=None)
def test_the_story_is_the_same_however_often_it_is_looked_at(pauses: list[float]) -> None:
    def told(looks: list[float]) -> list[tuple[datetime, str, Status, datetime | None]]:
        stage = Stage(seed=7)
        for seconds in looks:
            stage.show(seconds)
        return [(run.created_at, run.job.name, run.outcome, run.ends_at) for run in stage.show(500)]

    assert told([sum(pauses[:count]) for count in range(len(pauses))]) == told([])


def test_history_ended_before_the_beginning() -> None:
    stage = Stage()
    stage.life.write_history()
    history = stage.account.all_executions()
    assert all(run.has_ended(BEGINNING) for run in history)
    assert {(BEGINNING - run.created_at).days for run in history} >= set(range(8))
    assert {Status.COMPLETED, Status.FAILED} <= {run.outcome for run in history}


def test_the_opening_can_wait_for_its_audience() -> None:
    stage = Stage()
    stage.now = BEGINNING + timedelta(minutes=1)
    stage.life.begin(stage.now)
    assert stage.statuses(60) == []
    assert Status.FAILED not in stage.statuses(64)
    assert stage.statuses(66).count(Status.FAILED) == 1


@pytest.mark.parametrize("speed", [0.0, 1.0, 3.0])
def test_what_was_due_when_the_speed_changes_begins_at_its_own_moment(speed: float) -> None:
    looked_at, overlooked = Stage(), Stage()
    looked_at.show(10)
    for stage in (looked_at, overlooked):
        stage.now = BEGINNING + timedelta(seconds=10)
        stage.life.set_speed(speed, stage.now)
    assert [run.created_at for run in overlooked.show(10)] == [run.created_at for run in looked_at.show(10)]


def test_before_it_has_begun_nothing_happens_whatever_the_speed() -> None:
    account = Account(lambda: BEGINNING)
    life = Life(account, load())
    life.set_speed(10, BEGINNING + timedelta(hours=1))
    life.advance(BEGINNING + timedelta(hours=2))
    assert account.all_executions() == []


def test_at_speed_zero_nothing_more_begins() -> None:
    stage = Stage()
    before = len(stage.show(10))
    stage.life.set_speed(0, stage.now)
    assert len(stage.show(3600)) == before
    stage.life.set_speed(1, stage.now)
    assert len(stage.show(3700)) > before


@pytest.mark.parametrize(("every", "interval"), [("1h", Interval.HOUR), ("1d", Interval.DAY), ("7d", Interval.WEEK)])
def test_what_recurs_begins_when_its_trigger_says_and_always_has(every: str, interval: Interval) -> None:
    length, month = timedelta(seconds=Span.read(every)), Span.read("30d")
    now = [BEGINNING + timedelta(seconds=17)]
    account = Account(lambda: now[0])
    behaviour = Character(name="load", every=Span.read(every), runs_for=Span(120), old_runs=20, old_runs_over=month)
    life = Life(account, Story(title="", about="", workflows=(behaviour,)))
    life.write_history()
    life.begin(now[0])
    now[0] += 3 * length
    life.advance(now[0])
    (workflow,) = account.workflows()
    rule, begun = workflow.trigger.recurrence, [run.created_at for run in account.executions(workflow.workflow_id)]
    assert rule.interval is interval
    assert (rule.anchor.second, rule.anchor.microsecond) == (0, 0)
    assert {(moment - rule.anchor) % length for moment in begun} == {timedelta()}
    assert len(set(begun)) == len(begun)
    assert len([moment for moment in begun if moment >= BEGINNING]) == 3
