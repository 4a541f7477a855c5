"""Holds one object of a message against limits.py, and against the rules that span several of its own fields."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tests.block_kit import limits
from tests.block_kit.structure import Json, Node

ELEMENTS = ("elements", "accessory", "element")
"""The fields in which blocks keep their elements."""


def problems(node: Node) -> Iterator[str]:
    for name, value in node.value.items():
        yield from (f"{node.at}/{name}: {what}" for what in _of_field(node.kind, name, value))
    yield from (f"{node.at}: {node.kind} {what}" for what in _of_presence(node))
    for rule in OWN_RULES.get(node.kind, ()):
        yield from (f"{node.at}: {node.kind} {what}" for what in rule(node.value))


def size(value: Any) -> int:
    """Items of a list; characters of a text or a text object, counted as JavaScript does: most emoji are two. How
    Slack counts is not documented, and this is the longer way."""
    match value:
        case str():
            return len(value.encode("utf-16-le", "surrogatepass")) // 2
        case {"text": str(text)}:
            return size(text)
        case list() | tuple():
            return len(value)
    return 0


def _of_field(kind: str, name: str, value: Any) -> Iterator[str]:
    most = limits.MOST.get(kind, {}).get(name, limits.MOST_ANYWHERE.get(name))
    if most is not None and size(value) > most:
        yield f"{size(value):,} of at most {most:,}"
    if most is not None and not size(value) and name not in limits.MAY_BE_EMPTY:
        yield "is empty"
    if each := limits.MOST_EACH.get((kind, name)):
        yield from (f"item {place}: {size(item):,} of at most {each:,}" for place, item in _larger(value, each))
    if (span := limits.BETWEEN.get((kind, name))) and not span[0] <= value <= span[1]:
        yield f"{value} is not between {span[0]:g} and {span[1]:g}"
    if (pattern := limits.LIKE.get((kind, name))) and not re.fullmatch(pattern, value):
        yield f"{value[:40]!r} is not like {pattern}"


def _larger(items: Iterable[Any], most: int) -> Iterator[tuple[int, Any]]:
    return ((place, item) for place, item in enumerate(items) if size(item) > most)


def _of_presence(node: Node) -> Iterator[str]:
    given = node.value
    yield from (f"needs {name}" for name in limits.REQUIRED.get(node.kind, ()) if name not in given)
    one = limits.EXACTLY_ONE.get(node.kind, ())
    if one and sum(name in given for name in one) != 1:
        yield f"needs exactly one of {', '.join(one)}"
    some = limits.AT_LEAST_ONE.get(node.kind, ())
    if some and not any(name in given for name in some):
        yield f"needs one of {', '.join(some)}"


def _has_unique_action_ids(block: Json) -> Iterator[str]:
    """Slack docs, "Button element" and the like: unique among all action ids of the containing block."""
    held = [block.get(name) for name in ELEMENTS]
    elements = [element for part in held for element in (part if isinstance(part, list) else [part])]
    ids = Counter(element.get("action_id") for element in elements if isinstance(element, dict))
    yield from (f"has action_id {name!r} {times} times" for name, times in ids.items() if name and times > 1)


def _starts_with_its_own_options(element: Json) -> Iterator[str]:
    """Slack docs, "Select menu element": an initial option exactly matches one of the options."""
    groups = [element, *element.get("option_groups", ())]
    options = [option for group in groups for option in group.get("options", ())]
    initial = [*element.get("initial_options", ()), *filter(None, [element.get("initial_option")])]
    yield from (f"starts with an option it does not have: {option}" for option in initial if option not in options)
    if "initial_options" in element and not initial:
        yield "starts with an empty list of options"


def _has_distinct_options(element: Json) -> Iterator[str]:
    """An answer names an option by its value alone."""
    groups = [element, *element.get("option_groups", ())]
    values = Counter(option.get("value") for group in groups for option in group.get("options", ()))
    yield from (f"has {times} options with the value {value!r}" for value, times in values.items() if times > 1)


def _starts_with_a_fitting_value(element: Json) -> Iterator[str]:
    length, most = size(element.get("initial_value", "")), element.get("max_length", 3000)
    if length > most or element.get("min_length", 0) > most:
        yield f"takes at most {most} characters and starts with {length}"


def _has_rows_of_one_length(table: Json) -> Iterator[str]:
    """Slack docs, "Table block": the first row says how many columns there are."""
    lengths = {len(row) for row in table["rows"]}
    if len(lengths) > 1 or 0 in lengths:
        yield f"has rows of {sorted(lengths)} cells"


def _has_a_point_for_each_category(chart: Json) -> Iterator[str]:
    """Slack docs, "Data visualization block": the labels of a series match the categories of the axis."""
    categories = chart["axis_config"]["categories"]
    for series in chart["series"]:
        if [point["label"] for point in series["data"]] != categories:
            yield f"has no point for each category in {series['name']!r}"
    names = Counter(series["name"] for series in chart["series"])
    yield from (f"has {times} series called {name!r}" for name, times in names.items() if times > 1)


def _has_something_in_every_segment(chart: Json) -> Iterator[str]:
    yield from (f"has nothing in {part['label']!r}" for part in chart["segments"] if part["value"] <= 0)


Rule = Callable[[Json], Iterator[str]]
OF_OPTIONS: tuple[Rule, ...] = (_starts_with_its_own_options, _has_distinct_options)
OWN_RULES: Mapping[str, tuple[Rule, ...]] = {
    **dict.fromkeys(("ActionsBlock", "SectionBlock", "InputBlock"), (_has_unique_action_ids,)),
    **dict.fromkeys(("StaticSelect", "MultiStaticSelect", "Checkboxes", "RadioButtons", "Overflow"), OF_OPTIONS),
    **dict.fromkeys(("LineChart", "BarChart", "AreaChart"), (_has_a_point_for_each_category,)),
    **dict.fromkeys(("TableBlock", "DataTableBlock"), (_has_rows_of_one_length,)),
    "PieChart": (_has_something_in_every_segment,),
    "PlainTextInput": (_starts_with_a_fitting_value,),
}
