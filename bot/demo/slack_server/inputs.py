"""What a person can do to the elements of a message or view: find one on the screen, choose, type.

Values have the shapes that Slack puts into actions and into a view's state. What a person could not do is refused with
LookupError or ValueError, because then the test is wrong, not the bot.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.blocks import elements_in, options_of

PICKED = {
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
ONE_OPTION = ("static_select", "radio_buttons", "overflow", "external_select")
SEVERAL_OPTIONS = ("multi_static_select", "checkboxes")
INITIAL = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    **{f"initial_{held.removeprefix('selected_')}": held for held in PICKED.values()},
}


def find_element(blocks: Sequence[Json], action_id: str, value: str | None = None) -> tuple[Json, Json]:
    """The block and the element with this action id, and this value where buttons share one id. Raises LookupError."""
    for block, element in interactive(blocks):
        if element.get("action_id") == action_id and value in (None, element.get("value")):
            return block, element
    raise LookupError(f"nothing on the screen has the action id {action_id!r}" + (f" and {value!r}" if value else ""))


def interactive(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    for block in blocks:
        for element in elements_in(block):
            if "action_id" in element:
                yield block, element


def entered(element: Json, value: Any) -> Json:
    """The element's state when a person has entered `value`: a text, a date, an id, or the value of an option."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": _option(element, value)}
    if kind in SEVERAL_OPTIONS:
        return {"type": kind, "selected_options": [_option(element, item) for item in value]}
    if kind in PICKED:
        return {"type": kind, PICKED[kind]: value}
    most = element.get("max_length")
    if value is not None and most is not None and len(str(value)) > most:
        raise ValueError(f"the field takes no more than {most} characters")
    return {"type": kind, "value": None if value is None else str(value)}


def initial(element: Json) -> Json:
    """The element's state before anybody has touched it."""
    kind = element["type"]
    if kind in ONE_OPTION:
        state: Json = {"type": kind, "selected_option": None}
    elif kind in SEVERAL_OPTIONS:
        state = {"type": kind, "selected_options": []}
    else:
        state = {"type": kind, PICKED.get(kind, "value"): [] if kind.startswith("multi_") else None}
    for name, held in INITIAL.items():
        if name in element and held in state:
            state[held] = element[name]
    return state


def view_state(blocks: Sequence[Json], known: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The whole state of a view: `values` by action id over what was entered before over the initial values."""
    state: dict[str, Any] = {}
    for block, element in interactive(blocks):
        if element["type"] in ("button", "overflow"):
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        if action_id in values:
            held = entered(element, values[action_id])
        else:
            held = known.get(block_id, {}).get(action_id) or initial(element)
        state.setdefault(block_id, {})[action_id] = held
    missing = set(values) - {action_id for held in state.values() for action_id in held}
    if missing:
        raise LookupError(f"the view has no fields {sorted(missing)}")
    return state


def empty_fields(blocks: Sequence[Json], state: Mapping[str, Any]) -> list[str]:
    """The block ids of required inputs without a value: Slack's own client does not let a person submit those."""
    return [
        block["block_id"]
        for block in blocks
        if block["type"] == "input" and not block.get("optional") and not _has_value(state.get(block["block_id"], {}))
    ]


def _has_value(held: Mapping[str, Json]) -> bool:
    return any(value for element in held.values() for name, value in element.items() if name != "type")


def _option(element: Json, value: Any) -> Json:
    for option in options_of(element):
        if option["value"] == value:
            return option
    raise LookupError(f"there is no option {value!r}")
