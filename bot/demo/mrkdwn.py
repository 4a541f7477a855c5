"""Slack's mrkdwn as a reader sees it, in terminal colours: formatting, links, mentions, dates, entities.

Owns the text inside a message; blocks are put together in terminal_view.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from rich.emoji import Emoji
from rich.style import Style
from rich.text import Text

BOLD, ITALIC, STRIKE = Style(bold=True), Style(italic=True), Style(strike=True)
CODE = Style(color="cyan")
MENTION = Style(color="blue", bold=True)
LINK = Style(color="blue", underline=True)

# A mark formats when it stands at the edge of words, and what it encloses may hold code and links whole.
_WHOLE = r"`[^`\n]+`|<[^<>\n]+>"
_TOKEN = re.compile(
    rf"""
    ```(?P<block>.+?)```
    | `(?P<code>[^`\n]+)`
    | <(?P<angle>[^<>\n]+)>
    | (?<!\w)\*(?=\S)(?P<bold>(?:{_WHOLE}|[^*\n`<])+)(?<=\S)\*(?!\w)
    | (?<!\w)_(?=\S)(?P<italic>(?:{_WHOLE}|[^_\n`<]|(?<=\w)_(?=\w))+)(?<=\S)_(?!\w)
    | (?<!\w)~(?=\S)(?P<strike>(?:{_WHOLE}|[^~\n`<])+)(?<=\S)~(?!\w)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMATS = {"bold": BOLD, "italic": ITALIC, "strike": STRIKE}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the messages: their time zone (None: this machine's), their clock, and the names they know."""

    zone: tzinfo | None
    clock: Callable[[], datetime]
    name_of: Callable[[str], str] = str
    """The name of a person or channel, by id."""

    def local(self, at: float) -> datetime:
        return datetime.fromtimestamp(at, self.zone)

    def today(self) -> date:
        return self.local(self.clock().timestamp()).date()


def read(mrkdwn: str, reader: Reader) -> Text:
    """The text with its formatting."""
    shown, end = Text(), 0
    for token in _TOKEN.finditer(mrkdwn):
        shown.append(_plain(mrkdwn[end : token.start()]))
        shown.append_text(_token(token, reader))
        end = token.end()
    return shown.append(_plain(mrkdwn[end:]))


def decoded(text: str) -> str:
    """Without the three entities that Slack knows (Slack docs, "Formatting message text")."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain(text: str) -> str:
    return Emoji.replace(decoded(text))


def _token(token: re.Match[str], reader: Reader) -> Text:
    kind = str(token.lastgroup)
    inside = token[kind]
    match kind:
        case "angle":
            return _reference(inside, reader)
        case "block" | "code":
            return Text(decoded(inside), CODE)
    formatted = read(inside, reader)
    formatted.stylize(_FORMATS[kind])
    return formatted


def _reference(inside: str, reader: Reader) -> Text:
    """What stands between angle brackets: a date, a mention or a link, perhaps with a label."""
    target, _, label = inside.partition("|")
    match target[:1]:
        case "!" if target.startswith("!date^"):
            return _date(target, label, reader)
        case "!":
            return Text(decoded(label) or f"@{target[1:]}", MENTION)
        case "@" | "#" as sign:
            return Text(f"{sign}{decoded(label) or reader.name_of(target[1:])}", MENTION)
    address = decoded(target)
    return Text(decoded(label) or address.removeprefix("mailto:"), LINK + Style(link=address))


def _date(target: str, fallback: str, reader: Reader) -> Text:
    """`!date^seconds^format` and perhaps `^link` (Slack docs, "Date formatting")."""
    _, seconds, form, link = [*target.split("^"), "", ""][:4]
    try:
        at = reader.local(float(seconds))
    except (ValueError, OverflowError, OSError):
        return Text(decoded(fallback))
    names = dict(_date_tokens(at, reader.today()))
    shown = re.sub(r"\{(\w+)\}", lambda token: names.get(token[1], token[0]), decoded(form))
    return Text(shown, LINK + Style(link=decoded(link)) if link else "")


def _date_tokens(at: datetime, today: date) -> Iterator[tuple[str, str]]:
    """Every token with what it becomes. Clock times are shown with 24 hours, which Slack leaves to the reader."""
    short, plain = f"{at:%b} {at.day}, {at.year}", f"{at:%B} {_ordinal(at.day)}, {at.year}"
    long = f"{at:%A}, {plain}"
    near = {timedelta(-1): "yesterday", timedelta(0): "today", timedelta(1): "tomorrow"}.get(at.date() - today)
    yield "date_num", f"{at:%Y-%m-%d}"
    yield from (("date_short", short), ("date", plain), ("date_long", long))
    yield from (
        ("date_short_pretty", near or short),
        ("date_pretty", near or plain),
        ("date_long_pretty", near or long),
    )
    yield from (("time", f"{at:%H:%M}"), ("time_secs", f"{at:%H:%M:%S}"))


def _ordinal(day: int) -> str:
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
