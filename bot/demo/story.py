"""What happens in a scenario: who runs how often, what comes when, which cloud is away, and what is to come of it.

A scenario is a YAML file; the ones that come along lie in scenarios/. Nothing here plays it.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from bot.demo.dataflow_server.model import Interval, Status, TriggerKind

SCENARIOS = Path(__file__).parent / "scenarios"
DEFAULT = "a-day"
_SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_UNITS = (86_400.0, 3_600.0, 60.0, 1.0)


class NoSuchStory(Exception):
    """There is no scenario of that name, or its file is not one; the message says what is wrong."""


class Span(float):
    """Seconds; written as 1h30m, 20s, 2d, or as a number."""

    @classmethod
    def read(cls, written: object) -> "Span":
        if isinstance(written, int | float) and not isinstance(written, bool) and 0 <= written < inf:
            return cls(written)
        found = _SPAN.fullmatch(str(written))
        if not found or not any(found.groups()):
            raise ValueError(f"{written!r} is not a length of time such as 20s or 1h30m")
        return cls(sum(float(number) * unit for number, unit in zip(found.groups(), _UNITS, strict=True) if number))


AT_ONCE = Span(0)
EIGHT_DAYS = Span(8 * 86_400)
INTERVALS: Mapping[float, Interval] = {3_600: Interval.HOUR, 86_400: Interval.DAY, 7 * 86_400: Interval.WEEK}


class Cloud(StrEnum):
    DATAFLOW = "data-flow"
    SLACK = "slack"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of a scenario file. Its mistakes are told with their place."""


Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Character(Part, frozen=True):
    """How a workflow behaves: `failing` and `canceled` are shares of the runs that begin `every` so often.

    One whose trigger recurs begins at the trigger's own times; another about as often, by chance. `old_runs` ended
    before the beginning, evenly over `old_runs_over`.
    """

    name: str
    runs_for: Span
    trigger: TriggerKind | None = None
    jobs: tuple[str, ...] = ()
    every: Span | None = None
    failing: Share = 0.0
    canceled: Share = 0.0
    old_runs: Count = 96
    old_runs_over: Span = EIGHT_DAYS

    def __post_init__(self) -> None:
        _require_some("every", self.every)
        if self.kind is TriggerKind.RECURRING and self.interval is None:
            raise ValueError("a trigger of Data Flow recurs `every` 1h, 1d or 7d")

    @property
    def kind(self) -> TriggerKind:
        """What is not said follows from how often it runs: more often than a trigger can, somebody else starts it."""
        return self.trigger or (TriggerKind.RECURRING if self.interval else TriggerKind.EVENT)

    @property
    def interval(self) -> Interval | None:
        """Of a trigger that fires `every` so often, where there can be one."""
        return INTERVALS.get(self.every) if self.every else None

    @property
    def recurs_every(self) -> Span | None:
        return self.every if self.kind is TriggerKind.RECURRING else None


class Scene(Part, frozen=True):
    """A run, so long `after` the beginning, or several of them. Without `runs_for` it goes on until the end."""

    after: Span
    workflow: str
    outcome: Status = Status.COMPLETED
    job: str | None = None
    waits_for: Span = AT_ONCE
    runs_for: Span | None = None
    times: Count = 1
    every: Span = AT_ONCE


class Outage(Part, frozen=True):
    cloud: Cloud
    after: Span
    lasts: Span


class Expectations(Part, frozen=True):
    """What must come of it; None is not looked at. `slowest_alert` is from a run's end to its message."""

    lost: int | None = 0
    repeated: int | None = 0
    new_messages: int | None = None
    new_messages_per_incident: float | None = None
    slowest_alert: Span | None = None


class Story(Part, frozen=True):
    """`speed` is how much faster than in life the demo plays it; `calm_until` is when chance begins. One without
    `lasts` has no end."""

    title: str
    about: str
    workflows: tuple[Character, ...]
    lasts: Span | None = None
    scenes: tuple[Scene, ...] = ()
    outages: tuple[Outage, ...] = ()
    expect: Expectations = Expectations()
    speed: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    calm_until: Span = AT_ONCE

    def __post_init__(self) -> None:
        _require_some("lasts", self.lasts)
        jobs: dict[str, tuple[str, ...]] = {}
        for character in self.workflows:
            if character.name in jobs:
                raise ValueError(f"two workflows are called {character.name}")
            jobs[character.name] = character.jobs
        for scene in self.scenes:
            if scene.workflow not in jobs:
                raise ValueError(f"no workflow is called {scene.workflow}")
            if scene.job is not None and scene.job not in jobs[scene.workflow]:
                raise ValueError(f"{scene.workflow} has no job called {scene.job}")


def _require_some(name: str, span: Span | None) -> None:
    if span is not None and span <= 0:
        raise ValueError(f"`{name}` must be longer than nothing")


def names() -> list[str]:
    """Of the scenarios that come along."""
    return sorted(path.stem for path in SCENARIOS.glob("*.yaml"))


def load(name_or_path: str = DEFAULT) -> Story:
    """A scenario that comes along, or a file of one's own. Raises NoSuchStory."""
    path = Path(name_or_path) if name_or_path.endswith((".yaml", ".yml")) else SCENARIOS / f"{name_or_path}.yaml"
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoSuchStory(f"there is no scenario {name_or_path!r}; there are: {', '.join(names())}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise NoSuchStory(f"{path} cannot be read: {error}") from None
    return read(written, str(path))


def read(written: Any, origin: str) -> Story:
    """Raises NoSuchStory, which names the place that is wrong."""
    try:
        return msgspec.convert(_in_capitals(written), Story, dec_hook=_span)
    except (msgspec.ValidationError, ValueError) as error:
        raise NoSuchStory(f"{origin} is no scenario: {error}") from None


def _span(kind: type, written: object) -> object:
    if kind is Span:
        return Span.read(written)
    raise NotImplementedError(kind)


def _in_capitals(written: Any) -> Any:
    """Outcomes and triggers are written small in a file, and are words of the API's here."""
    if isinstance(written, Mapping):
        return {key: _word(key, value) for key, value in written.items()}
    if isinstance(written, Sequence) and not isinstance(written, str):
        return [_in_capitals(item) for item in written]
    return written


def _word(key: object, value: Any) -> Any:
    is_word = key in ("outcome", "trigger") and isinstance(value, str)
    return value.upper().replace("-", "_") if is_word else _in_capitals(value)
