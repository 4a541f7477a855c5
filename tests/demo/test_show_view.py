"""Whole messages as the demo draws them: golden text, as wide as a narrow terminal."""

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from bot.demo.mrkdwn import Reader
from bot.demo.terminal_view import Button, View

READER = Reader(UTC, lambda: datetime(2025, 3, 20, 3, 0, tzinfo=UTC))


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def button(label: str, action_id: str, **fields: str) -> dict[str, Any]:
    return {"type": "button", "text": plain(label), "action_id": action_id, **fields}


def drawn(view: View, *blocks: dict[str, Any], text: str = "the text") -> str:
    console = Console(width=44, color_system=None)
    with console.capture() as shown:
        console.print(view.draw(text, blocks)[0])
    return "\n".join(line.rstrip() for line in shown.get().splitlines())


ALERT = (
    {"type": "header", "text": plain("❌ FAILED: R&amp;D *load*")},
    {
        "type": "section",
        "text": mrkdwn("*Job* `일별 매출 집계`\n*Ended* <!date^1742439720^{date_short_pretty} {time}|?>"),
    },
    {"type": "section", "fields": [mrkdwn("*Waited*\n3 s"), mrkdwn("*Ran*\n1 min 5 s"), plain("5 *workers*")]},
    {"type": "context", "elements": [mrkdwn("Execution `abc`"), plain("seen late")]},
)
ALERT_DRAWN = """\
❌ FAILED: R&D *load*

Job 일별 매출 집계
Ended today 03:02

Waited         Ran
3 s            1 min 5 s
5 *workers*
Execution abc  seen late"""

REPORT = (
    {"type": "section", "text": plain("Runs")},
    {"type": "divider"},
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Status"}, {"type": "raw_text", "text": "Runs"}],
            [{"type": "raw_text", "text": "FAILED"}, {"type": "raw_number", "value": 3, "text": "3"}],
        ],
    },
    {"type": "image", "image_url": "https://example.com/runs.png", "alt_text": "runs by day"},
    {"type": "data_visualization", "title": "Runs", "chart": {}},
)
REPORT_DRAWN = """\
Runs
────────────────────────────────────────────

Status   Runs
─────────────
FAILED   3
[image: runs by day]
[data_visualization]"""


@pytest.mark.parametrize(("blocks", "expected"), [(ALERT, ALERT_DRAWN), (REPORT, REPORT_DRAWN)])
def test_a_message_is_drawn_block_by_block(blocks: tuple[dict[str, Any], ...], expected: str) -> None:
    assert drawn(View(READER), *blocks) == expected


def test_a_message_without_blocks_is_its_text() -> None:
    assert drawn(View(READER), text="*Just* &lt;text&gt;") == "Just <text>"


BUTTONS = {
    "type": "actions",
    "elements": [
        button("◀ Newer", "newer", value="0"),
        button("Open", "open", url="https://example.com"),
        {"type": "static_select", "action_id": "level", "placeholder": plain("Level")},
        button("Older ▶", "older", value="20"),
    ],
}
ACCESSORY = {"type": "section", "text": mrkdwn("Muted."), "accessory": button("Unmute", "unmute")}


def test_buttons_have_numbers_only_for_whom_can_press_them() -> None:
    assert drawn(View(READER), BUTTONS) == " ◀ Newer   Open  [Level]   Older ▶"
    assert drawn(View(READER, numbered=True), BUTTONS) == "[1]  ◀ Newer   Open  [Level]  [2]  Older ▶"


def test_numbers_go_on_from_message_to_message_and_lead_to_their_buttons() -> None:
    view = View(READER, numbered=True)
    assert view.draw("", [BUTTONS])[1] == {1: Button("newer", "0"), 2: Button("older", "20")}
    assert view.draw("", [ACCESSORY])[1] == {3: Button("unmute", None)}


def test_a_rich_cell_of_a_table_shows_its_words_and_of_a_date_the_fallback() -> None:
    date = {"type": "date", "timestamp": 0, "format": "{date_num}", "fallback": "1970-01-01 00:00 UTC"}
    words = {"type": "text", "text": "load"}
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [words, date]}]}
    heading = [{"type": "raw_text", "text": "job"}]
    assert "load1970-01-01 00:00 UTC" in drawn(View(READER), {"type": "table", "rows": [heading, [rich]]})
