"""The log of changes as a message: who did what to what, and what became of it."""

from datetime import datetime

from bot.core.audit_log import LogEntry, LogVerdict, State
from bot.core.permissions import Action, Reason
from bot.language import N_, _
from bot.services.read_log import LogAnswer
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.text import code, moment, words

NAME = 100
VALUE = 80
CHANGES = 1000
"""Characters for all that one line says has changed."""

ACTIONS = {
    Action.SHARE: N_("share"),
    Action.SUBSCRIBE_SELF: N_("subscribe themselves"),
    Action.UNSUBSCRIBE_SELF: N_("unsubscribe themselves"),
    Action.CHANGE_SETTINGS_SELF: N_("change their own settings"),
    Action.SUBSCRIBE: N_("subscribe"),
    Action.UNSUBSCRIBE: N_("unsubscribe"),
    Action.CHANGE_SETTINGS: N_("change settings"),
    Action.MUTE: N_("mute"),
    Action.UNMUTE: N_("unmute"),
    Action.ACK: N_("acknowledge"),
    Action.UNACK: N_("take back an acknowledgement"),
    Action.RERUN: N_("re-run"),
    Action.TEST: N_("send a test alert"),
}
"""Every action that gets into the log."""

WHAT = (
    N_("acknowledged"),
    N_("channel"),
    N_("incident"),
    N_("job"),
    N_("maintenance"),
    N_("mute"),
    N_("origin"),
    N_("outcomes"),
    N_("rerun"),
    N_("rules"),
    N_("until"),
    N_("workflow"),
    N_("workflows"),
)
"""The names of what changes. The words that rules are written in stay as they are typed."""

_REASONS = {
    Reason.OUTSIDER: N_("not a full member of the workspace"),
    Reason.UNVERIFIED: N_("Slack did not tell who it is"),
    Reason.NOBODY_CONFIGURED: N_("nobody may change anything"),
    Reason.NOT_OPERATOR: N_("not an operator"),
    Reason.NOT_HERE: N_("not in this kind of channel"),
    Reason.TOO_OFTEN: N_("too often"),
}


def log_message(answer: LogAnswer) -> Message:
    title = _title(answer)
    if not answer.entries:
        return Message(title, (section(title),))
    lines = [_line(entry) for entry in answer.entries]
    more = [_("There are older lines. Say how many, or search: {example}").format(example=code("log mute 50", 50))]
    notes = more if answer.has_more else []
    text = "\n".join([*fitting([title, *lines], TEXT_LIMIT), *notes])
    return Message(text, (*list_sections(f"*{title}*", [f"• {line}" for line in lines]), *map(context, notes)))


def _title(answer: LogAnswer) -> str:
    search = words(answer.search, NAME) if answer.search else None
    if answer.entries:
        return _("Who changed “{search}”, newest first").format(search=search) if search else _("Who changed what")
    if search:
        return _("Nothing in the log is about “{search}”.").format(search=search)
    return _("Nobody has changed anything, or tried to.")


def _line(entry: LogEntry) -> str:
    action = ACTIONS.get(Action(entry.action)) if entry.action in set(Action) else None
    line = _("{when} {who}: {action} {target}").format(
        when=moment(entry.at),
        who=_who(entry),
        action=_(action) if action else words(entry.action, NAME),
        target=code(entry.target, NAME) if entry.target else "",
    )
    if entry.verdict is LogVerdict.REFUSED:
        reason = _(_REASONS[entry.reason]) if entry.reason in _REASONS else entry.reason
        return _("{line}: refused, {reason}").format(line=line.rstrip(), reason=reason)
    changes = ", ".join(fitting(_changes(entry.before or {}, entry.after or {}), CHANGES))
    return f"{line.rstrip()} ({changes})" if changes else line.rstrip()


def _who(entry: LogEntry) -> str:
    """Never a mention: the log rings nobody's bell. The id is what counts, as anybody may take any name."""
    if not entry.person.user_id:
        return _("at the command line")
    name = words(entry.called, NAME)
    return f"{name} {code(entry.person.user_id, 30)}" if entry.called != entry.person.user_id else name


def _changes(before: State, after: State) -> list[str]:
    return [
        f"{words(_(key), NAME)}: {_value(before.get(key))} → {_value(after.get(key))}"
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]


def _value(value: str | int | None) -> str:
    if value is None:
        return "-"
    at = _time(value) if isinstance(value, str) else None
    return moment(at) if at else code(str(value), VALUE)


def _time(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo else None
