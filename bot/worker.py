"""The loop: repeats the steps with the schedule package, survives a bad item, and stops cleanly.

Due times are rows in the database; the schedule only decides how often we look. Each lane is a thread, so that a slow
API never delays a message, and a slow Slack never blinds the poller.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import schedule

from bot.errors import BotError

log = logging.getLogger(__name__)

ITEMS_PER_TURN = 100
STOP_WITHIN = timedelta(seconds=4)
SAY_AGAIN_AFTER = timedelta(minutes=1)
PREPARE_AGAIN_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do again and again. `run` handles one item and returns whether there was one."""

    name: str
    run: Callable[[], bool]
    every: timedelta


class Lane(threading.Thread):
    """Steps that take turns in one thread."""

    def __init__(self, steps: Sequence[Step], stop: threading.Event) -> None:
        super().__init__(name="-".join(step.name for step in steps), daemon=True)
        self._steps = steps
        self._stop_requested = stop
        self._scheduler = schedule.Scheduler()
        self._complaints: dict[Step, tuple[str, float]] = {}

    def run(self) -> None:
        self._arm()
        while not self._stop_requested.is_set():
            self._scheduler.run_pending()
            self._stop_requested.wait(self._pause())

    def _pause(self) -> float:
        """Seconds until a step is next due.

        The schedule package reckons in local wall-clock time: when the clock is set back, by a person or by the end
        of daylight saving, every step would sleep through the difference. No pause is longer than the longest
        interval, so one that is tells us to start afresh.
        """
        idle = self._scheduler.idle_seconds or 0.0
        if idle > max(step.every for step in self._steps).total_seconds():
            log.warning("the wall clock was set back; starting the schedule afresh")
            self._arm()
            idle = 0.0
        return max(idle, 0.0)

    def _arm(self) -> None:
        self._scheduler.clear()
        for step in self._steps:
            seconds: int = step.every.total_seconds()  # type: ignore[assignment]  # handed to timedelta: fractions work
            self._scheduler.every(seconds).seconds.do(self._turn, step)

    def _turn(self, step: Step) -> None:
        """Work off what is due, up to a bound that lets the lane's other steps have their turn.

        An exception that left run_pending would make this step run again at once and the others never.
        """
        try:
            for _ in range(ITEMS_PER_TURN):
                if self._stop_requested.is_set() or not step.run():
                    break
        except Exception as error:  # noqa: BLE001 - any step may fail in any way; none may end the others
            self._complain(step, f"{type(error).__name__}: {error}")
        else:
            if self._complaints.pop(step, None):
                log.info("the step %r works again", step.name)

    def _complain(self, step: Step, trouble: str) -> None:
        """With the traceback when it is news. What fails on and on is said once a minute: the next thing to fail
        would be the disk that the log is on."""
        now = time.monotonic()
        said, said_at = self._complaints.get(step, ("", 0.0))
        if trouble != said:
            log.exception("the step %r failed; it is tried again in %s", step.name, step.every)
        elif now - said_at >= SAY_AGAIN_AFTER.total_seconds():
            log.error("the step %r still fails: %s", step.name, trouble)
        else:
            return
        self._complaints[step] = (trouble, now)


class Worker:
    """All lanes together."""

    def __init__(self, lanes: Sequence[Sequence[Step]]) -> None:
        self._stop = threading.Event()
        self._lanes = [Lane(steps, self._stop) for steps in lanes]

    def start(self, prepare: Callable[[], None]) -> None:
        """Prepare, and let the lanes run.

        An error that trying again can help, such as a database that is locked or full, is outlasted in the background:
        ending for it would only be answered with a new start. Any other is raised.
        """
        if not self._are_off(prepare):
            threading.Thread(target=self._start_later, args=(prepare,), name="prepare", daemon=True).start()

    def _start_later(self, prepare: Callable[[], None]) -> None:
        while not self._stop.wait(PREPARE_AGAIN_AFTER.total_seconds()):
            if self._are_off(prepare):
                log.info("prepared at last")
                return

    def _are_off(self, prepare: Callable[[], None]) -> bool:
        try:
            prepare()
        except BotError as error:
            if not error.is_retryable:
                raise
            log.warning("cannot begin to work, trying again in %s: %s", PREPARE_AGAIN_AFTER, error)
            return False
        for lane in self._lanes:
            lane.start()
        return True

    def stop(self) -> None:
        """Let every lane finish the item it is at, for a few seconds at the most.

        What is cut off is not lost: a message that was being sent stays `sending` in the database, a poll is repeated.
        """
        self._stop.set()
        deadline = time.monotonic() + STOP_WITHIN.total_seconds()
        for lane in filter(Lane.is_alive, self._lanes):
            lane.join(max(deadline - time.monotonic(), 0.0))
