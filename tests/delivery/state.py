"""A moment of the world as a value: what is stored, what reached Slack, and what the running process remembers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.delivery.bench import Contents
from tests.delivery.history import History
from tests.delivery.slack import Fate

LONGEST_LIFE = timedelta(minutes=25)
"""How long a schedule may take from the start to its end. In that time nothing becomes old news."""


@dataclass(frozen=True, slots=True)
class Alive:
    """A process between two steps: when it booted, which workflows it has read since, and whose turn it is."""

    booted_at: datetime
    read_since_boot: frozenset[int]
    turn: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """A process that was suspended in the middle of a step: the state in which the step began, the fate that its
    request met, and how many edges it had passed."""

    began_in: "State"
    fate: Fate
    edges_passed: int


@dataclass(frozen=True, slots=True)
class State:
    """Where there is no process, one boots next. A frozen `process` is about to go on; a `sleeper` stays frozen while
    another process runs."""

    now: datetime
    contents: Contents
    history: History
    process: Alive | Frozen | None = None
    sleeper: Frozen | None = None

    def woken(self) -> "State":
        """The sleeper is the one to go on; the process that ran is gone."""
        return State(self.now, self.contents, self.history, self.sleeper)
