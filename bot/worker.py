"""The loop: repeats the steps with the schedule package, survives a bad item, and stops cleanly.

Due times are rows in the database; the schedule only decides how often we look. Each lane is a thread, so that a slow
API never delays a message, and a slow Slack never blinds the poller. Lanes that find nothing doze, and one cheap look
for all of them replaces dozens.
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

DOZE_AFTER = timedelta(milliseconds=500)
DOZE_FOR = timedelta(seconds=20)
"""After so long a dozing lane looks at its steps all the same: not everything is due at a time that somebody wrote
down."""
LOOK_OUT_EVERY = timedelta(milliseconds=500)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do again and again. `run` handles one item and returns whether there was one."""

    name: str
    run: Callable[[], bool]
    every: timedelta


class Lane(threading.Thread):
    """Steps that take turns in one thread. `on_work` is called after a turn in which there was work.

    One that may doze does so when there was none for a while, until it is woken, and then looks at all its steps.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        stop: threading.Event,
        on_work: Callable[[], None] = lambda: None,
        *,
        may_doze: bool = False,
    ) -> None:
        super().__init__(name="-".join(step.name for step in steps), daemon=True)
        self._steps = steps
        self._stop_requested = stop
        self._on_work = on_work
        self._may_doze = may_doze
        self._woken = threading.Event()
        self._is_dozing = False
        self._scheduler = schedule.Scheduler()
        self._complaints: dict[Step, tuple[str, float]] = {}

    @property
    def is_dozing(self) -> bool:
        return self._is_dozing

    def wake(self) -> None:
        """There may be work. A lane that is awake takes note, and stays awake."""
        self._woken.set()

    def run(self) -> None:
        self._look_at_all()
        doze_at = time.monotonic() + DOZE_AFTER.total_seconds()
        while not self._stop_requested.is_set():
            self._scheduler.run_pending()
            if self._may_doze and time.monotonic() >= doze_at:
                if self._doze():
                    doze_at = time.monotonic() + DOZE_AFTER.total_seconds()
            else:
                self._stop_requested.wait(self._pause())

    def _look_at_all(self) -> None:
        """Whatever the schedule says, which begins anew."""
        self._arm()
        self._scheduler.run_all()

    def _doze(self) -> bool:
        """Returns whether it was woken."""
        self._is_dozing = True
        was_woken = self._woken.wait(DOZE_FOR.total_seconds())
        self._is_dozing = False
        self._woken.clear()
        self._look_at_all()
        return was_woken

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
                self._on_work()
        except Exception as error:  # noqa: BLE001 - any step may fail in any way; none may end the others
            self.wake()  # it is tried again at its own pace
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
    """All lanes together.

    `is_anything_due` says whether a step of `lanes` would find work: where it is given, they doze. What one lane did
    may be work for another, so it wakes all. Those of `restless` never doze: nobody can tell when they have work.
    """

    def __init__(
        self,
        lanes: Sequence[Sequence[Step]],
        restless: Sequence[Sequence[Step]] = (),
        is_anything_due: Callable[[], bool] | None = None,
    ) -> None:
        self._stop = threading.Event()
        self._is_anything_due = is_anything_due
        self._dozing = [Lane(steps, self._stop, self._wake, may_doze=is_anything_due is not None) for steps in lanes]
        self._lanes = [*self._dozing, *(Lane(steps, self._stop) for steps in restless)]
        self._lookout = threading.Thread(target=self._look_out, name="look-out", daemon=True)

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
        if self._is_anything_due:
            self._lookout.start()
        return True

    def _look_out(self) -> None:
        """While lanes doze, one look for all of them."""
        while not self._stop.wait(LOOK_OUT_EVERY.total_seconds()):
            if any(lane.is_dozing for lane in self._dozing) and self._may_be_due():
                self._wake()

    def _may_be_due(self) -> bool:
        try:
            return self._is_anything_due is None or self._is_anything_due()
        except Exception:  # noqa: BLE001 - the steps will say what is wrong
            return True

    def _wake(self) -> None:
        for lane in self._dozing:
            lane.wake()

    def stop(self) -> None:
        """Let every lane finish the item it is at, for a few seconds at the most.

        What is cut off is not lost: a message that was being sent stays `sending` in the database, a poll is repeated.
        """
        self._stop.set()
        self._wake()
        deadline = time.monotonic() + STOP_WITHIN.total_seconds()
        for thread in filter(threading.Thread.is_alive, [*self._lanes, self._lookout]):
            thread.join(max(deadline - time.monotonic(), 0.0))
