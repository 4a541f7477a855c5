"""The small language in which block_tables.py says what Slack accepts: rules that list what is wrong with a value.

Problems are worded as Slack words them, with a JSON pointer to the place.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Json = dict[str, Any]


class Rule(Protocol):
    def problems(self, value: Any, at: str) -> Iterator[str]: ...


def encoded_length(value: Any) -> int:
    """Bytes of JSON in UTF-8; half a surrogate pair, which JSON can spell, counts as the three bytes it would take."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def problem(what: str, at: str) -> str:
    return f"{what} [json-pointer:{at}]"


@dataclass(frozen=True, slots=True)
class Line:
    """A string of limited length."""

    most: int | None = None
    least: int = 0

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must provide a string", at)
        elif self.most is not None and len(value) > self.most:
            yield problem(f"must be less than {self.most + 1} characters", at)
        elif len(value) < self.least:
            yield problem(f"must be more than {self.least - 1} characters", at)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few strings."""

    values: tuple[str, ...]

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if value not in self.values:
            yield problem(f"must be a valid enum value: {', '.join(self.values)}", at)


@dataclass(frozen=True, slots=True)
class Flag:
    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, bool):
            yield problem("must provide a boolean", at)


@dataclass(frozen=True, slots=True)
class Number:
    least: float | None = None
    most: float | None = None
    is_whole: bool = True

    def problems(self, value: Any, at: str) -> Iterator[str]:
        accepted = int if self.is_whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, accepted):
            yield problem("must provide an integer" if self.is_whole else "must provide a number", at)
        elif self.least is not None and value < self.least:
            yield problem(f"must be at least {self.least:g}", at)
        elif self.most is not None and value > self.most:
            yield problem(f"must be at most {self.most:g}", at)


@dataclass(frozen=True, slots=True)
class Text:
    """A text object: plain_text or mrkdwn."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        kind = value.get("type")
        if kind not in self.kinds:
            yield problem(f"unsupported type: {kind}", f"{at}/type")
            return
        option = "emoji" if kind == "plain_text" else "verbatim"
        shape = Object({"type": Line(), "text": Line(self.most, least=1)}, {option: Flag()})
        yield from shape.problems(value, at)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of limited length, all of one rule."""

    of: Rule
    most: int
    least: int = 1

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must provide an array", at)
            return
        if len(value) > self.most:
            yield problem(f"no more than {self.most} items allowed", at)
        elif len(value) < self.least:
            yield problem(f"no fewer than {self.least} items allowed", at)
        for place, item in enumerate(value):
            yield from self.of.problems(item, f"{at}/{place}")


@dataclass(frozen=True, slots=True)
class Object:
    """An object with these fields and no others. `either`: exactly one of them must be there; `some`: at least one."""

    required: Mapping[str, Rule]
    optional: Mapping[str, Rule] = field(default_factory=dict)
    either: tuple[str, ...] = ()
    some: tuple[str, ...] = ()

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        for name in self.required:
            if name not in value:
                yield problem(f"missing required field: {name}", at)
        if self.either and sum(name in value for name in self.either) != 1:
            yield problem(f"must define exactly one of: {', '.join(self.either)}", at)
        if self.some and not any(name in value for name in self.some):
            yield problem(f"must define either: {', '.join(self.some)}", at)
        for name in value:
            rule = self.required.get(name) or self.optional.get(name)
            if rule is None:
                yield problem(f"invalid additional property: {name}", at)
            else:
                yield from rule.problems(value[name], f"{at}/{name}")


@dataclass(frozen=True, slots=True)
class Tagged:
    """One of several objects, told apart by their `type`."""

    types: Mapping[str, Rule]

    def problems(self, value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must provide an object", at)
            return
        rule = self.types.get(str(value.get("type")))
        if rule is None:
            yield problem(f"unsupported type: {value.get('type')}", f"{at}/type")
        else:
            yield from rule.problems(value, at)
