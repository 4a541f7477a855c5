"""What happens in a scenario: who runs how often, what comes when, which cloud is away, and what is to come of it.

A scenario is a YAML file; the ones that come along lie in scenarios/. Nothing here plays it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.demo.dataflow_server.model import Status, TriggerKind

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
        if isinstance(written, int | float) and not isinstance(written, bool):
            return cls(written)
        found = _SPAN.fullmatch(str(written))
        if not found or not any(found.groups()):
            raise ValueError(f"{written!r} is not a length of time such as 20s or 1h30m")
        return cls(sum(float(number) * unit for number, unit in zip(found.groups(), _UNITS, strict=True) if number))


AT_ONCE = Span(0)
EIGHT_DAYS = Span(8 * 86_400)


class Cloud(StrEnum):
    DATAFLOW = "data-flow"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Character:
    """How a workflow behaves: `failing` and `canceled` are shares of the runs that chance lets begin `every` so often.

    `old_runs` ended before the beginning, evenly over `old_runs_over`.
    """

    name: str
    runs_for: Span
    trigger: TriggerKind = TriggerKind.RECURRING
    jobs: tuple[str, ...] = ()
    every: Span | None = None
    failing: float = 0.0
    canceled: float = 0.0
    old_runs: int = 96
    old_runs_over: Span = EIGHT_DAYS


@dataclass(frozen=True, slots=True)
class Scene:
    """A run, so long `after` the beginning, or several of them. Without `runs_for` it goes on until the end."""

    after: Span
    workflow: str
    outcome: Status = Status.COMPLETED
    job: str | None = None
    waits_for: Span = AT_ONCE
    runs_for: Span | None = None
    times: int = 1
    every: Span = AT_ONCE


@dataclass(frozen=True, slots=True)
class Outage:
    cloud: Cloud
    after: Span
    lasts: Span


@dataclass(frozen=True, slots=True)
class Expectations:
    """What must come of it; None is not looked at. `slowest_alert` is from a run's end to its message."""

    lost: int | None = 0
    repeated: int | None = 0
    new_messages: int | None = None
    new_messages_per_incident: float | None = None
    slowest_alert: Span | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """`speed` is how much faster than in life the demo plays it; `calm_until` is when chance begins. One without
    `lasts` has no end."""

    title: str
    about: str
    workflows: tuple[Character, ...]
    lasts: Span | None = None
    scenes: tuple[Scene, ...] = ()
    outages: tuple[Outage, ...] = ()
    expect: Expectations = field(default_factory=Expectations)
    speed: float = 1.0
    calm_until: Span = AT_ONCE


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
        story = msgspec.convert(_in_capitals(written), Story, dec_hook=_span)
    except (msgspec.ValidationError, ValueError) as error:
        raise NoSuchStory(f"{origin} is no scenario: {error}") from None
    known = {character.name for character in story.workflows}
    if unknown := {scene.workflow for scene in story.scenes} - known:
        raise NoSuchStory(f"{origin} is no scenario: no workflow is called {', '.join(sorted(unknown))}")
    return story


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
