"""Lets a story happen in an account: old runs, the scenes of the story, and runs that keep starting.

It has no thread and no clock: whoever shows it calls `advance(now)` now and then.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from math import ceil

from bot.demo.dataflow_server import Account, Recurrence, Status, Workflow
from bot.demo.dataflow_server.account import Course
from bot.demo.story import Character, Scene, Span, Story

LONGEST_WAIT = 1.5  # seconds of the demo that a run by chance may wait
OLD_RUNS_STRETCHED = 60  # what takes seconds in a story that is played as it is took minutes in the past


class Life:
    def __init__(self, account: Account, story: Story, *, seed: int = 0) -> None:
        """Put the story's workflows into the account."""
        self._account = account
        self._story = story
        # Each has dice of its own, so that the story does not depend on how often somebody looks.
        self._dice = {character.name: random.Random(f"{seed} {character.name}") for character in story.workflows}
        self.speed = story.speed
        self._made_at = account.clock()
        self._since: datetime | None = None  # None: it has not begun
        self._elapsed_before = 0.0  # seconds of the story until `_since`
        self._first_starts = {each.name: self._first_start(each, each.every) for each in story.workflows if each.every}
        self._workflows = {character.name: self._settle(character) for character in story.workflows}
        self._to_come = [(at, place, scene) for place, (at, scene) in enumerate(_single(story.scenes))]
        heapify(self._to_come)
        self._again_and_again = [
            (self._first_starts[character.name], place, character)
            for place, character in enumerate(story.workflows)
            if character.every
        ]
        heapify(self._again_and_again)
        account.course_when_executed = Course(waits_for=1, runs_for=8)

    def write_history(self) -> None:
        """Give every workflow runs that ended before the beginning, so that there is something to compare with."""
        for character in self._story.workflows:
            self._remember(character)

    @property
    def usual_speed(self) -> float:
        """The story's own."""
        return self._story.speed

    def begin(self, now: datetime) -> None:
        """Let the story start, when whoever should see it is looking. Nothing happens before."""
        self._since = now

    def set_speed(self, speed: float, now: datetime) -> None:
        """From now on; 0 lets nothing more begin."""
        self.advance(now)  # what is due by now began at the speed of before
        if self._since is not None:
            self._elapsed_before, self._since = self.elapsed(now), now
        self.speed = speed

    def elapsed(self, now: datetime) -> float:
        """Seconds of the story."""
        if self._since is None:
            return 0.0
        return self._elapsed_before + (now - self._since).total_seconds() * self.speed

    def advance(self, now: datetime) -> None:
        """Start every run that is due by now, at the moment it was due. Calling rarely loses nothing."""
        if self._since is None:
            return
        elapsed = self.elapsed(now)
        while self._to_come and self._to_come[0][0] <= elapsed:
            at, _, scene = heappop(self._to_come)
            self._start(at, scene)
        while self._again_and_again and self._again_and_again[0][0] <= elapsed:
            at, place, character = heappop(self._again_and_again)
            if self._story.lasts is None or at <= self._story.lasts:
                self._start(at, self._scene_by_chance(character))
                heappush(self._again_and_again, (at + self._pause(character), place, character))

    def next_start(self) -> float | None:
        """Seconds of the story until which nothing begins; None when nothing is to come."""
        return min((queue[0][0] for queue in (self._to_come, self._again_and_again) if queue), default=None)

    def moment(self, elapsed: float) -> datetime:
        """When the story is that old, at today's speed."""
        since = self._since or self._made_at
        return since + timedelta(seconds=(elapsed - self._elapsed_before) / self.speed)

    def _first_start(self, character: Character, every: float) -> float:
        """Seconds of the story. A trigger fires at a full minute."""
        first = self._story.calm_until + self._dice[character.name].uniform(0, every)
        if not character.recurs_every:
            return first
        return first + -(self._made_at + timedelta(seconds=first)).timestamp() % 60

    def _pause(self, character: Character) -> float:
        return character.recurs_every or (character.every or 0) * self._dice[character.name].uniform(0.7, 1.3)

    def _settle(self, character: Character) -> Workflow:
        created_at = self._made_at - timedelta(seconds=max(character.old_runs_over, 90 * 86_400))
        workflow = self._account.add_workflow(
            character.name, jobs=character.jobs, trigger=character.kind, created_at=created_at
        )
        if character.interval is None:
            return workflow
        first_at = self._made_at + timedelta(seconds=self._first_starts[character.name])
        return self._account.reschedule(workflow.workflow_id, Recurrence(character.interval, first_at))

    def _remember(self, character: Character) -> None:
        workflow, dice = self._workflows[character.name], self._dice[character.name]
        stretched = OLD_RUNS_STRETCHED if self._story.speed == 1 else 1
        begun: set[datetime] = set()
        for run in range(character.old_runs):
            ago = character.old_runs_over * (run + dice.uniform(0.1, 0.9)) / character.old_runs
            runs_for, outcome = self._duration(character) * stretched, self._outcome(character)
            started_at = self._fired_by(character, self._made_at - timedelta(seconds=ago + runs_for))
            if started_at not in begun:  # a trigger fires once at its time
                begun.add(started_at)
                self._account.start(workflow.workflow_id, outcome, runs_for=runs_for, at=started_at)

    def _fired_by(self, character: Character, moment: datetime) -> datetime:
        """The last time before the moment at which its trigger fired; the moment itself where there is no such time."""
        if not character.recurs_every:
            return moment
        every = timedelta(seconds=character.recurs_every)
        first_at = self._made_at + timedelta(seconds=self._first_starts[character.name])
        return first_at - ceil((first_at - moment) / every) * every

    def _scene_by_chance(self, character: Character) -> Scene:
        waits_for = Span(self._dice[character.name].uniform(0, LONGEST_WAIT))
        outcome, runs_for = self._outcome(character), Span(self._duration(character))
        return Scene(Span(0), character.name, outcome, waits_for=waits_for, runs_for=runs_for)

    def _start(self, at: float, scene: Scene) -> None:
        workflow = self._workflows[scene.workflow]
        self._account.start(
            workflow.workflow_id,
            scene.outcome,
            waits_for=scene.waits_for / self.speed,
            runs_for=None if scene.runs_for is None else scene.runs_for / self.speed,
            at=self.moment(at),
            job_id=next((job.job_id for job in workflow.jobs if job.name == scene.job), None),
        )

    def _outcome(self, character: Character) -> Status:
        throw = self._dice[character.name].random()
        if throw < character.failing:
            return Status.FAILED
        return Status.CANCELED if throw < character.failing + character.canceled else Status.COMPLETED

    def _duration(self, character: Character) -> float:
        return character.runs_for * self._dice[character.name].uniform(0.6, 1.6)


def _single(scenes: Iterable[Scene]) -> Iterator[tuple[float, Scene]]:
    for scene in scenes:
        yield from ((scene.after + count * scene.every, scene) for count in range(scene.times))
