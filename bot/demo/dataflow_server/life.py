"""A believable life for a demo account: some workflows, their last days, and runs that keep starting.

Owns the story only. It has no thread and no clock: whoever shows it calls `advance(now)` now and then.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.dataflow_server.account import Account, Course
from bot.demo.dataflow_server.model import Status, TriggerKind, Workflow


@dataclass(frozen=True, slots=True)
class Character:
    """How a workflow behaves; durations in seconds of demo time, `failing` and `canceled` as shares of its runs."""

    name: str
    trigger: TriggerKind
    starts_every: float
    runs_for: float
    failing: float = 0.0
    canceled: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """A run of the opening, so that nobody waits for chance to show what the bot is for."""

    after: float  # seconds from the beginning
    name: str
    outcome: Status
    waits_for: float
    runs_for: float


CAST = (
    Character("orders-daily-load", TriggerKind.RECURRING, starts_every=14, runs_for=4, failing=0.05),
    Character("일별 매출 집계", TriggerKind.RECURRING, starts_every=25, runs_for=6, failing=0.1),
    Character("log-compaction", TriggerKind.RECURRING, starts_every=18, runs_for=5, failing=0.03, canceled=0.05),
    Character("ml-feature-refresh", TriggerKind.RECURRING, starts_every=70, runs_for=40, failing=0.1),
    Character("고객 세그먼트 동기화", TriggerKind.EVENT, starts_every=40, runs_for=3),
    Character("warehouse-backfill", TriggerKind.NONE, starts_every=90, runs_for=20, canceled=0.15),
)
OPENING = (
    Scene(0.5, "orders-daily-load", Status.COMPLETED, waits_for=0.5, runs_for=2.5),
    Scene(1.0, "ml-feature-refresh", Status.COMPLETED, waits_for=1, runs_for=35),
    Scene(1.5, "일별 매출 집계", Status.FAILED, waits_for=0.5, runs_for=3),
    Scene(4.0, "고객 세그먼트 동기화", Status.COMPLETED, waits_for=0, runs_for=2),
    Scene(6.0, "log-compaction", Status.CANCELED, waits_for=1, runs_for=7),
    Scene(9.0, "orders-daily-load", Status.COMPLETED, waits_for=0.5, runs_for=3),
)
AFTER_OPENING = 12.0  # seconds until chance takes over
HISTORY_RUNS_A_DAY = 12
HISTORY_SLOWDOWN = 60  # in the past, what takes seconds in the demo took minutes


class Life:
    def __init__(self, account: Account, *, seed: int = 0, speed: float = 1.0) -> None:
        """Put the cast into the account. A `speed` of 2 makes everything happen twice as fast."""
        self._account = account
        # Each has dice of its own, so that the story does not depend on how often somebody looks.
        self._dice = {character.name: random.Random(f"{seed} {character.name}") for character in CAST}
        self.speed = speed
        self._opening = list(OPENING)
        self._began_at = self._since = account.clock()
        self._elapsed_before = 0.0  # seconds of the story until `_since`
        self._workflows = {
            character.name: account.add_workflow(
                character.name, trigger=character.trigger, created_at=self._began_at - timedelta(days=90)
            )
            for character in CAST
        }
        self._next_start = {
            character.name: AFTER_OPENING + self._dice[character.name].uniform(0, character.starts_every)
            for character in CAST
        }
        account.course_when_executed = Course(waits_for=1 / speed, runs_for=8 / speed)

    def write_history(self, days: int = 8) -> None:
        """Give every workflow runs that ended before the beginning, so that a digest has something to compare."""
        for character in CAST:
            workflow, dice = self._workflows[character.name], self._dice[character.name]
            for run in range(days * HISTORY_RUNS_A_DAY):
                ago = timedelta(days=(run + dice.uniform(0.1, 0.9)) / HISTORY_RUNS_A_DAY)
                runs_for = self._duration(character) * HISTORY_SLOWDOWN
                started_at = self._began_at - ago - timedelta(seconds=runs_for)
                self._account.start(workflow.workflow_id, self._outcome(character), runs_for=runs_for, at=started_at)

    def begin(self, now: datetime) -> None:
        """Let the opening start at `now` rather than with the account: when whoever should see it is looking."""
        self._since = now

    def set_speed(self, speed: float, now: datetime) -> None:
        """From now on; 0 lets nothing more begin."""
        self._elapsed_before, self._since = self._elapsed(now), now
        self.speed = speed

    def advance(self, now: datetime) -> None:
        """Start every run that is due by now, at the moment it was due. Calling rarely loses nothing."""
        elapsed = self._elapsed(now)
        while self._opening and self._opening[0].after <= elapsed:
            scene = self._opening.pop(0)
            self._start(self._workflows[scene.name], scene)
        for character in CAST:
            while self._next_start[character.name] <= elapsed:
                self._start(self._workflows[character.name], self._scene_by_chance(character))

    def _elapsed(self, now: datetime) -> float:
        """Seconds of the story."""
        return self._elapsed_before + (now - self._since).total_seconds() * self.speed

    def _scene_by_chance(self, character: Character) -> Scene:
        after, dice = self._next_start[character.name], self._dice[character.name]
        self._next_start[character.name] = after + character.starts_every * dice.uniform(0.7, 1.3)
        waits_for = dice.uniform(0, 1.5)
        return Scene(after, character.name, self._outcome(character), waits_for, self._duration(character))

    def _start(self, workflow: Workflow, scene: Scene) -> None:
        self._account.start(
            workflow.workflow_id,
            scene.outcome,
            waits_for=scene.waits_for / self.speed,
            runs_for=scene.runs_for / self.speed,
            at=self._since + timedelta(seconds=(scene.after - self._elapsed_before) / self.speed),
        )

    def _outcome(self, character: Character) -> Status:
        throw = self._dice[character.name].random()
        if throw < character.failing:
            return Status.FAILED
        return Status.CANCELED if throw < character.failing + character.canceled else Status.COMPLETED

    def _duration(self, character: Character) -> float:
        return character.runs_for * self._dice[character.name].uniform(0.6, 1.6)
