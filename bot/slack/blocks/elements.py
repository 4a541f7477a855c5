"""The few Block Kit elements that the bot uses, with Slack's limits, and the message they make up.

Every text that comes in is ready: what is from outside has gone through bot/slack/text.py.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.slack.text import ELLIPSIS, width

Block = dict[str, Any]

# Slack docs, "Block Kit reference" and chat.postMessage. msg_blocks_too_long comes at about 13,000 characters over all
# blocks, a figure nobody documents: we stay well below it.
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
    return {"type": "header", "text": _plain_text(text)}


def section(mrkdwn: str) -> Block:
    return {"type": "section", "text": _mrkdwn(mrkdwn)}


def context(mrkdwn: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def divider() -> Block:
    return {"type": "divider"}


def button(label: str, action_id: str, value: str) -> Block:
    return {"type": "button", "text": _plain_text(label), "action_id": action_id, "value": value}


def actions(buttons: Iterable[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


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
        yield f"{ELLIPSIS} and {left_out:,} more"


def _parts(lines: Iterable[str]) -> Iterator[str]:
    part = ""
    for line in lines:
        if part and width(part) + 1 + width(line) > SECTION_LIMIT:
            yield part
            part = ""
        part = f"{part}\n{line}" if part else line
    if part:
        yield part


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(text: str) -> Block:
    """Verbatim: Slack neither links addresses and channel names in it nor looks for mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
