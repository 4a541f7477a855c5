"""The few inputs of a modal that the bot uses. A block's id tells whose input it is, the action's id which one.

Every text is ready, and an input without a value has none: Slack refuses an empty initial option.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.slack.blocks.elements import Block, plain_text


@dataclass(frozen=True, slots=True)
class Field:
    """What stands around an input. `hint` says what is accepted."""

    block_id: str
    action_id: str
    label: str
    hint: str = ""
    is_optional: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose: its value, and what it is called."""

    value: str
    label: str


def text_input(field: Field, value: str, longest: int) -> Block:
    return _input(field, {"type": "plain_text_input", "max_length": longest, **_initial("value", value)})


def number_input(field: Field, value: int, most: int) -> Block:
    """A whole number from 1 on. Slack takes numbers as strings (Slack docs, "Number input element")."""
    limits = {"is_decimal_allowed": False, "min_value": "1", "max_value": str(most)}
    return _input(field, {"type": "number_input", "initial_value": str(value), **limits})


def time_input(field: Field, value: str) -> Block:
    """A time of day as HH:MM."""
    return _input(field, {"type": "timepicker", **_initial("time", value)})


def checkboxes(field: Field, choices: Sequence[Choice], chosen: Iterable[str]) -> Block:
    options = {choice.value: _option(choice) for choice in choices}
    initial = [options[value] for value in options if value in set(chosen)]
    return _input(field, {"type": "checkboxes", "options": list(options.values()), **_initial("options", initial)})


def radio_buttons(field: Field, choices: Sequence[Choice], chosen: str) -> Block:
    return _input(field, {"type": "radio_buttons", **_one_of(choices, chosen)})


def menu(field: Field, choices: Sequence[Choice], chosen: str) -> Block:
    """At most 100 choices."""
    return _input(field, {"type": "static_select", **_one_of(choices, chosen)})


def chooser(block_id: str, action_id: str, choices: Sequence[Choice], chosen: str) -> Block:
    """A menu that tells the bot at once what was chosen, outside the form."""
    element = {"type": "static_select", "action_id": action_id, **_one_of(choices, chosen)}
    return {"type": "actions", "block_id": block_id, "elements": [element]}


def _input(field: Field, element: Block) -> Block:
    return {
        "type": "input",
        "block_id": field.block_id,
        "optional": field.is_optional,
        "label": plain_text(field.label),
        **({"hint": plain_text(field.hint)} if field.hint else {}),
        "element": {**element, "action_id": field.action_id},
    }


def _one_of(choices: Sequence[Choice], chosen: str) -> Block:
    options = {choice.value: _option(choice) for choice in choices}
    return {"options": list(options.values()), **_initial("option", options.get(chosen))}


def _initial(what: str, value: object) -> Block:
    return {f"initial_{what}": value} if value else {}


def _option(choice: Choice) -> Block:
    return {"text": plain_text(choice.label), "value": choice.value}
