"""Words for Slack: outside text made harmless and cut to size, times, statuses.

Owns escaping and truncation. What is put together from these words is in bot/slack/blocks.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from bot.core.mentions import read_mention
from bot.core.model import Execution, ExecutionStatus
from bot.language import N_, _, current_zone

AsText = Callable[[str, int], str]

NAMELESS = N_("(no name)")
ELLIPSIS = "…"
LONGEST = 2000
"""Of outside text no more is looked at: no limit is larger, and a name of a megabyte must not cost a second."""

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_INVISIBLE = frozenset(_BIDI_CONTROLS + "\u00ad\u200b\u2060\ufeff")
_LOOKALIKES = str.maketrans({"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb"})
_CONTROLS = str.maketrans({"<": "\u2039", ">": "\u203a", "&": "\uff06"})
_FORMATTING = re.compile(r"[*_~`]")
_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{8,20}", re.ASCII)
_EMOJI_CODE = re.compile(r":(?=[\w+'-]*[a-z][\w+'-]*:)")

DATE_FORMAT = "{date_short_pretty} {time}"
"""Slack docs, "Date formatting"."""

_ICONS = {
    ExecutionStatus.READY: "⏳",
    ExecutionStatus.RUNNING: "▶️",
    ExecutionStatus.COMPLETED: "✅",
    ExecutionStatus.FAILED: "❌",
    ExecutionStatus.CANCELED: "🚫",
    ExecutionStatus.UNKNOWN: "❔",
}


def plain(outside: str, limit: int) -> str:
    """Outside text for a `plain_text` object, at most `limit` characters once escaped.

    Slack knows no formatting there but emoji codes, whose colon becomes a look-alike, and decodes the same entities
    (Slack docs, "Formatting message text").
    """
    return _cut(_EMOJI_CODE.sub("\ua789", _clean(outside)), limit)


def words(outside: str, limit: int) -> str:
    """Outside text for the top-level `text` and for sentences in mrkdwn.

    Slack has no escape for `*`, `_`, `~` and the backtick, and zero-width characters do not stop them everywhere: where
    one could open or close formatting it becomes its look-alike. Inside a word, as in snake_case, only a backtick can,
    and the name stays as it is, so that Slack's search finds it. Emoji codes as in `plain`.
    """
    clean = _EMOJI_CODE.sub("\ua789", _clean(outside))
    return _cut(_FORMATTING.sub(lambda mark: _harmless(mark, clean), clean), limit)


def code(outside: str, limit: int) -> str:
    """Outside text as inline code, where nothing formats, links or mentions, and from where a name can be copied.

    Only a backtick could end it early, so that one becomes its look-alike.
    """
    return "`" + _cut(_clean(outside).replace("`", "\u02cb"), limit - 2) + "`"


def bare(outside: str, limit: int) -> str:
    """Outside text for raw and rich text, which is all text: Slack does not say whether it decodes entities there, so
    the characters that would need one become their look-alikes."""
    return _cut(_EMOJI_CODE.sub("\ua789", _clean(outside)).translate(_CONTROLS), limit)


def run_name(workflow: str, job: str, as_text: AsText, limit: int) -> str:
    """A job within its workflow, each made harmless by `as_text`: `words` or `code`."""
    return f"{as_text(workflow, limit)} \u203a {as_text(job, limit)}"


def typed(text: str) -> str:
    """What a person typed, from the text of an event or command: entities decoded, links undone, mentions dropped, and
    of a channel its id."""
    text = re.sub(r"<@[^>]*>", " ", text)
    text = re.sub(r"<#([A-Z0-9]+)(\|[^>]*)?>", r"\1", text)
    text = re.sub(r"<[^>|]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<([^>]*)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def mention(configured: str) -> str | None:
    """A call for whom the configuration names; None where it names nobody that may be called.

    Only for what somebody configured: what the API or a person says never mentions anybody.
    """
    return read_mention(configured)


def place(configured: str, limit: int, as_text: AsText = code) -> str:
    """A channel as the configuration names it: of an id Slack shows the name, to those who may know it (Slack docs,
    "Formatting message text"). It calls nobody."""
    return f"<#{configured}>" if _CHANNEL_ID.fullmatch(configured) else as_text(configured, limit)


def icon(execution_status: ExecutionStatus) -> str:
    return _ICONS[execution_status]


def status(execution_status: ExecutionStatus, reported: str = "", as_text: AsText = words) -> str:
    """Icon and word; the word is the API's own where we do not know it."""
    is_foreign = execution_status is ExecutionStatus.UNKNOWN and reported
    return f"{icon(execution_status)} {as_text(reported, 30) if is_foreign else _(execution_status)}"


def status_of(execution: Execution, as_text: AsText = words) -> str:
    return status(execution.status, execution.reported_status, as_text)


def moment(at: datetime) -> str:
    """A time in the reader's own zone; in the context's where a client cannot do that."""
    return f"<!date^{int(at.timestamp())}^{DATE_FORMAT}|{in_zone(at)}>"


def in_zone(at: datetime) -> str:
    """A time in the zone of the context, which it names."""
    zone = current_zone()
    if zone is None:
        return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"


def bold(ready: str) -> str:
    return f"*{ready}*"


def labelled(label: str, told: str) -> str:
    return f"*{label}* {told}"


def link(address: str, label: str) -> str:
    """`address` as bot/slack/blocks/links.py makes it."""
    return f"<{address}|{label}>"


def width(text: str) -> int:
    """Length as Slack may count it: in UTF-16 units, where most emoji count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _clean(outside: str) -> str:
    """One line without characters that are invisible, halve a surrogate pair or reorder what stands beside them."""
    return " ".join("".join(_visible(outside[:LONGEST])).split()) or _(NAMELESS)


def _visible(outside: str) -> Iterator[str]:
    if outside.isascii() and outside.isprintable():
        yield outside
        return
    for character in outside:
        category = unicodedata.category(character)
        if character.isspace() or category in ("Zl", "Zp"):
            yield " "
        elif category not in ("Cc", "Cs") and character not in _INVISIBLE:
            yield character


def _cut(text: str, limit: int) -> str:
    """Escape, character by character, until the limit is reached: so no escape is ever cut in two."""
    escaped = "".join(_ENTITIES.get(character, character) for character in text)
    if width(escaped) <= limit:
        return escaped
    kept, room = [], limit - len(ELLIPSIS)
    for character in text:
        piece = _ENTITIES.get(character, character)
        room -= width(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + ELLIPSIS


def _harmless(mark: re.Match[str], text: str) -> str:
    before, after = text[mark.start() - 1 : mark.start()], text[mark.end() : mark.end() + 1]
    is_inside_a_word = before.isalnum() and after.isalnum() and mark[0] != "`"
    return mark[0] if is_inside_a_word else mark[0].translate(_LOOKALIKES)
