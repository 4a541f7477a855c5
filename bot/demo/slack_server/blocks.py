"""Whether Slack would take a list of blocks: each block against its table, then the rules that span several blocks.

Also gives blocks and elements the ids that Slack makes up when the app sends none.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from bot.demo.slack_server.block_rules import Json, problem
from bot.demo.slack_server.block_tables import BLOCKS, MESSAGE
from bot.demo.slack_server.errors import SlackError

AT_MOST_PER_MESSAGE = {"table": 1, "data_visualization": 2}
TABLE_CHARACTERS = 10_000
MARKDOWN_CHARACTERS = 12_000

# Not documented. Measured by users of chat.postMessage (slackapi/bolt-js issue 2509): 13,297 characters pass in one
# markdown block, and each further block costs about 125; rich text and sections are refused alike (issue 2867).
MESSAGE_CHARACTERS = 13_297 + 125
CHARACTERS_PER_BLOCK = 125


def check_message_blocks(blocks: Any, most: int) -> list[Json]:
    """The blocks, if a message may carry them. Raises the SlackError that Slack would answer."""
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackError("invalid_blocks_format")
    if len(blocks) > most:
        raise SlackError("invalid_blocks", [problem(f"no more than {most} items allowed", "/blocks")])
    problems = [*block_problems(blocks, MESSAGE, "/blocks"), *_message_problems(blocks)]
    if problems:
        raise SlackError("invalid_blocks", problems)
    if characters_in(blocks) + CHARACTERS_PER_BLOCK * len(blocks) > MESSAGE_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blocks


def block_problems(blocks: Sequence[Any], surface: str, at: str) -> Iterator[str]:
    """Everything wrong with the blocks, in Slack's words."""
    for place, block in enumerate(blocks):
        here = f"{at}/{place}"
        kind = BLOCKS.get(str(block.get("type"))) if isinstance(block, dict) else None
        if kind is None or surface not in kind.surfaces:
            yield problem(
                f"unsupported type: {block.get('type') if isinstance(block, dict) else block}", f"{here}/type"
            )
            continue
        found = list(kind.shape.problems(block, here))
        yield from found or _inner_problems(block, here)
    yield from _duplicates([block.get("block_id") for block in blocks if isinstance(block, dict)], "block_id", at)


def elements_in(block: Json) -> list[Json]:
    """The interactive elements and images of a block, wherever its type keeps them."""
    held = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [element for element in held if isinstance(element, dict)]


def characters_in(value: Any) -> int:
    """The length of all texts inside, field names and type names not counted."""
    match value:
        case str():
            return len(value)
        case dict():
            return sum(characters_in(held) for name, held in value.items() if name not in ("type", "block_id"))
        case list():
            return sum(characters_in(item) for item in value)
    return 0


def with_ids(blocks: Sequence[Json], dice: random.Random) -> list[Json]:
    """A copy in which every block has a block_id and every interactive element an action_id."""
    return [_with_ids(block, dice) for block in blocks]


def _with_ids(block: Json, dice: random.Random) -> Json:
    named = {"block_id": _made_up_id(dice), **block}
    if block["type"] == "actions":
        named["elements"] = [_with_action_id(element, dice) for element in block["elements"]]
    for holder in ("accessory", "element"):
        if holder in block and block[holder]["type"] != "image":
            named[holder] = _with_action_id(block[holder], dice)
    return named


def _with_action_id(element: Json, dice: random.Random) -> Json:
    return {"action_id": _made_up_id(dice), **element}


def _made_up_id(dice: random.Random) -> str:
    return f"{dice.getrandbits(30):06x}"


def _inner_problems(block: Json, at: str) -> Iterator[str]:
    if block["type"] in ("actions", "section", "input"):
        yield from _duplicates([element.get("action_id") for element in elements_in(block)], "action_id", at)
    yield from _foreign_initials(elements_in(block), at)
    if block["type"] == "table" and characters_in(block["rows"]) > TABLE_CHARACTERS:
        yield problem(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{at}/rows")
    if block["type"] == "data_table":
        yield from _data_table_problems(block["rows"], f"{at}/rows")
    if block["type"] == "data_visualization":
        yield from _chart_problems(block["chart"], f"{at}/chart")


def options_of(element: Json) -> list[Json]:
    groups = element.get("option_groups", [])
    return [*element.get("options", []), *(option for group in groups for option in group["options"])]


def _foreign_initials(elements: Sequence[Json], at: str) -> Iterator[str]:
    """What is chosen at first has to be one of the options, word for word (Slack docs, select menu element)."""
    for element in elements:
        if element["type"] == "external_select":
            continue
        initials = [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]
        if any(initial not in options_of(element) for initial in initials):
            yield problem("initial option must be one of the options", at)


def _data_table_problems(rows: list[list[Json]], at: str) -> Iterator[str]:
    if any(cell["type"] == "rich_text" for cell in rows[0]):
        yield problem("unsupported type: rich_text", f"{at}/0")
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield problem(f"must have {len(rows[0])} cells", f"{at}/{place}")
    if characters_in(rows) > TABLE_CHARACTERS:
        yield problem(f"must be less than {TABLE_CHARACTERS + 1} characters", at)


def _chart_problems(chart: Json, at: str) -> Iterator[str]:
    if chart["type"] == "pie":
        for place, segment in enumerate(chart["segments"]):
            if segment["value"] <= 0:
                yield problem("must be greater than 0", f"{at}/segments/{place}/value")
        return
    yield from _duplicates([series["name"] for series in chart["series"]], "name", f"{at}/series")
    for place, series in enumerate(chart["series"]):
        if [point["label"] for point in series["data"]] != chart["axis_config"]["categories"]:
            yield problem("must have one point for each category", f"{at}/series/{place}/data")


def _duplicates(names: Sequence[str | None], field: str, at: str) -> Iterator[str]:
    for name, times in Counter(name for name in names if name).items():
        if times > 1:
            yield problem(f"duplicate {field}: {name}", at)


def _message_problems(blocks: Sequence[Json]) -> Iterator[str]:
    for kind, most in AT_MOST_PER_MESSAGE.items():
        if sum(block.get("type") == kind for block in blocks) > most:
            yield problem(f"no more than {most} {kind} allowed", "/blocks")
    markdown = sum(characters_in(block.get("text")) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield problem(f"must be less than {MARKDOWN_CHARACTERS + 1} characters of markdown", "/blocks")
