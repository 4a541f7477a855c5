"""Executes one step of the real bot from a state, and notes every point at which the process could have died in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.delivery.bench import Bench, Contents
from tests.delivery.bot import Design, Surroundings
from tests.delivery.due import has_work, next_due
from tests.delivery.history import History
from tests.delivery.slack import Fate, Method, Slack
from tests.delivery.state import Alive, Frozen, State
from tests.doubles import FakeClock, FakeSource


@dataclass(frozen=True, slots=True)
class Edge:
    """A point between two things that can be seen from outside: a commit, or a moment of a request to Slack.

    `passed` counts the edges up to this one. `contents` is what is durable here, `earlier` what was so at the edges
    before it, the latest first. `histories` is what may have reached Slack.
    """

    label: str
    passed: int
    now: datetime
    contents: Contents
    earlier: tuple[Contents, ...]
    histories: Mapping[str, History]


@dataclass(frozen=True, slots=True)
class Executed:
    """Where a step led, the edges on its way, and what it asked of Slack first; `replied` counts the edges before the
    reply to that."""

    label: str
    after: State
    edges: tuple[Edge, ...]
    asked: Method | None
    replied: int


@dataclass(slots=True)
class Workbench:
    """What executions share: the design under proof, the API, how late Slack is when it is late.

    `is_thorough` makes it try also those steps that can have no work.
    """

    design: Design
    source: FakeSource
    late_by: timedelta
    is_thorough: bool = False
    executions: int = 0
    bench: Bench = field(init=False)

    def __post_init__(self) -> None:
        self.bench = self.design.store()

    def execute(self, state: State, fate: Fate = Fate.ANSWERED) -> Executed:
        """What happens next when the first request to Slack meets this fate, and the ones after it are answered."""
        self.executions += 1
        return _Execution(self, state, fate).run()


class _Execution:
    """A frozen process is executed from the beginning of its step; where it was frozen, the world changes around it."""

    def __init__(self, workbench: Workbench, state: State, fate: Fate) -> None:
        self._workbench = workbench
        self._bench = workbench.bench
        self._state = state
        self._frozen = state.process if isinstance(state.process, Frozen) else None
        self._start = self._frozen.began_in if self._frozen else state
        self._clock = FakeClock(self._start.now)
        self._slack = Slack(
            self._clock,
            timeout=workbench.design.times.timeout,
            late_by=workbench.late_by,
            on_call=self._on_call,
            history=self._start.history,
            fate=self._frozen.fate if self._frozen else fate,
        )
        self._around = Surroundings(self._bench, self._slack, workbench.source, self._clock)
        self._step = "boot"
        self._commits = self._passed = self._replied = 0
        self._asked: Method | None = None
        self._edges: list[Edge] = []
        self._durable: list[Contents] = [self._start.contents]

    def run(self) -> Executed:
        self._bench.restore(self._start.contents)
        self._bench.on_commit = self._on_commit
        process = self._start.process
        alive = self._take_a_step(process) if isinstance(process, Alive) else self._boot()
        after = State(self._clock.now, self._bench.contents(), self._slack.history, alive, self._state.sleeper)
        return Executed(self._step, after, tuple(self._edges), self._asked, self._replied)

    def _boot(self) -> Alive:
        self._workbench.design.prepare(self._around)
        return Alive(self._start.now, frozenset(), 0)

    def _take_a_step(self, process: Alive) -> Alive:
        """The first step that finds work, from the one whose turn it is on; time passes when none does."""
        read = set(process.read_since_boot)
        steps = self._workbench.design.steps(self._around, process.booted_at, read)
        turn, idle = process.turn, 0
        while True:
            self._step, step = steps[turn]
            self._commits = 0
            contents, edges = self._bench.contents(), len(self._edges)
            is_worth_trying = self._workbench.is_thorough or has_work(self._step, contents, self._clock.now)
            if is_worth_trying and (step() or contents != self._bench.contents()):
                return Alive(process.booted_at, frozenset(read), turn)
            if self._asked is None:
                del self._edges[edges:]
            turn, idle = (turn + 1) % len(steps), idle + 1
            if idle == len(steps):
                sweep_every = self._workbench.design.times.sweep_every
                self._clock.now = next_due(self._bench.contents(), self._clock.now, sweep_every)
                turn = idle = 0

    def _on_commit(self, moment: str) -> None:
        if moment == "before":
            self._commits += 1
        elif (contents := self._bench.contents()) != self._durable[0]:
            self._durable.insert(0, contents)
        self._pass_edge(f"{moment} commit {self._commits}", {"": self._slack.history})

    def _on_call(self, method: Method, moment: str, histories: Mapping[str, History]) -> None:
        if self._asked is None:
            self._asked = method
        if moment == "after" and not self._replied:
            self._replied = len(self._edges)
        self._pass_edge(f"{moment} {method.name.lower()}", histories)

    def _pass_edge(self, label: str, histories: Mapping[str, History]) -> None:
        self._passed += 1
        if self._frozen and self._passed == self._frozen.edges_passed:
            self._wake_up()
            return
        durable, *earlier = self._durable
        label = f"{self._step}: {label}"
        self._edges.append(Edge(label, self._passed, self._clock.now, durable, tuple(earlier), histories))

    def _wake_up(self) -> None:
        self._edges.clear()
        self._durable = [self._state.contents]
        self._bench.restore(self._state.contents)
        self._slack.history = self._state.history
        self._clock.now = self._state.now
