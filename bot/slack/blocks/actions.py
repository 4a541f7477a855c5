"""The buttons of a card, and what their values mean when one comes back. A value comes from outside: it is checked.

Which of them a card has depends on how its incident stands. Who may click is looked at when somebody does.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from bot import typed_json
from bot.core.alerting import Alert
from bot.core.handles import CardRef, Handle, StartableJobs
from bot.core.incidents import Incident
from bot.language import N_, _
from bot.slack.blocks.elements import BUTTON_VALUE_LIMIT, Block, actions, button, link_button, menu_button, plain_text
from bot.slack.blocks.links import Links
from bot.slack.text import plain, width

ACK = "card:acknowledge"
UNACK = "card:undo_acknowledge"
MUTE = "card:mute"
UNMUTE = "card:unmute"
RERUN = "card:rerun"
START = "workflow:rerun"
HISTORY = "card:history"
WHY = "card:why"
CONSOLE = "card:console"

UNTIL_A_DATE = "date"
ENDS = (
    ("30m", N_("for 30 minutes")),
    ("4h", N_("for 4 hours")),
    ("tomorrow 9:00", N_("until tomorrow 9:00")),
    (UNTIL_A_DATE, N_("until a date and time …")),
)
"""What a mute from a card may end by, as `mute --until` takes it."""

CONFIRM_TEXT = 300
"""Slack docs, "Confirmation dialog object"; its title takes 100."""


class _Ref(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """As an array: short, and without names that a later version would have to keep."""

    incident_key: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    opened_at: int
    execution_id: Annotated[str, msgspec.Meta(max_length=255)]


def encode(ref: CardRef) -> str:
    return json.dumps([ref.incident_key, ref.opened_at, ref.execution_id], separators=(",", ":"))


def decode(value: str) -> CardRef | None:
    """None when this is not a value that `encode` made, say a button of another version."""
    try:
        found = typed_json.decode(value, _Ref)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return None
    return CardRef(found.incident_key, found.opened_at, found.execution_id)


def decode_number(value: str) -> int | None:
    """Of the mute that a button ends, or of the subscription whose settings it opens."""
    return int(value) if value.isdecimal() and value.isascii() and len(value) < 10 else None


def encode_start(workflow_id: str) -> str:
    """Of a button that starts a workflow without a card."""
    return json.dumps([workflow_id])


def decode_start(value: str) -> str | None:
    try:
        [workflow_id] = typed_json.decode(value, list[str])
    except (msgspec.MsgspecError, UnicodeEncodeError, ValueError):
        return None
    return workflow_id


def chosen_value(action: Mapping[str, Any]) -> str:
    """Of what was chosen in a menu."""
    return str((action.get("selected_option") or {}).get("value"))


def decode_mute(value: str) -> tuple[CardRef, str] | None:
    """The card and the end that was chosen in its menu. The run is left out: a menu's values must be short."""
    until, _separator, ref = value.partition("|")
    found = decode(ref)
    return (found, until) if found and until in dict(ENDS) else None


def card_actions(alert: Alert, incident: Incident, links: Links) -> Iterator[Block]:
    """The row of buttons; nothing on a card that an earlier version queued."""
    handle = alert.handle
    if handle is None:
        return
    execution_id = alert.execution.job_execution_id
    ref = CardRef(handle.incident_key, int(incident.opened_at.timestamp()), execution_id)
    value = encode(ref)
    if len(value) > BUTTON_VALUE_LIMIT:
        return
    row = [*_caring(handle, incident, ref), *_running(alert, handle, incident, value)]
    row.append(button(_("History"), HISTORY, value, _("Show the newest runs of this workflow")))
    row.append(button(_("Why?"), WHY, value, _("Explain why this alert was sent")))
    if console := links.console_url_of(alert.execution):
        row.append(link_button(_("Open in the console"), CONSOLE, console))
    yield actions(row)


def unmute_button(silence_id: int, label: str) -> Block:
    """On the card, and below the answer to whoever muted."""
    return button(label, UNMUTE, str(silence_id), _("End the mute now and tell what it held back"))


def rerun_button(workflow_name: str, jobs: StartableJobs, value: str, action_id: str = RERUN) -> Block:
    """It says what it starts, and asks again."""
    block = button(_("Re-run"), action_id, value, _("Start a new run of this workflow, after a question"))
    return {**block, "confirm": _confirm(workflow_name, jobs)}


def _caring(handle: Handle, incident: Incident, ref: CardRef) -> Iterator[Block]:
    """Only what is open needs somebody, or rest."""
    if not incident.is_open:
        return
    if incident.acknowledged:
        yield button(_("Undo acknowledge"), UNACK, encode(ref), _("Take back that somebody looks after this"))
    else:
        yield button(_("Acknowledge"), ACK, encode(ref), _("Say that you look after this"), style="primary")
    short = encode(CardRef(ref.incident_key, ref.opened_at, ""))
    yield menu_button(_("Mute"), MUTE, [(f"{until}|{short}", _(label)) for until, label in ENDS])
    if handle.muted:
        yield unmute_button(handle.muted.silence_id, _("Unmute"))


def _running(alert: Alert, handle: Handle, incident: Incident, value: str) -> Iterator[Block]:
    if incident.is_open and handle.startable:
        yield rerun_button(alert.workflow_name, handle.startable, value)


def _confirm(workflow_name: str, jobs: StartableJobs) -> Block:
    title = _("Run {workflow} again?")
    text = _("This starts {workflow} now: {jobs}. What it writes may be written again.")
    name = plain(workflow_name, 60)
    room = CONFIRM_TEXT - width(text.format(workflow=name, jobs=""))
    return {
        "title": plain_text(title.format(workflow=name)),
        "text": plain_text(text.format(workflow=name, jobs=_named(jobs, room))),
        "confirm": plain_text(_("Re-run")),
        "deny": plain_text(_("Cancel")),
        "style": "danger",
    }


def _named(jobs: StartableJobs, room: int) -> str:
    """As many of the jobs by their names as there is room for."""
    for shown in range(len(jobs.names), 0, -1):
        names = ", ".join(plain(name, 40) for name in jobs.names[:shown])
        if shown < jobs.total:
            names = _("{jobs} and {count:,} more").format(jobs=names, count=jobs.total - shown)
        if width(names) <= room:
            return names
    return _("all of its jobs")
