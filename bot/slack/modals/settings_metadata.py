"""What the modal of settings carries with it: whose rules it shows, as they were, and where its answer goes."""

from dataclasses import dataclass, field, replace
from zlib import crc32

import msgspec

from bot import typed_json
from bot.core.rule_words import spell_rules
from bot.core.rules import Rules
from bot.language import SOURCE

METADATA_LIMIT = 3000
"""Slack docs, "Modal view", `private_metadata`."""


@dataclass(frozen=True, slots=True)
class Whence:
    """Where the modal was opened: a channel, or None for App Home, and where an answer can be shown there."""

    channel_id: str | None = None
    response_url: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The subscription and its rules when they were shown: whoever saves later may find them changed.

    `language` is the one that they were shown in: what is wrong is said in it at once, before anybody is asked who that
    is.
    """

    subscription_id: int
    rules: Rules
    language: str = SOURCE
    whence: Whence = field(default_factory=Whence)

    @property
    def stamp(self) -> str:
        """Part of each block's id: Slack keeps what was entered where a block keeps its id, and only there."""
        spelled = "|".join(f"{name} {text}" for name, text in spell_rules(self.rules).items())
        return f"{self.subscription_id}-{crc32(spelled.encode('utf-8', 'replace')):08x}"


def encode(opened: Opened) -> str:
    """Without the way back where it would be too long: the answer is then a direct message."""
    text = msgspec.json.encode(opened, order="deterministic").decode()
    if len(text) <= METADATA_LIMIT:
        return text
    return msgspec.json.encode(replace(opened, whence=Whence()), order="deterministic").decode()


def decode(text: str) -> Opened | None:
    """None when this is not what `encode` made, say in a modal of an older version."""
    try:
        return typed_json.decode(text, Opened)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None
