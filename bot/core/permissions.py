"""Who may do what, and where: one table of every command, button, modal and shortcut, and the rule that reads it.

Nothing here knows a person. `bot/core/people.py` says which role somebody has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Role(IntEnum):
    """Each may whatever those before it may."""

    OUTSIDER = 0
    """A guest, somebody of another workspace (Slack Connect), or a bot."""
    UNVERIFIED = 1
    """Slack did not say who this is: they may read like anyone, and change nothing until it does."""
    READER = 2
    """A full member of the workspace."""
    OPERATOR = 3
    """Named by OPERATOR_USERS, or a member of one of OPERATOR_GROUPS."""
    ADMIN = 4
    """Named by ADMIN_USERS: told of trouble, too. The command line counts as one."""


class ChannelKind(StrEnum):
    """Where somebody asks. App Home and what is opened from it count as a direct message: only they see it."""

    CHANNEL = "channel"
    PRIVATE = "private"
    DIRECT = "direct"
    SHARED = "shared"
    """Shared with another organisation (Slack Connect), or a channel of which Slack does not tell."""


class Action(StrEnum):
    """What can be asked for. Two ways to the same thing, such as a command and a button, are one action."""

    HELP = "help"
    HOME = "home"
    RUNS = "runs"
    RUN = "run"
    WORKFLOWS = "workflows"
    STATUS = "status"
    DIGEST = "digest"
    FAILURES = "failures"
    HISTORY = "history"
    WHY = "why"
    SIMULATE = "simulate"
    AUDIT = "audit"
    LIST = "list"
    SETTINGS = "settings"
    MUTES = "mutes"
    LOG = "log"
    SHARE = "share"
    SUBSCRIBE_SELF = "subscribe-self"
    UNSUBSCRIBE_SELF = "unsubscribe-self"
    CHANGE_SETTINGS_SELF = "change-settings-self"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    CHANGE_SETTINGS = "change-settings"
    MUTE = "mute"
    UNMUTE = "unmute"
    ACK = "ack"
    UNACK = "unack"
    RERUN = "rerun"
    TEST = "test"


Least = Mapping[ChannelKind, Role]
"""The least role for each kind of channel; a kind that is missing is one where nobody may."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the table. `beside` names what leads to the action beside a command: buttons, modals and shortcuts."""

    least: Least
    beside: str = ""

    @property
    def is_change(self) -> bool:
        """Whether not everybody may: then who was refused is worth a line in the log."""
        return any(role > Role.OUTSIDER for role in self.least.values())


_READ: Least = dict.fromkeys(ChannelKind, Role.OUTSIDER)
_CHANGE: Least = dict.fromkeys(ChannelKind, Role.OPERATOR)
_OWN: Least = {ChannelKind.DIRECT: Role.READER}
"""For oneself, in the conversation with the bot: it bothers nobody else."""
_SHARE: Least = {**dict.fromkeys(ChannelKind, Role.READER), ChannelKind.SHARED: Role.OPERATOR}
"""What is posted in a shared channel leaves the organisation."""

MATRIX: Mapping[Action, Rule] = {
    Action.HELP: Rule(_READ),
    Action.HOME: Rule(_READ, "App Home"),
    Action.RUNS: Rule(_READ, "buttons *Newer* and *Older*"),
    Action.RUN: Rule(_READ),
    Action.WORKFLOWS: Rule(_READ),
    Action.STATUS: Rule(_READ),
    Action.DIGEST: Rule(_READ),
    Action.FAILURES: Rule(_READ),
    Action.HISTORY: Rule(_READ, "button *History*"),
    Action.WHY: Rule(_READ, "button *Why?*, message shortcut *Explain this alert*"),
    Action.SIMULATE: Rule(_READ, "the preview in the modal of settings"),
    Action.AUDIT: Rule(_READ),
    Action.LIST: Rule(_READ),
    Action.SETTINGS: Rule(_READ, "button *Settings*: opening the modal"),
    Action.MUTES: Rule(_READ),
    Action.LOG: Rule(_READ),
    Action.SHARE: Rule(_SHARE, "`--share` after a command, button *Share*"),
    Action.SUBSCRIBE_SELF: Rule(_OWN),
    Action.UNSUBSCRIBE_SELF: Rule(_OWN),
    Action.CHANGE_SETTINGS_SELF: Rule(_OWN, "*Save* in the modal of settings, for oneself; *Undo* afterwards"),
    Action.SUBSCRIBE: Rule(_CHANGE),
    Action.UNSUBSCRIBE: Rule(_CHANGE),
    Action.CHANGE_SETTINGS: Rule(_CHANGE, "*Save* in the modal of settings; *Undo* afterwards"),
    Action.MUTE: Rule(_CHANGE, "menu *Mute*, its modal for the end"),
    Action.UNMUTE: Rule(_CHANGE, "buttons *Unmute* and *Undo*"),
    Action.ACK: Rule(_CHANGE, "button *Acknowledge*"),
    Action.UNACK: Rule(_CHANGE, "button *Undo acknowledge*"),
    Action.RERUN: Rule(_CHANGE, "button *Re-run*"),
    Action.TEST: Rule(_CHANGE),
}


FOR_ONESELF: Mapping[Action, Action] = {
    Action.SUBSCRIBE: Action.SUBSCRIBE_SELF,
    Action.UNSUBSCRIBE: Action.UNSUBSCRIBE_SELF,
    Action.CHANGE_SETTINGS: Action.CHANGE_SETTINGS_SELF,
}
"""What the same thing is called when people do it in their own conversation with the bot."""


class Reason(StrEnum):
    """Why somebody may or may not."""

    MAY = "may"
    OUTSIDER = "outsider"
    UNVERIFIED = "unverified"
    NOBODY_CONFIGURED = "nobody configured"
    NOT_OPERATOR = "not an operator"
    NOT_HERE = "not here"
    TOO_OFTEN = "too often"
    """Never judged here: see bot/core/rate.py."""


@dataclass(frozen=True, slots=True)
class Permission:
    is_allowed: bool
    reason: Reason


def judge(action: Action, role: Role, kind: ChannelKind, is_anybody_configured: bool) -> Permission:
    """What the table says. `is_anybody_configured` only tells which reason helps: with nobody nobody is an operator."""
    least = MATRIX[action].least.get(kind)
    if least is None:
        return Permission(False, Reason.NOT_HERE)
    if role >= least:
        return Permission(True, Reason.MAY)
    if role is Role.OUTSIDER:
        return Permission(False, Reason.OUTSIDER)
    if least is Role.OPERATOR and not is_anybody_configured:
        return Permission(False, Reason.NOBODY_CONFIGURED)
    return Permission(False, Reason.UNVERIFIED if role is Role.UNVERIFIED else Reason.NOT_OPERATOR)
