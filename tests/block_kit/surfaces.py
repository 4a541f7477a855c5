"""Everything that is wrong with a message, an answer, a modal or a Home tab. An empty list: Slack would show it.

Slack itself would let some of it pass; it is wrong by Slack's advice then, and each such place says so.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.block_kit import mrkdwn, rules
from tests.block_kit.mrkdwn import Kind
from tests.block_kit.rules import size
from tests.block_kit.structure import Reading, read

BLOCKS_IN_A_MESSAGE = 50
TEXT_ADVISED = 4000
"""Characters. Slack docs, chat.postMessage: advice; chat.update refuses more (msg_too_long)."""
MESSAGE_CHARACTERS = 12_000
"""msg_blocks_too_long comes at about 13,000, which nobody documents."""
VIEW_BYTES = 250_000
CHARACTERS_OF_ALL: Mapping[str, int] = {"MarkdownBlock": 12_000, "TableBlock": 10_000, "DataTableBlock": 10_000}
"""Over all blocks of the kind in a message."""
AT_MOST: Mapping[str, int] = {"TableBlock": 1, "DataVisualizationBlock": 2}
"""Blocks of the kind in a message."""

IN_MESSAGES_ALONE = frozenset({"MarkdownBlock", "TableBlock", "DataTableBlock", "DataVisualizationBlock"})
NOT_SHOWN: Mapping[str, frozenset[str]] = {
    "message": frozenset({"AlertBlock", "FileBlock", "FileInput"}),
    "modal": IN_MESSAGES_ALONE | {"FileBlock"},
    "home": IN_MESSAGES_ALONE | {"AlertBlock", "FileBlock", "FileInput"},
}
"""Slack docs, "Available in surfaces" on the page of each block."""

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What would hide, break or turn around the text beside it."""


def message_problems(message: Mapping[str, Any]) -> list[str]:
    """Of a message's `text` and `blocks`, as chat.postMessage takes them."""
    text, blocks = message.get("text") or "", list(message.get("blocks") or ())
    reading = Reading()
    for place, block in enumerate(blocks):
        reading.take(read("KnownBlock", block, f"/blocks/{place}"))
    if reading.problems:
        return reading.problems
    return [
        *_text_problems(text, blocks),
        *_id_problems(blocks),
        *_problems_within(reading, "message"),
        *_sum_problems(reading),
    ]


def answer_problems(answer: Mapping[str, Any]) -> list[str]:
    """Of what goes to a response URL, or with the ack of a command: a message, and who is to see it."""
    if answer.get("delete_original"):
        return []
    is_said = answer.get("response_type") in ("ephemeral", "in_channel") or answer.get("replace_original")
    unsaid = [] if is_said else ["/response_type: says neither ephemeral nor in_channel"]
    return [*unsaid, *message_problems(answer)]


def view_problems(view: Mapping[str, Any]) -> list[str]:
    """Of a modal or a Home tab."""
    surface, blocks = str(view.get("type")), list(view.get("blocks") or ())
    kinds = {"modal": "ModalView", "home": "HomeView"}
    if surface not in kinds:
        return [f"/type: {surface} is neither modal nor home"]
    reading = read(kinds[surface], view, "")
    if reading.problems:
        return reading.problems
    return [*_id_problems(blocks), *_problems_within(reading, surface), *_form_problems(reading, view)]


def _text_problems(text: str, blocks: list[Any]) -> Iterator[str]:
    if not text.strip():
        yield "/text: is empty, and screen readers and notifications know nothing else"
    most = TEXT_ADVISED if blocks else MESSAGE_CHARACTERS
    if size(text) > most:
        yield f"/text: {size(text):,} of at most {most:,}"
    yield from _wording_problems("/text", "mrkdwn", text)


def _id_problems(blocks: list[Any]) -> Iterator[str]:
    ids = Counter(block.get("block_id") for block in blocks)
    yield from (f"/blocks: {times} with block_id {name!r}" for name, times in ids.items() if name and times > 1)


def _problems_within(reading: Reading, surface: str) -> Iterator[str]:
    """Of each object, whatever it is part of."""
    for node in reading.nodes:
        if node.kind in NOT_SHOWN[surface]:
            yield f"{node.at}: no {node.kind} in a {surface}"
        if node.kind == "Button" and not node.value.get("accessibility_label"):
            yield f"{node.at}: says nothing of its own to a screen reader"
        yield from rules.problems(node)
        if isinstance(text := node.value.get("text"), str):
            yield from _wording_problems(node.at, str(node.value.get("type")), text)


def _sum_problems(reading: Reading) -> Iterator[str]:
    """Of all blocks of a message together."""
    blocks = [node for node in reading.nodes if node.at.count("/") == 2]
    if len(blocks) > BLOCKS_IN_A_MESSAGE:
        yield f"/blocks: {len(blocks)} of at most {BLOCKS_IN_A_MESSAGE}"
    for kind, times in Counter(block.kind for block in blocks).items():
        if times > AT_MOST.get(kind, times):
            yield f"/blocks: {times} of at most {AT_MOST[kind]} {kind}"
    for kind, most in CHARACTERS_OF_ALL.items():
        count = _characters(block.value for block in blocks if block.kind == kind)
        if count > most:
            yield f"/blocks: {count:,} of at most {most:,} characters in all {kind}"
    if (count := _characters(block.value for block in blocks)) > MESSAGE_CHARACTERS:
        yield f"/blocks: {count:,} of at most {MESSAGE_CHARACTERS:,} characters"


def _characters(value: Any) -> int:
    """Of everything that is read: labels and texts, not ids, types and values."""
    match value:
        case {"type": "raw_text" | "text" | "plain_text" | "mrkdwn" | "markdown", "text": str(text)}:
            return size(text)
        case dict():
            return sum(_characters(held) for held in value.values())
        case str():
            return 0
        case Iterable():
            return sum(_characters(held) for held in value)
    return 0


def _form_problems(reading: Reading, view: Mapping[str, Any]) -> Iterator[str]:
    """Slack docs, "Modal view" and "Modals"."""
    kinds = Counter(node.kind for node in reading.nodes)
    if view["type"] == "modal" and kinds["InputBlock"] and "submit" not in view:
        yield "/submit: a modal with an input needs it"
    if sum(node.value.get("focus_on_load") is True for node in reading.nodes) > 1:
        yield "/blocks: more than one element has the focus"
    if (length := len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass"))) > VIEW_BYTES:
        yield f"{length:,} of at most {VIEW_BYTES:,} bytes"


def _wording_problems(at: str, kind: str, text: str) -> Iterator[str]:
    """What outside text does to a message that forgot to make it harmless. No broadcasts: this bot has no use for them
    but `here`, which somebody may have configured."""
    if found := CONTROL_CHARACTERS.search(text):
        yield f"{at}: has the character {found[0]!r}"
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield f"{at}: has half a surrogate pair"
    if kind not in ("mrkdwn", "plain_text"):
        return
    for piece in mrkdwn.read(text):
        if piece.kind is Kind.STRAY or (piece.kind is not Kind.WORDS and kind == "plain_text"):
            yield f"{at}: has {piece.what!r}, which is not escaped"
        if piece.kind is Kind.BROADCAST and piece.what != "here":
            yield f"{at}: calls for {piece.what}"
