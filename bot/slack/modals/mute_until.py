"""The modal of a mute that ends at a date and time, and what it carries with it: the card, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot import typed_json
from bot.core.handles import CardRef
from bot.language import SOURCE, _
from bot.slack.blocks.elements import Block, plain_text, section
from bot.slack.modals.settings_metadata import METADATA_LIMIT, Whence

CALLBACK = "mute_until"
BLOCK, ACTION = "until", "until"


@dataclass(frozen=True, slots=True)
class MuteForm:
    """`language` is the one that it was shown in: what is wrong is said in it at once."""

    ref: CardRef
    whence: Whence
    language: str = SOURCE


def mute_view(form: MuteForm, proposed: datetime) -> dict[str, Any]:
    """Slack shows and takes the time in the zone of whoever looks (Slack docs, "Datetime picker element")."""
    said = _("Alerts are held back until then, and told once when that is over.")
    picker: Block = {
        "type": "input",
        "block_id": BLOCK,
        "label": plain_text(_("Mute until")),
        "element": {"type": "datetimepicker", "action_id": ACTION, "initial_date_time": int(proposed.timestamp())},
    }
    return {
        **_frame(),
        "submit": plain_text(_("Mute")),
        "private_metadata": _encoded(form),
        "blocks": [picker, section(said)],
    }


def note_view(text: str) -> dict[str, Any]:
    """The modal with a sentence instead of an input."""
    return {**_frame(), "blocks": [section(text)]}


def mute_form(view: Mapping[str, Any]) -> MuteForm | None:
    """What the modal carries; None when it is of another version."""
    try:
        return typed_json.decode(str(view.get("private_metadata")), MuteForm)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None


def chosen_end(view: Mapping[str, Any]) -> datetime | None:
    """The moment that was entered; None where that is none."""
    entered = view.get("state", {}).get("values", {}).get(BLOCK, {}).get(ACTION, {}).get("selected_date_time")
    try:
        return datetime.fromtimestamp(entered, UTC) if isinstance(entered, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def wrong_end() -> dict[str, Any]:
    """The ack that leaves the modal open, saying what is accepted."""
    return {"response_action": "errors", "errors": {BLOCK: _("Choose a time from now on, within a year.")}}


def _frame() -> dict[str, Any]:
    title, close = plain_text(_("Mute")), plain_text(_("Cancel"))
    return {"type": "modal", "callback_id": CALLBACK, "title": title, "close": close}


def _encoded(form: MuteForm) -> str:
    """Without the way back where it would be too long: the answer is then a direct message."""
    text = msgspec.json.encode(form).decode()
    if len(text) <= METADATA_LIMIT:
        return text
    return msgspec.json.encode(replace(form, whence=replace(form.whence, response_url=None))).decode()
