"""What is wrong with a message, an answer or a view as a whole is found: one violation of each rule, planted."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.block_kit.samples import CHART, OPTION, PIE, PLAIN, POINT, SERIES, Json
from tests.block_kit.surfaces import answer_problems, message_problems, view_problems

DIVIDER: Json = {"type": "divider"}
MARKDOWN: Json = {"type": "markdown", "text": "x"}
CELL: Json = {"type": "raw_text", "text": "x"}
TABLE: Json = {"type": "table", "rows": [[CELL]]}
ALERT: Json = {"type": "alert", "text": PLAIN}
INPUT: Json = {"type": "input", "label": PLAIN, "element": {"type": "plain_text_input", "action_id": "x"}}
FILE_INPUT: Json = {"type": "input", "label": PLAIN, "element": {"type": "file_input", "action_id": "x"}}
MODAL: Json = {"type": "modal", "title": PLAIN, "blocks": []}
HOME: Json = {"type": "home", "blocks": []}


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def button(action_id: str) -> Json:
    return {"type": "button", "text": PLAIN, "action_id": action_id, "accessibility_label": "x"}


def chart(shown: Json = PIE) -> Json:
    return {"type": "data_visualization", "title": "x", "chart": shown}


def choice(**fields: Any) -> Json:
    return actions({"type": "static_select", "options": [{"text": PLAIN, "value": "1"}], **fields})


def focused(name: str) -> Json:
    return {**INPUT, "element": {"type": "plain_text_input", "action_id": name, "focus_on_load": True}}


BLOCKS: dict[str, tuple[list[Json], list[Json], str]] = {
    "blocks": ([DIVIDER] * 50, [DIVIDER] * 51, "51 of at most 50"),
    "tables": ([TABLE], [TABLE, TABLE], "2 of at most 1 TableBlock"),
    "charts": ([chart(), chart()], [chart()] * 3, "3 of at most 2 DataVisualizationBlock"),
    "markdown": (
        [{**MARKDOWN, "text": "x" * 12_000}],
        [{**MARKDOWN, "text": "x" * 6_000}, {**MARKDOWN, "text": "x" * 6_001}],
        "12,001 of at most 12,000 characters in all MarkdownBlock",
    ),
    "characters of a table": (
        [{**TABLE, "rows": [[{**CELL, "text": "x" * 10_000}]]}],
        [{**TABLE, "rows": [[{**CELL, "text": "x" * 10_001}]]}],
        "10,001 of at most 10,000 characters in all TableBlock",
    ),
    "characters": ([section("x" * 3000)] * 4, [section("x" * 2401)] * 5, "12,005 of at most 12,000 characters"),
    "block ids": (
        [{**DIVIDER, "block_id": "a"}, {**DIVIDER, "block_id": "b"}],
        [{**DIVIDER, "block_id": "a"}] * 2,
        "2 with block_id 'a'",
    ),
    "action ids": (
        [actions(button("a"), button("b")), actions(button("a"))],
        [actions(button("a"), button("a"))],
        "has action_id 'a' 2 times",
    ),
    "a type": ([DIVIDER], [{"type": "sectoin"}], "no KnownBlock is like"),
    "a field too many": ([DIVIDER], [{**DIVIDER, "text": PLAIN}], "DividerBlock has no text"),
    "a field too few": ([MARKDOWN], [{"type": "markdown"}], "MarkdownBlock needs text"),
    "another type of a field": ([MARKDOWN], [{"type": "markdown", "text": 1}], "1 is no string"),
    "a style": ([actions(button("a"))], [actions({**button("a"), "style": "red"})], "is none of"),
    "an element": ([actions(button("a"))], [actions(INPUT)], "is like"),
    "text in a header": (
        [{"type": "header", "text": PLAIN}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "'mrkdwn' is none of ['plain_text']",
    ),
    "rows": (
        [{**TABLE, "rows": [[CELL, CELL], [CELL, CELL]]}],
        [{**TABLE, "rows": [[CELL, CELL], [CELL]]}],
        "has rows of [1, 2] cells",
    ),
    "points": (
        [chart(CHART)],
        [chart({**CHART, "series": [{**SERIES, "data": [POINT, POINT]}]})],
        "has no point for each category",
    ),
    "series": ([chart(CHART)], [chart({**CHART, "series": [SERIES, SERIES]})], "has 2 series called 'x'"),
    "segments": ([chart()], [chart({**PIE, "segments": [{**POINT, "value": 0}]})], "has nothing in 'x'"),
    "an initial option": (
        [choice(initial_option={"text": PLAIN, "value": "1"})],
        [choice(initial_option=OPTION)],
        "starts with an option it does not have",
    ),
    "options": ([choice()], [choice(options=[{"text": PLAIN, "value": "1"}] * 2)], "2 options with the value '1'"),
    "a button without a label": (
        [actions(button("a"))],
        [actions({**button("a"), "accessibility_label": ""})],
        "says nothing of its own to a screen reader",
    ),
    "alerts": ([DIVIDER], [ALERT], "no AlertBlock in a message"),
    "escaping": ([section("&lt;!channel&gt; &amp;")], [section("a & b")], "which is not escaped"),
    "a mention nobody built": ([section("<@U0MINA>")], [section("<@nobody>")], "which is not escaped"),
    "a broadcast": ([section("<!here>")], [section("<!channel>")], "calls for channel"),
    "a link in plain text": (
        [section("<https://x.example|x>")],
        [{"type": "header", "text": {"type": "plain_text", "text": "<https://x.example|x>"}}],
        "which is not escaped",
    ),
    "direction": ([section("שלום")], [section("\u202eabc")], "has the character '\\u202e'"),
    "half a pair": ([section("🙂")], [section("\ud83d")], "has half a surrogate pair"),
}
TEXTS = {
    "empty": ("x", " ", [DIVIDER], "is empty"),
    "long beside blocks": ("x" * 4000, "x" * 4001, [DIVIDER], "4,001 of at most 4,000"),
    "long by itself": ("x" * 12_000, "x" * 12_001, [], "12,001 of at most 12,000"),
    "emoji": ("🙂" * 2000, "🙂" * 2001, [DIVIDER], "4,002 of at most 4,000"),
    "unescaped": ("&lt;x&gt;", "<x>", [], "which is not escaped"),
    "cut within an escape": ("a &amp;", "a &am", [], "which is not escaped"),
}
VIEWS: dict[str, tuple[Json, Json, str]] = {
    "blocks": ({**HOME, "blocks": [DIVIDER] * 100}, {**HOME, "blocks": [DIVIDER] * 101}, "101 of at most 100"),
    "bytes": (
        {**MODAL, "blocks": [section("x" * 2480)] * 98},
        {**MODAL, "blocks": [section("가" * 2480)] * 98},
        "of at most 250,000 bytes",
    ),
    "submit": ({**MODAL, "submit": PLAIN, "blocks": [INPUT]}, {**MODAL, "blocks": [INPUT]}, "needs it"),
    "title": (MODAL, {"type": "modal", "blocks": []}, "ModalView needs title"),
    "field": (MODAL, {**MODAL, "color": "red"}, "ModalView has no color"),
    "kind": (MODAL, {**MODAL, "type": "sheet"}, "sheet is neither modal nor home"),
    "focus": (
        {**HOME, "blocks": [focused("a")]},
        {**HOME, "blocks": [focused("a"), focused("b")]},
        "more than one element has the focus",
    ),
    "table in a modal": (MODAL, {**MODAL, "blocks": [TABLE]}, "no TableBlock in a modal"),
    "chart at home": (HOME, {**HOME, "blocks": [chart()]}, "no DataVisualizationBlock in a home"),
    "alert at home": ({**MODAL, "blocks": [ALERT]}, {**HOME, "blocks": [ALERT]}, "no AlertBlock in a home"),
    "file at home": (
        {**MODAL, "submit": PLAIN, "blocks": [FILE_INPUT]},
        {**HOME, "blocks": [FILE_INPUT]},
        "no FileInput in a home",
    ),
    "block ids": (HOME, {**HOME, "blocks": [{**DIVIDER, "block_id": "a"}] * 2}, "2 with block_id 'a'"),
}
ANSWERS: dict[str, tuple[Json, Json, str]] = {
    "response type": ({"text": "x", "response_type": "ephemeral"}, {"text": "x"}, "says neither"),
    "blocks": (
        {"text": "x", "replace_original": True, "blocks": [DIVIDER]},
        {"text": "x", "replace_original": True, "blocks": [ALERT]},
        "no AlertBlock in a message",
    ),
    "text": ({"delete_original": True}, {"response_type": "ephemeral"}, "is empty"),
}
Check = Callable[[Json], list[str]]
CASES: list[tuple[Check, Json, Json, str]] = [
    *(
        (message_problems, {"text": "x", "blocks": good}, {"text": "x", "blocks": bad}, found)
        for good, bad, found in BLOCKS.values()
    ),
    *(
        (message_problems, {"text": good, "blocks": blocks}, {"text": bad, "blocks": blocks}, found)
        for good, bad, blocks, found in TEXTS.values()
    ),
    *((view_problems, *case) for case in VIEWS.values()),
    *((answer_problems, *case) for case in ANSWERS.values()),
]


@pytest.mark.parametrize(("check", "good", "bad", "found"), CASES, ids=[*BLOCKS, *TEXTS, *VIEWS, *ANSWERS])
def test_the_check_lets_pass_what_slack_takes_and_names_what_it_would_not(
    check: Check, good: Json, bad: Json, found: str
) -> None:
    assert check(good) == []
    assert [problem for problem in check(bad) if found in problem]
