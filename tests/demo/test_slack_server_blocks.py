"""What the Slack stand-in accepts as blocks and views: every limit from both sides, and the words of its refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.slack_server.block_tables import BLOCKS, HOME, MESSAGE, MODAL
from bot.demo.slack_server.blocks import block_problems, check_message_blocks
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.limits import Limits
from bot.demo.slack_server.views import check_view

Block = dict[str, Any]


def plain(length: int) -> Block:
    return {"type": "plain_text", "text": "x" * length}


def mrkdwn(length: int) -> Block:
    return {"type": "mrkdwn", "text": "x" * length}


def button(number: int = 0, **fields: Any) -> Block:
    return {"type": "button", "text": plain(4), "action_id": f"a{number}", **fields}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def section(**fields: Any) -> Block:
    return {"type": "section", "text": mrkdwn(4), **fields}


def option(number: int = 0, text: int = 4, **fields: Any) -> Block:
    return {"text": plain(text), "value": f"v{number}", **fields}


def select(options: list[Block], **fields: Any) -> Block:
    return {"type": "static_select", "action_id": "s", "options": options, **fields}


def image(**fields: Any) -> Block:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart", **fields}


def confirm(**fields: Any) -> Block:
    return {"title": plain(4), "text": mrkdwn(4), "confirm": plain(2), "deny": plain(2), **fields}


def table(rows: int, columns: int, text: str = "x") -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * columns] * rows}


def data_table(rows: int, columns: int = 2, **fields: Any) -> Block:
    cells = [[{"type": "raw_text", "text": "x"}] * columns] * rows
    return {"type": "data_table", "caption": "runs", "rows": cells, **fields}


def pie(segments: int, label: int = 4, title: int = 4) -> Block:
    slices = [{"label": "x" * label, "value": 1}] * segments
    return {"type": "data_visualization", "title": "x" * title, "chart": {"type": "pie", "segments": slices}}


def bars(series: int = 1, categories: int = 2) -> Block:
    labels = [f"d{number}" for number in range(categories)]
    lines = [
        {"name": f"s{number}", "data": [{"label": label, "value": 1.5} for label in labels]} for number in range(series)
    ]
    chart = {"type": "bar", "series": lines, "axis_config": {"categories": labels}}
    return {"type": "data_visualization", "title": "runs", "chart": chart}


def markdown(length: int) -> Block:
    return {"type": "markdown", "text": "x" * length}


# name, how to make a block of size n, the largest n that passes
SIZES: list[tuple[str, Callable[[int], Block], int]] = [
    ("section text", lambda n: section(text=mrkdwn(n)), 3000),
    ("section fields", lambda n: section(fields=[mrkdwn(1)] * n), 10),
    ("section field", lambda n: section(fields=[mrkdwn(n)]), 2000),
    ("header", lambda n: {"type": "header", "text": plain(n)}, 150),
    ("context elements", lambda n: {"type": "context", "elements": [mrkdwn(1)] * n}, 10),
    ("actions", lambda n: actions(*(button(number) for number in range(n))), 25),
    ("button text", lambda n: actions(button(text=plain(n))), 75),
    ("button value", lambda n: actions(button(value="x" * n)), 2000),
    ("button url", lambda n: actions(button(url="x" * n)), 3000),
    ("action id", lambda n: actions(button(action_id="x" * n)), 255),
    ("block id", lambda n: section(block_id="x" * n), 255),
    ("options", lambda n: actions(select([option(number) for number in range(n)])), 100),
    ("option text", lambda n: actions(select([option(text=n)])), 75),
    ("option value", lambda n: actions(select([option(value="x" * n)])), 150),
    ("option description", lambda n: actions(select([option(description=plain(n))])), 75),
    ("placeholder", lambda n: actions(select([option()], placeholder=plain(n))), 150),
    ("overflow", lambda n: section(accessory={"type": "overflow", "options": [option()] * n}), 5),
    ("checkboxes", lambda n: section(accessory={"type": "checkboxes", "options": [option()] * n}), 10),
    ("radio buttons", lambda n: section(accessory={"type": "radio_buttons", "options": [option()] * n}), 10),
    ("confirm title", lambda n: actions(button(confirm=confirm(title=plain(n)))), 100),
    ("confirm text", lambda n: actions(button(confirm=confirm(text=mrkdwn(n)))), 300),
    ("confirm button", lambda n: actions(button(confirm=confirm(confirm=plain(n)))), 30),
    ("alt text", lambda n: image(alt_text="x" * n), 2000),
    ("image url", lambda n: image(image_url="x" * n), 3000),
    ("image title", lambda n: image(title=plain(n)), 2000),
    ("markdown", markdown, 12_000),
    ("table rows", lambda n: table(n, 1), 100),
    ("table columns", lambda n: table(1, n), 20),
    ("table characters", lambda n: table(1, 1, "x" * n), 10_000),
    ("data table rows", data_table, 101),
    ("data table columns", lambda n: data_table(2, n), 20),
    ("pie segments", pie, 6),
    ("chart label", lambda n: pie(1, label=n), 20),
    ("chart title", lambda n: pie(1, title=n), 50),
    ("chart series", bars, 6),
    ("chart categories", lambda n: bars(1, n), 20),
]


def refusal(blocks: Any) -> SlackError:
    with pytest.raises(SlackError) as raised:
        check_message_blocks(blocks, 50)
    return raised.value


@pytest.mark.parametrize(("make", "most"), [pytest.param(make, most, id=name) for name, make, most in SIZES])
def test_a_limit_is_kept_exactly(make: Callable[[int], Block], most: int) -> None:
    assert check_message_blocks([make(most)], 50)
    assert refusal([make(most + 1)]).name == "invalid_blocks"


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ({"type": "sectoin"}, "unsupported type: sectoin [json-pointer:/blocks/0/type]"),
        (section(color="red"), "invalid additional property: color [json-pointer:/blocks/0]"),
        ({"type": "section"}, "must define either: text, fields [json-pointer:/blocks/0]"),
        (section(text=mrkdwn(3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(text=mrkdwn(0)), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        (section(text="words"), "must provide an object [json-pointer:/blocks/0/text]"),
        ({"type": "header", "text": mrkdwn(4)}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
        (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (actions(image()), "unsupported type: image [json-pointer:/blocks/0/elements/0/type]"),
        (actions(button(style="loud")), "must be a valid enum value: primary, danger"),
        (actions(button(1), button(1)), "duplicate action_id: a1 [json-pointer:/blocks/0]"),
        ({"type": "image", "image_url": "https://x"}, "missing required field: alt_text [json-pointer:/blocks/0]"),
        ({"type": "image", "alt_text": "x"}, "must define exactly one of: image_url, slack_file"),
        ({"type": "alert", "text": plain(4)}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
        (data_table(2, caption=None), "must provide a string [json-pointer:/blocks/0/caption]"),
        (actions(select([option()], initial_option=option(1))), "initial option must be one of the options"),
        (bars(0), "no fewer than 1 items allowed [json-pointer:/blocks/0/chart/series]"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(block: Block, message: str) -> None:
    assert any(said.startswith(message) for said in refusal([block]).messages)


def test_a_chart_has_one_point_for_each_category() -> None:
    chart = bars(1, 3)
    chart["chart"]["axis_config"]["categories"].append("d9")
    assert "must have one point for each category" in refusal([chart]).messages[0]


@pytest.mark.parametrize(
    ("blocks", "error"),
    [
        ({"type": "divider"}, "invalid_blocks_format"),
        (["divider"], "invalid_blocks_format"),
        ([{"type": "divider"}] * 51, "invalid_blocks"),
        ([section(block_id="b"), section(block_id="b")], "invalid_blocks"),
        ([table(1, 1), table(1, 1)], "invalid_blocks"),
        ([pie(1)] * 3, "invalid_blocks"),
        ([markdown(6_001), markdown(6_000)], "invalid_blocks"),
        ([section(text=mrkdwn(2_700))] * 5, "msg_blocks_too_long"),
    ],
)
def test_a_message_as_a_whole_has_limits(blocks: Any, error: str) -> None:
    assert refusal(blocks).name == error


def test_about_twelve_thousand_characters_in_a_few_blocks_pass() -> None:
    assert check_message_blocks([section(text=mrkdwn(3_000))] * 4, 50)


@pytest.mark.parametrize(
    ("kind", "surfaces"),
    [("section", {MESSAGE, MODAL, HOME}), ("table", {MESSAGE}), ("data_visualization", {MESSAGE}), ("alert", {MODAL})],
)
def test_a_block_belongs_to_its_surfaces(kind: str, surfaces: set[str]) -> None:
    refused = {
        place for place in (MESSAGE, MODAL, HOME) if "unsupported" in next(block_problems([{"type": kind}], place, ""))
    }
    assert {MESSAGE, MODAL, HOME} - refused == surfaces


NAMES = st.sampled_from(("type", "text", "elements", "fields", "accessory", "element", "rows", "chart", "options"))
KINDS = st.sampled_from((*BLOCKS, "plain_text", "button", "pie", "bar", "raw_text", "mrkdwn"))
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | KINDS,
    lambda held: st.lists(held, max_size=3) | st.dictionaries(NAMES, held, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(NAMES, JSON, max_size=5), max_size=3))
def test_whatever_comes_as_blocks_is_taken_or_refused_in_slacks_words(blocks: list[Block]) -> None:
    problems = list(block_problems(blocks, MESSAGE, "/blocks"))
    assert all("[json-pointer:/blocks" in said for said in problems)
    if problems:
        assert refusal(blocks).name == "invalid_blocks"
    else:
        assert check_message_blocks(blocks, 50) == blocks


def modal(**fields: Any) -> Block:
    return {"type": "modal", "title": plain(4), "blocks": [section()], **fields}


FIELD = {"type": "input", "label": plain(4), "element": {"type": "plain_text_input", "action_id": "t"}}


@pytest.mark.shows_anything
@pytest.mark.parametrize(
    ("make", "most"),
    [
        pytest.param(lambda n: modal(title=plain(n)), 24, id="title"),
        pytest.param(lambda n: modal(submit=plain(n)), 24, id="submit"),
        pytest.param(lambda n: modal(close=plain(n)), 24, id="close"),
        pytest.param(lambda n: modal(private_metadata="x" * n), 3000, id="private_metadata"),
        pytest.param(lambda n: modal(callback_id="x" * n), 255, id="callback_id"),
        pytest.param(lambda n: modal(blocks=[{"type": "divider"}] * n), 100, id="blocks"),
    ],
)
def test_a_limit_of_a_view_is_kept_exactly(make: Callable[[int], Block], most: int) -> None:
    assert check_view(make(most), "modal", Limits())
    with pytest.raises(SlackError, match="invalid_arguments"):
        check_view(make(most + 1), "modal", Limits())


@pytest.mark.shows_anything
@pytest.mark.parametrize(
    ("view", "error"),
    [
        (modal(blocks=[FIELD]), "missing required field: submit"),
        (modal(color="red"), "invalid additional property: color"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        ({"type": "home", "blocks": []}, "type must be modal"),
        (modal(blocks=[table(1, 1)]), "unsupported type: table"),
        (modal(blocks=[section(text=plain(3000), fields=[plain(2000)] * 10)] * 11), "view_too_large"),
    ],
)
def test_a_view_slack_would_not_show_is_refused(view: Block, error: str) -> None:
    with pytest.raises(SlackError, match=error):
        check_view(view, "modal", Limits())
