"""Every limit of a single field is kept exactly: what is one character over is found, what is not over is let pass."""

from typing import Any

import pytest

from tests.block_kit import limits, rules
from tests.block_kit.samples import FULL, Json, without
from tests.block_kit.structure import Node

FIELDS = [(kind, name, most) for kind, fields in limits.MOST.items() for name, most in fields.items()]
SHARED = {"action_id": "Button", "block_id": "ActionsBlock", "placeholder": "Datepicker"}
LISTED = [(kind, name, each) for (kind, name), each in limits.MOST_EACH.items()]
FILLED = [(kind, name) for kind, name, _ in FIELDS if name not in limits.MAY_BE_EMPTY]
MISSHAPEN = {
    ("Button", "url"): "javascript:alert(1)",
    ("Datepicker", "initial_date"): "1 March 2026",
    ("ImageBlock", "image_url"): "file:///etc/passwd",
    ("Timepicker", "initial_time"): "24:00",
}


def problems(kind: str, **fields: Any) -> list[str]:
    """About these fields, put into a value of the kind."""
    found = rules.problems(Node(kind, {**FULL[kind], **fields}, ""))
    return [problem for problem in found if problem.startswith(tuple(f"/{name}:" for name in fields))]


def presence(kind: str, value: Json) -> list[str]:
    return [problem for problem in rules.problems(Node(kind, value, "")) if " needs " in problem]


def resized(value: Any, size: int) -> Any:
    """The same with so many characters or items."""
    match value:
        case str():
            return value[:size].ljust(size, "x")
        case {"text": str(text)}:
            return {**value, "text": resized(text, size)}
    return (list(value) * size)[:size]


@pytest.mark.parametrize(("kind", "name", "most"), FIELDS)
def test_a_field_holds_as_much_as_it_may_and_no_more(kind: str, name: str, most: int) -> None:
    held = FULL[kind][name]
    assert problems(kind, **{name: resized(held, most)}) == []
    assert problems(kind, **{name: resized(held, most + 1)}) == [f"/{name}: {most + 1:,} of at most {most:,}"]


@pytest.mark.parametrize("name", limits.MOST_ANYWHERE)
def test_an_id_and_a_placeholder_have_a_limit_wherever_they_are(name: str) -> None:
    kind, most = SHARED[name], limits.MOST_ANYWHERE[name]
    held = FULL[kind][name]
    assert problems(kind, **{name: resized(held, most)}) == []
    assert problems(kind, **{name: resized(held, most + 1)}) == [f"/{name}: {most + 1} of at most {most}"]


@pytest.mark.parametrize(("kind", "name"), FILLED)
def test_what_is_there_is_not_empty(kind: str, name: str) -> None:
    assert "is empty" in problems(kind, **{name: resized(FULL[kind][name], 0)})[0]


@pytest.mark.parametrize(("kind", "name", "each"), LISTED)
def test_each_item_of_a_list_is_as_large_as_it_may_be_and_no_larger(kind: str, name: str, each: int) -> None:
    (item,) = FULL[kind][name]
    assert problems(kind, **{name: [resized(item, each)]}) == []
    assert problems(kind, **{name: [item, resized(item, each + 1)]}) == [
        f"/{name}: item 1: {each + 1:,} of at most {each:,}"
    ]


@pytest.mark.parametrize(("kind", "name"), limits.BETWEEN)
def test_a_number_is_not_out_of_its_bounds(kind: str, name: str) -> None:
    least, most = limits.BETWEEN[kind, name]
    assert problems(kind, **{name: least}) == problems(kind, **{name: most}) == []
    assert "is not between" in problems(kind, **{name: least - 1})[0]
    assert "is not between" in problems(kind, **{name: most + 1})[0]


@pytest.mark.parametrize(("kind", "name"), limits.LIKE)
def test_an_address_a_date_and_a_time_are_written_as_slack_reads_them(kind: str, name: str) -> None:
    assert problems(kind, **{name: FULL[kind][name]}) == []
    assert "is not like" in problems(kind, **{name: MISSHAPEN[kind, name]})[0]


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in limits.REQUIRED.items() for name in names])
def test_a_field_that_the_types_leave_open_is_there(kind: str, name: str) -> None:
    assert presence(kind, FULL[kind]) == []
    assert presence(kind, without(FULL[kind], name)) == [f": {kind} needs {name}"]


@pytest.mark.parametrize("kind", limits.EXACTLY_ONE)
def test_of_two_ways_to_say_it_one_is_taken(kind: str) -> None:
    one, other = limits.EXACTLY_ONE[kind]
    assert presence(kind, {one: FULL[kind][one]}) == []
    assert presence(kind, {}) == [f": {kind} needs exactly one of {one}, {other}"]
    assert presence(kind, {one: FULL[kind][one], other: FULL[kind].get(other, {})}) == presence(kind, {})


@pytest.mark.parametrize("kind", limits.AT_LEAST_ONE)
def test_something_is_shown(kind: str) -> None:
    names = limits.AT_LEAST_ONE[kind]
    assert presence(kind, without(FULL[kind], *names[1:])) == []
    assert presence(kind, without(FULL[kind], *names)) == [f": {kind} needs one of {', '.join(names)}"]
