"""Enumerates every schedule: whatever can go wrong, at every point at which it can, as often as a budget allows.

A state that many schedules lead to is explored once, and the schedules through it are counted, not walked.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.delivery.bench import Contents
from tests.delivery.due import ended_runs, is_open, milliseconds, rows_of
from tests.delivery.execution import Edge, Executed, Workbench
from tests.delivery.history import is_settled, told_twice, untold
from tests.delivery.slack import Fate
from tests.delivery.state import LONGEST_LIFE, Alive, Frozen, State


class Troubles(NamedTuple):
    """How often a process dies, an answer of Slack's is faulty, a process is suspended and another one started."""

    crashes: int = 0
    faults: int = 0
    freezes: int = 0

    def without(self, used: "Troubles") -> "Troubles":
        return Troubles(*(have - use for have, use in zip(self, used, strict=True)))

    def covers(self, used: "Troubles") -> bool:
        return all(have >= use for have, use in zip(self, used, strict=True))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many schedules there are, and how many of them lose an alert or show one twice."""

    schedules: int = 0
    lost: int = 0
    twice: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.schedules + other.schedules, self.lost + other.lost, self.twice + other.twice)

    @property
    def is_good(self) -> bool:
        return not self.lost and not self.twice


_ENDLESS = Tally(1, lost=1)
"""A schedule that comes back to where it was never comes to an end."""

_NO_TROUBLE, _FAULT = Troubles(), Troubles(faults=1)


@dataclass(slots=True)
class Node:
    """A state that was reached, and what can happen next, as far as anybody asked."""

    state: State
    executed: Executed | None = None
    calm: "list[Move] | None" = None
    interruptions: "list[Move] | None" = None
    faults: "list[Move] | None" = None
    tallies: dict[Troubles, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Something that can happen next, and the troubles that it takes."""

    label: str
    troubles: Troubles
    node: Node


