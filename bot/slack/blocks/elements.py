"""The few Block Kit elements that the bot uses, with Slack's limits, and the message they make up.

Every text that comes in is ready: what is from outside has gone through bot/slack/text.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.core.retry import Form
from bot.language import _
from bot.slack.text import DATE_FORMAT, in_zone, width

Block = dict[str, Any]

# Slack docs, "Block Kit reference" and chat.postMessage. msg_blocks_too_long comes at about 13,000 characters over all
# blocks, a figure nobody documents: we stay well below it.
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
BUTTON_VALUE_LIMIT = 2000
TEXT_LIMIT = 3700
"""Slack advises 4,000 for the top-level text; the rest is for notes."""
LIST_LIMIT = 7500
"""How much of a message its lists may take together."""


@dataclass(frozen=True, slots=True)
class Message:
    """`text` says all of it in words: notifications and screen readers know nothing else. No blocks: it is shown."""

    text: str
    blocks: tuple[Block, ...] = ()


def header(text: str) -> Block:
    """At most 150 characters of plain text."""
    return {"type": "header", "text": plain_text(text)}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": _mrkdwn(mrkdwn)}


def context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def divider() -> Block:
    return {"type": "divider"}


def button(label: str, action_id: str, value: str, spoken: str = "", style: str = "") -> Block:
    """`spoken` is what a screen reader says after a label that is too short for it; at most 75 characters with it. It
    begins with the label, for whoever says what they see (WCAG 2.5.3, "Label in Name")."""
    said = {"text": plain_text(label), "accessibility_label": f"{label}: {spoken}" if spoken else label}
    return {"type": "button", **said, "action_id": action_id, "value": value, **({"style": style} if style else {})}


def link_button(label: str, action_id: str, url: str) -> Block:
    """It leads away, and tells the bot nothing but that it was pressed."""
    said = {"text": plain_text(label), "accessibility_label": label}
    return {"type": "button", **said, "action_id": action_id, "url": url}


def menu_button(label: str, action_id: str, choices: Iterable[tuple[str, str]]) -> Block:
    """A menu in a row of buttons: up to 100 choices, each a value of up to 75 characters and what it is called."""
    options = [{"text": plain_text(called), "value": value} for value, called in choices]
    return {"type": "static_select", "action_id": action_id, "placeholder": plain_text(label), "options": options}


def actions(buttons: Iterable[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def table(columns: Sequence[str], rows: Iterable[Sequence[Block]]) -> Block:
    """At most 99 rows of 20 cells, and one table in a message (Slack docs, "Table block")."""
    return {"type": "table", "rows": [[text_cell(column) for column in columns], *(list(row) for row in rows)]}


def text_cell(bare: str) -> Block:
    return {"type": "raw_text", "text": bare}


def code_cell(bare: str) -> Block:
    return _rich_cell({"type": "text", "text": bare, "style": {"code": True}})


def date_cell(at: datetime) -> Block:
    """A time in the reader's own zone, which raw text cannot have."""
    date = {"type": "date", "timestamp": int(at.timestamp()), "format": DATE_FORMAT, "fallback": in_zone(at)}
    return _rich_cell(date)


def two_lines(headline: str, detail: str, form: Form) -> Message:
    """What is so short that it is the same in every form but the plainest."""
    text = headline if form is Form.LINE else f"{headline}\n{detail}"
    return Message(text, (section(text),) if form is Form.BLOCKS else ())


def mentioning(message: Message, mention: str | None) -> Message:
    """The same message, calling for somebody at its end."""
    if mention is None:
        return message
    blocks = (*message.blocks, section(mention)) if message.blocks else ()
    return Message(f"{message.text}\n{mention}" if "\n" in message.text else f"{message.text} {mention}", blocks)


def list_sections(title: str, lines: Iterable[str], *, limit: int = LIST_LIMIT, left_out: int = 0) -> list[Block]:
    """A titled list over as many sections as it takes. What does not fit is counted, together with `left_out`."""
    return [section(part) for part in _parts([title, *fitting(lines, limit, left_out=left_out)])]


def fitting(lines: Iterable[str], limit: int, *, left_out: int = 0) -> Iterator[str]:
    """The lines that fit into `limit` characters, and a line that counts the others."""
    full = False
    for line in lines:
        limit -= width(line) + 1
        full = full or limit < 0
        if full:
            left_out += 1
        else:
            yield line
    if left_out:
        yield _("… and {count:,} more").format(count=left_out)


def _parts(lines: Iterable[str]) -> Iterator[str]:
    part = ""
    for line in lines:
        if part and width(part) + 1 + width(line) > SECTION_LIMIT:
            yield part
            part = ""
        part = f"{part}\n{line}" if part else line
    if part:
        yield part


def _rich_cell(element: Block) -> Block:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}


def plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(text: str) -> Block:
    """Verbatim: Slack neither links addresses and channel names in it nor looks for mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
