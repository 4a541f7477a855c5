"""The loop: work is worked off, a bad step does not stop the others, and it stops when it is told to."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.errors import DatabaseAhead, DatabaseUnusable
from bot.worker import Lane, Step, Worker

OFTEN = timedelta(milliseconds=10)


def run_until(done: threading.Event, *lanes: list[Step]) -> None:
    worker = Worker(lanes)
    worker.start(at_once)
    assert done.wait(10)
    worker.stop()


def at_once() -> None:
    """There is nothing to prepare."""


def counting(times: int, done: threading.Event) -> Callable[[], bool]:
    """A step with so many items of work; says when it has found none left."""
    left = iter(range(times))

    def step() -> bool:
        if next(left, None) is None:
            done.set()
            return False
        return True

    return step


def test_a_step_is_repeated_until_there_is_no_work_left() -> None:
    done = threading.Event()
    run_until(done, [Step("count", counting(250, done), OFTEN)])


def test_a_failing_step_is_logged_and_tried_again_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []
    done, third_try = threading.Event(), threading.Event()

    def failing() -> bool:
        tries.append(1)
        if len(tries) == 3:
            third_try.set()
        raise ValueError("a bad item")

    worker = Worker([[Step("failing", failing, OFTEN), Step("good", counting(3, done), OFTEN)]])
    worker.start(at_once)
    assert third_try.wait(10)
    assert done.wait(10)
    worker.stop()
    assert "the step 'failing' failed" in caplog.text
    assert "a bad item" in caplog.text


def test_what_fails_on_and_on_is_logged_when_it_is_news_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    troubles = iter(["first", "first", "first", "second", "second"])
    done = threading.Event()

    def failing() -> bool:
        if trouble := next(troubles, None):
            raise ValueError(trouble)
        done.set()
        return False

    with caplog.at_level("INFO"):
        run_until(done, [Step("failing", failing, OFTEN)])
    said = [(record.levelname, bool(record.exc_info)) for record in caplog.records if record.name == "bot.worker"]
    assert said == [("ERROR", True), ("ERROR", True), ("INFO", False)]


def test_a_database_that_cannot_be_used_yet_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    troubles = iter([DatabaseUnusable("bot.db: locked")])

    def prepare() -> None:
        if trouble := next(troubles, None):
            raise trouble

    worker = Worker([[Step("count", counting(1, done), OFTEN)]])
    worker.start(prepare)
    assert done.wait(10)
    worker.stop()
    assert "bot.db: locked" in caplog.text


def test_waiting_for_a_database_ends_when_the_worker_is_stopped() -> None:
    def prepare() -> None:
        raise DatabaseUnusable("bot.db: locked")

    worker = Worker([[Step("never", lambda: False, OFTEN)]])
    worker.start(prepare)
    worker.stop()


def test_what_only_a_person_can_change_keeps_the_worker_from_starting() -> None:
    def prepare() -> None:
        raise DatabaseAhead("install a newer version")

    with pytest.raises(DatabaseAhead):
        Worker([]).start(prepare)


def test_endless_work_in_one_step_leaves_the_others_of_its_lane_their_turn() -> None:
    done = threading.Event()
    run_until(done, [Step("endless", lambda: True, OFTEN), Step("count", counting(3, done), OFTEN)])


def test_a_lane_that_hangs_does_not_hold_up_another() -> None:
    done, release = threading.Event(), threading.Event()
    worker = Worker([[Step("hang", lambda: release.wait(30), OFTEN)], [Step("count", counting(3, done), OFTEN)]])
    worker.start(at_once)
    assert done.wait(10)
    release.set()
    worker.stop()


def test_stopping_lets_the_item_in_hand_be_finished() -> None:
    started, finished = threading.Event(), []

    def slow() -> bool:
        started.set()
        threading.Event().wait(0.2)
        finished.append(True)
        return True

    worker = Worker([[Step("slow", slow, OFTEN)]])
    worker.start(at_once)
    assert started.wait(10)
    worker.stop()
    count = len(finished)
    assert count >= 1
    threading.Event().wait(0.3)
    assert len(finished) == count


def test_a_clock_that_is_set_back_does_not_put_the_steps_to_sleep(caplog: pytest.LogCaptureFixture) -> None:
    done = threading.Event()
    stop = threading.Event()
    lane = Lane([Step("count", counting(1, done), OFTEN)], stop)
    lane._arm()
    for job in lane._scheduler.jobs:
        assert job.next_run is not None
        job.next_run += timedelta(hours=1)  # what an hour back on the clock amounts to
    assert lane._pause() <= OFTEN.total_seconds()
    assert "set back" in caplog.text
    lane.start()
    assert done.wait(10)
    stop.set()
    lane.join(10)


class Lookout:
    """Is asked while a lane dozes; says what it was told."""

    def __init__(self) -> None:
        self.asked, self.is_due = threading.Event(), threading.Event()

    def __call__(self) -> bool:
        self.asked.set()
        return self.is_due.is_set()


def test_a_lane_that_finds_nothing_dozes_until_something_is_due() -> None:
    lookout, ran = Lookout(), threading.Event()

    def nothing() -> bool:
        ran.set()
        return False

    worker = Worker([[Step("nothing", nothing, OFTEN)]], is_anything_due=lookout)
    worker.start(at_once)
    assert lookout.asked.wait(10)
    ran.clear()
    lookout.is_due.set()
    assert ran.wait(10)
    worker.stop()


def test_a_lane_that_dozes_looks_when_another_one_found_work() -> None:
    lookout, found, ran = Lookout(), threading.Event(), threading.Event()

    def nothing() -> bool:
        ran.set()
        return False

    worker = Worker(
        [[Step("finds", lambda: found.wait(30), OFTEN)], [Step("nothing", nothing, OFTEN)]], is_anything_due=lookout
    )
    worker.start(at_once)
    assert lookout.asked.wait(10)
    ran.clear()
    found.set()
    assert ran.wait(10)
    worker.stop()


def test_the_steps_are_looked_at_when_nobody_can_tell_whether_they_are_due() -> None:
    ran, trouble = threading.Event(), threading.Event()

    def cannot_tell() -> bool:
        ran.clear()
        trouble.set()
        raise DatabaseUnusable("bot.db: gone")

    def nothing() -> bool:
        ran.set()
        return False

    worker = Worker([[Step("nothing", nothing, OFTEN)]], is_anything_due=cannot_tell)
    worker.start(at_once)
    assert trouble.wait(10)
    assert ran.wait(10)
    worker.stop()


def test_a_step_that_fails_is_tried_again_at_its_own_pace() -> None:
    tries, done = iter(range(400)), threading.Event()

    def failing() -> bool:
        if next(tries, None) is None:
            done.set()
        raise ValueError("on and on")

    worker = Worker([[Step("failing", failing, timedelta(milliseconds=2))]], is_anything_due=Lookout())
    worker.start(at_once)
    assert done.wait(10)
    worker.stop()


def test_what_nobody_can_tell_of_never_dozes() -> None:
    looks, done = iter(range(400)), threading.Event()

    def nothing() -> bool:
        if next(looks, None) is None:
            done.set()
        return False

    worker = Worker([], [[Step("restless", nothing, timedelta(milliseconds=2))]], Lookout())
    worker.start(at_once)
    assert done.wait(10)
    worker.stop()


def test_stopping_wakes_a_lane_that_dozes() -> None:
    lookout = Lookout()
    worker = Worker([[Step("dozes", lambda: False, OFTEN)]], is_anything_due=lookout)
    worker.start(at_once)
    assert lookout.asked.wait(10)
    worker.stop()
    assert not {"dozes", "look-out"} & {thread.name for thread in threading.enumerate()}