@dataclass(slots=True)
class Exploration:
    """`start` is a moment at which the alerts with these keys are about to be found. `instead` are the databases that
    a restart may find in place of its own, by name. `freezes_at` are the edges at which a process is suspended.

    States with the same essence are taken for the same. `is_lenient` counts what is visible twice in the end only.
    """

    workbench: Workbench
    start: State
    keys: Sequence[str]
    instead: Mapping[str, Contents]
    essence: Callable[[State], Hashable]
    freezes_at: frozenset[str] = frozenset()
    is_lenient: bool = False
    nodes: dict[Hashable, Node] = field(default_factory=dict)

    def tally(self, troubles: Troubles) -> Tally:
        """Of all schedules within this budget."""
        return self._tally(self._node(self.start), troubles)

    def counterexample(self, troubles: Troubles) -> list[str]:
        """What happens in a schedule that loses an alert or shows one twice: its choices, one after the other."""
        node, labels = self._node(self.start), []
        while bad := [move for move in self._moves(node, troubles) if not self._after(move, troubles).is_good]:
            move = min(bad, key=lambda move: sum(move.troubles))
            labels.append(move.label)
            node, troubles = move.node, troubles.without(move.troubles)
        return labels

    def replay(self, labels: Sequence[str]) -> Tally:
        """What becomes of the schedule with these choices."""
        node, everything = self._node(self.start), Troubles(len(labels), len(labels), len(labels))
        for label in labels:
            node = next(move.node for move in self._moves(node, everything) if move.label == label)
        return self._judge(node.state)

    def _node(self, state: State) -> Node:
        return self.nodes.setdefault(self.essence(state), Node(state))

    def _after(self, move: Move, troubles: Troubles) -> Tally:
        return self._tally(move.node, troubles.without(move.troubles))

    def _tally(self, node: Node, troubles: Troubles) -> Tally:
        if troubles not in node.tallies:
            node.tallies[troubles] = _ENDLESS
            following = [self._after(move, troubles) for move in self._moves(node, troubles)]
            node.tallies[troubles] = sum(following, Tally()) if following else self._judge(node.state)
        return node.tallies[troubles]

    def _judge(self, state: State) -> Tally:
        shown = [message for message in state.history if message.is_visible(state.now) or not self.is_lenient]
        is_lost = not self._is_quiet(state) or bool(untold(state.history, state.now, self.keys))
        return Tally(1, is_lost, bool(told_twice(shown)))

    def _moves(self, node: Node, troubles: Troubles) -> list[Move]:
        """What can happen next; nothing, when all is told and quiet."""
        if node.calm is None:
            node.calm = list(self._calm(node))
        moves = node.calm
        if troubles.crashes or troubles.freezes:
            if node.interruptions is None:
                node.interruptions = list(self._interruptions(node, node.executed, Fate.ANSWERED))
            moves = moves + node.interruptions
        if troubles.faults:
            if node.faults is None:
                node.faults = list(self._faults(node))
            moves = moves + node.faults
        return [move for move in moves if troubles.covers(move.troubles)]

    def _calm(self, node: Node) -> Iterator[Move]:
        if not self._is_over(node.state):
            node.executed = self.workbench.execute(node.state)
            yield Move(node.executed.label, _NO_TROUBLE, self._node(node.executed.after))
        elif node.state.sleeper:
            yield Move("the frozen process goes on", _NO_TROUBLE, self._node(node.state.woken()))

    def _faults(self, node: Node) -> Iterator[Move]:
        """What a suspended process has asked was answered before."""
        if node.executed and node.executed.asked and not isinstance(node.state.process, Frozen):
            for fate in node.executed.asked.value[1:]:
                met = self.workbench.execute(node.state, fate)
                yield Move(f"{met.label}: {fate.value}", _FAULT, self._node(met.after))
                yield from self._interruptions(node, met, fate)

    def _interruptions(self, node: Node, executed: Executed | None, fate: Fate) -> Iterator[Move]:
        """The process dies or is suspended at an edge; what precedes a faulty answer is the same as without it."""
        if executed is None:
            return
        is_faulty = fate is not Fate.ANSWERED
        for edge in executed.edges[executed.replied if is_faulty else 0 :]:
            label = f"{edge.label} ({fate.value})" if is_faulty else edge.label
            for how, found in self._crashes(edge, node.state.sleeper):
                yield Move(f"{label}, dies{how}", Troubles(1, is_faulty), self._node(found))
            if edge.label in self.freezes_at and node.state.sleeper is None and isinstance(node.state.process, Alive):
                (history,) = edge.histories.values()
                frozen = Frozen(node.state, fate, edge.passed)
                asleep = State(edge.now, edge.contents, history, sleeper=frozen)
                yield Move(f"{label}, freezes", Troubles(0, is_faulty, 1), self._node(asleep))

    def _crashes(self, edge: Edge, sleeper: Frozen | None) -> Iterator[tuple[str, State]]:
        """What there is after a crash, by how it went. Where another process sleeps, that one goes on."""
        for sent, history in edge.histories.items():
            how = f", {sent}" if sent else ""
            dead = State(edge.now, edge.contents, history, sleeper=sleeper)
            yield how, dead.woken()
            if sleeper is None:
                for count, contents in enumerate(edge.earlier, start=1):
                    yield f"{how}, {count} commits are lost", State(edge.now, contents, history)
                for name, contents in self.instead.items():
                    yield f"{how}, {name}", State(edge.now, contents, history)

    def _is_over(self, state: State) -> bool:
        """Also when it has gone on for too long, which counts as lost."""
        return state.now - self.start.now > LONGEST_LIFE or self._is_quiet(state)

    def _is_quiet(self, state: State) -> bool:
        """All is found and told, Slack shows what it will show and, where sweeps recur, one has seen it."""
        return (
            isinstance(state.process, Alive)
            and not any(map(is_open, rows_of(state.contents, "outbox")))
            and ended_runs(state.contents) >= self.workbench.source.runs.keys()
            and is_settled(state.history, state.now)
            and self._is_swept(state)
        )

    def _is_swept(self, state: State) -> bool:
        """A sweep has begun since the last message was shown, and one more, for the first may have read nothing."""
        sweep_every = self.workbench.design.times.sweep_every
        if sweep_every > LONGEST_LIFE:
            return True
        seen = milliseconds(max(message.shown_at for message in state.history) + sweep_every)
        swept_at = [row["swept_at"] for row in rows_of(state.contents, "channels")]
        return all(moment is not None and moment > seen for moment in swept_at)
