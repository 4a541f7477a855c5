"""Reads a text as Slack does: plain words, and what stands between angle brackets. Formatting is not looked at.

Source: Slack docs, "Formatting message text", with its sections on escaping, links, mentions and dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    WORDS = "words"
    LINK = "link"
    DATE = "date"
    PERSON = "person"
    GROUP = "group"
    CHANNEL = "channel"
    BROADCAST = "broadcast"
    """@here, @channel or @everyone."""
    STRAY = "stray"
    """An angle bracket or an ampersand that stands for itself, which only escaped text may have."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`what` is the address, the id or the words; `shown` what a link or a date shows."""

    kind: Kind
    what: str
    shown: str = ""


CONTROLS = (
    (Kind.PERSON, re.compile(r"@(?P<what>[UW][A-Z0-9]+)(\|(?P<shown>[^|]*))?", re.ASCII)),
    (Kind.CHANNEL, re.compile(r"#(?P<what>[CG][A-Z0-9]+)(\|(?P<shown>[^|]*))?", re.ASCII)),
    (Kind.GROUP, re.compile(r"!subteam\^(?P<what>S[A-Z0-9]+)(\|(?P<shown>[^|]*))?", re.ASCII)),
    (Kind.BROADCAST, re.compile(r"!(?P<what>here|channel|everyone)(\|(?P<shown>[^|]*))?", re.ASCII)),
    (Kind.DATE, re.compile(r"!date\^(?P<what>-?\d+\^[^^|]*\{\w+\}[^^|]*)(\^https?://[^|\s]*)?\|(?P<shown>[^|]+)")),
    (Kind.LINK, re.compile(r"(?P<what>(https?://|mailto:)[^|\s]+)(\|(?P<shown>[^|]+))?")),
)
CUT = re.compile(r"<(?P<control>[^<>\n]*)>|(?P<stray>[<>]|&(?!amp;|lt;|gt;))")


def read(text: str) -> Iterator[Piece]:
    """The text in its pieces, in order."""
    end = 0
    for cut in CUT.finditer(text):
        if words := text[end : cut.start()]:
            yield Piece(Kind.WORDS, words)
        yield _control(cut["control"]) if cut["stray"] is None else Piece(Kind.STRAY, text[cut.start() :][:40])
        end = cut.end()
    if words := text[end:]:
        yield Piece(Kind.WORDS, words)


def _control(inside: str) -> Piece:
    for kind, pattern in CONTROLS:
        if found := pattern.fullmatch(inside):
            return Piece(kind, found["what"], found["shown"] or "")
    return Piece(Kind.STRAY, f"<{inside}>"[:40])
