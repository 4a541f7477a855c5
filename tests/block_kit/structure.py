"""The shapes of blocks and views as Slack's published types have them: what does not fit, and what stands where.

Reads the few JSON Schema keywords that derive.py lets pass. Lengths and counts are not in the types: see limits.py.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.block_kit.newer_blocks import NEWER

Json = dict[str, Any]

SCALARS: Mapping[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "number": (int, float)}


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a type that has a name; the name of a part without one is made of its owner's and its field's."""

    kind: str
    value: Json
    at: str


@dataclass(slots=True)
class Reading:
    nodes: list[Node] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def take(self, other: "Reading") -> None:
        self.nodes += other.nodes
        self.problems += other.problems


def read(kind: str, value: Any, at: str) -> Reading:
    """The value as an object of this kind, such as "KnownBlock" or "ModalView"."""
    return _read({"$ref": f"#/definitions/{kind}"}, value, at, kind)


@cache
def definitions() -> Mapping[str, Json]:
    path = Path(__file__).with_name("slack_types.json")
    known: dict[str, Json] = json.loads(path.read_text(encoding="utf-8"))["definitions"]
    blocks = {"anyOf": [*known["KnownBlock"]["anyOf"], {"$ref": "#/definitions/DataVisualizationBlock"}]}
    return {**known, **NEWER, "KnownBlock": blocks, "AnyBlock": blocks}  # the types let a view hold anything


def _read(schema: Json, value: Any, at: str, kind: str) -> Reading:
    alternatives = list(_alternatives(schema, kind))
    if len(alternatives) > 1:
        alternatives = [found for found in alternatives if _is_meant(found[1], value)]
    readings = [_read_one(schema, value, at, kind) for kind, schema in alternatives]
    nothing = Reading(problems=[f"{at}: no {kind} is like {_brief(value)}"])
    return min(readings, key=lambda reading: len(reading.problems), default=nothing)


def _alternatives(schema: Json, kind: str) -> Iterator[tuple[str, Json]]:
    """What a type may be, references and unions resolved."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from _alternatives(definitions()[name], name)
    elif "anyOf" in schema:
        for alternative in schema["anyOf"]:
            yield from _alternatives(alternative, kind)
    else:
        yield kind, schema


def _is_meant(schema: Json, value: Any) -> bool:
    """Blocks and elements say by their `type` what they are meant to be."""
    if not isinstance(value, dict):
        return schema.get("type") != "object"
    tag = schema.get("properties", {}).get("type", {})
    return schema.get("type") == "object" and ("const" not in tag or tag["const"] == value.get("type"))


def _read_one(schema: Json, value: Any, at: str, kind: str) -> Reading:
    match schema.get("type"):
        case "object":
            return _read_object(schema, value, at, kind)
        case "array":
            return _read_array(schema, value, at, kind)
        case str(scalar):
            return Reading(problems=list(_scalar_problems(schema, scalar, value, at)))
    return Reading()


def _read_object(schema: Json, value: Any, at: str, kind: str) -> Reading:
    if not isinstance(value, dict):
        return Reading(problems=[f"{at}: {kind} is an object, not {_brief(value)}"])
    reading = Reading([Node(kind, value, at)])
    properties = schema.get("properties", {})
    reading.problems += [f"{at}: {kind} needs {name}" for name in schema.get("required", ()) if name not in value]
    for name, held in value.items():
        if name in properties:
            reading.take(_read(properties[name], held, f"{at}/{name}", f"{kind}.{name}"))
        elif schema.get("additionalProperties") is False:
            reading.problems.append(f"{at}: {kind} has no {name}")
    return reading


def _read_array(schema: Json, value: Any, at: str, kind: str) -> Reading:
    if not isinstance(value, list | tuple):
        return Reading(problems=[f"{at}: {kind} is a list, not {_brief(value)}"])
    reading = Reading()
    for place, item in enumerate(value):
        reading.take(_read(schema["items"], item, f"{at}/{place}", kind))
    return reading


def _scalar_problems(schema: Json, scalar: str, value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, SCALARS[scalar]) or (scalar == "number" and isinstance(value, bool)):
        yield f"{at}: {_brief(value)} is no {scalar}"
    elif value not in schema.get("enum", [schema.get("const", value)]):
        yield f"{at}: {_brief(value)} is none of {schema.get('enum', [schema.get('const')])}"


def _brief(value: Any) -> str:
    return repr(value)[:80]
