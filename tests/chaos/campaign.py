"""Lives of a bot that are cut short: kills at chance moments, what happens in between, and what it amounts to."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

from bot.demo.slack_server import Happening, Limits
from tests.chaos.process import Start, start_cold
from tests.chaos.world import SETTLE, World

Accident = Callable[[World], str]
"""Something that happens while the bot is dead; returns what, for the figures."""

KILLED_WHILE_STARTING = 0.15  # the share of kills that may come before the bot's first call
SOON = 0.2  # seconds
MOST_NEWS = 16  # entries in the journal that a life which tells four alerts leaves
BACKLOG = 12  # alerts; a bot that is killed so often may tell fewer than come in, and above 20 they are folded
BURST, SHARE_OF_BURSTS = 30, 0.12  # and that is to happen now and then, not always
SENDS_UNDER_WAY = "SELECT count(*) FROM outbox WHERE state = 'sending'"


@dataclass(slots=True)
class Figures:
    """What a run amounted to; those of several runs add up. `counts` are kills, alerts and the like, by name."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: "Figures") -> None:
        self.counts.update(other.counts)  # which keeps the zeros: they are what a proof is for
        self.faults.update(other.faults)
        self.problems += other.problems

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        faults = f" ({', '.join(f'{count:,} {name}' for name, count in self.faults.items())})" if self.faults else ""
        return f"{counts}, {self.faults.total():,} spoiled calls{faults}, {self.seconds:,.0f} s"


@dataclass(frozen=True, slots=True)
class Campaign:
    """How many lives, how much happens in each, and what may befall the database between them.

    `upset` is done to the world before the first life that is to be killed; a life lasts up to `lives_for` seconds
    from its first call. `calm` is how many seconds the last one goes on when all is told: a repeat would show by then.
    """

    kills: int
    upset: Callable[[World], None]
    alerts_per_life: int = 4
    lives_for: float = SETTLE + 2
    calm: float = 2 * SETTLE + 2
    accident: Accident | None = None
    settings: dict[str, str] = field(default_factory=dict)
    limits: Limits | None = None

    def run(self, world: World, start: Start) -> Figures:
        """1. A first life that nobody disturbs, so that the bot has introduced itself.
        2. Lives that are killed. 3. A last one that has all the time it needs, and ends in order.
        """
        figures = Figures()
        _introduce(world, start)
        self.upset(world)
        for _ in range(self.kills):
            if self.accident:
                figures.counts[self.accident(world)] += 1
            self._live_and_be_killed(world, start)
            figures.counts["kills"] += 1
            figures.counts["of them in a send"] += min(world.database.count(SENDS_UNDER_WAY), 1)
        self._live_to_the_end(world)
        _sum_up(world, figures)
        return figures

    def _live_to_the_end(self, world: World) -> None:
        """Slack is well again, and the bot is started as an operator starts it.

        All may be told before it is up, which takes seconds where several start at once: the calm begins after that.
        """
        world.slack.faults.clear()
        connections = world.connections
        life = start_cold(world.home)
        try:
            world.wait_until(lambda _: world.connections > connections)
            world.wait_until_all_is_told()
            time.sleep(self.calm)
            exit_code = life.stop()
        finally:
            life.abandon()
        assert exit_code == 0, world.home.last_words()

    def _live_and_be_killed(self, world: World, start: Start) -> None:
        dice, seen = world.dice, len(world.slack.log)
        room = max(min(self.alerts_per_life, BACKLOG - world.untold), 0)
        world.let_runs_end(BURST if dice.random() < SHARE_OF_BURSTS else room, within=self.lives_for)
        life = start(world.home)
        try:
            if dice.random() < KILLED_WHILE_STARTING:
                time.sleep(dice.uniform(0, 1))
            else:
                world.wait_for_news(seen)
                dice.choice([self._for_a_while, self._until_something_happens])(world, seen)
            life.kill()
        finally:
            life.abandon()

    def _for_a_while(self, world: World, _seen: int) -> None:
        """Any moment since its first call."""
        time.sleep(world.dice.uniform(0, self.lives_for))

    def _until_something_happens(self, world: World, seen: int) -> None:
        """Any step of what Slack sees of a life, however fast the machine is."""
        world.wait_for_news(seen + world.dice.randrange(MOST_NEWS), patience=2 * self.lives_for)
        time.sleep(world.dice.uniform(0, SOON))


@dataclass(frozen=True, slots=True)
class Arena:
    """Fights a campaign with several bots at once, each in a world of its own."""

    folder: Path
    seed: int
    bots: int
    start: Start

    def fight(self, campaign: Campaign, worlds: int) -> Figures:
        """The campaign in so many worlds."""
        began = time.monotonic()
        total = Figures()
        with ThreadPoolExecutor(self.bots) as pool:
            for figures in pool.map(lambda number: self._fight_in(campaign, number), range(worlds)):
                total.add(figures)
        total.seconds = time.monotonic() - began
        return total

    def share(self, kills: int, at_most: int = 100) -> tuple[int, int]:
        """(kills for each world, worlds), so that all bots are busy and no world grows old."""
        each = min(ceil(kills / self.bots), at_most)
        return each, ceil(kills / each)

    def _fight_in(self, campaign: Campaign, number: int) -> Figures:
        folder = self.folder / f"world-{number}"
        with World(folder, self.seed * 1000 + number, limits=campaign.limits, settings=campaign.settings) as world:
            return campaign.run(world, self.start)


def _introduce(world: World, start: Start) -> None:
    life = start(world.home)
    try:
        world.wait_until(lambda channels: bool(channels.visible))
    finally:
        life.abandon()


def _sum_up(world: World, figures: Figures) -> None:
    entries = world.slack.log.entries(Happening.APPEARED, Happening.EDITED, Happening.DELETED, Happening.SPOILED)
    kinds = Counter(entry.what for entry in entries)
    figures.counts["alerts"] += len(world.keys)
    figures.counts["messages"] += kinds[Happening.APPEARED]
    figures.counts["changes"] += kinds[Happening.EDITED]
    figures.counts["swept"] += kinds[Happening.DELETED]
    figures.faults += Counter(entry.outcome for entry in entries if entry.what is Happening.SPOILED)
    verdict = world.verdict()
    figures.counts["lost"] += len(verdict.lost)
    figures.counts["twice at any time"] += len(set(world.keys.values()).intersection(verdict.stood_twice))
    if verdict.problems:
        story = world.write_down(verdict)
        figures.problems += [f"{problem} (see {story})" for problem in verdict.problems]
