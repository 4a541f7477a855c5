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

log = logging.getLogger(__name__)

ITEMS_PER_TURN = 100
STOP_WITHIN = timedelta(seconds=4)


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
                    return
        except Exception:
            log.exception("the step %r failed; it is tried again in %s", step.name, step.every)


class Worker:
    """All lanes together."""

    def __init__(self, lanes: Sequence[Sequence[Step]]) -> None:
        self._stop = threading.Event()
        self._lanes = [Lane(steps, self._stop) for steps in lanes]

    def start(self) -> None:
        for lane in self._lanes:
            lane.start()

    def stop(self) -> None:
        """Let every lane finish the item it is at, for a few seconds at the most.

        What is cut off is not lost: a message that was being sent stays `sending` in the database, a poll is repeated.
        """
        self._stop.set()
        deadline = time.monotonic() + STOP_WITHIN.total_seconds()
        for lane in self._lanes:
            lane.join(max(deadline - time.monotonic(), 0.0))
