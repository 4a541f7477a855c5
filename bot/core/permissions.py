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
    """A line of the table. `offered` names the commands, buttons, modals and shortcuts that lead to the action."""

    least: Least
    offered: str

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
    Action.HELP: Rule(_READ, "command `help`"),
    Action.HOME: Rule(_READ, "App Home"),
    Action.RUNS: Rule(_READ, "command `runs`, buttons Newer and Older"),
    Action.RUN: Rule(_READ, "command `run`, the link to the console"),
    Action.WORKFLOWS: Rule(_READ, "command `workflows`"),
    Action.STATUS: Rule(_READ, "command `status`"),
    Action.DIGEST: Rule(_READ, "command `digest`"),
    Action.FAILURES: Rule(_READ, "command `failures`"),
    Action.HISTORY: Rule(_READ, "button History"),
    Action.WHY: Rule(_READ, "command `why`, button Why?, message shortcut Explain this alert"),
    Action.SIMULATE: Rule(_READ, "command `simulate`, the preview in the modal of settings"),
    Action.AUDIT: Rule(_READ, "command `audit`"),
    Action.LIST: Rule(_READ, "command `list`"),
    Action.SETTINGS: Rule(_READ, "command `settings`, button Settings: opening the modal"),
    Action.MUTES: Rule(_READ, "command `mutes`"),
    Action.LOG: Rule(_READ, "command `log`"),
    Action.SHARE: Rule(_SHARE, "option `--share`, button Share"),
    Action.SUBSCRIBE_SELF: Rule(_OWN, "command `subscribe` for the conversation with the bot"),
    Action.UNSUBSCRIBE_SELF: Rule(_OWN, "command `unsubscribe` for the conversation with the bot"),
    Action.CHANGE_SETTINGS_SELF: Rule(_OWN, "saving the modal of settings for the conversation with the bot"),
    Action.SUBSCRIBE: Rule(_CHANGE, "command `subscribe`"),
    Action.UNSUBSCRIBE: Rule(_CHANGE, "command `unsubscribe`"),
    Action.CHANGE_SETTINGS: Rule(_CHANGE, "saving the modal of settings"),
    Action.MUTE: Rule(_CHANGE, "command `mute`, button and modal Mute"),
    Action.UNMUTE: Rule(_CHANGE, "command `unmute`, button Unmute"),
    Action.ACK: Rule(_CHANGE, "command `ack`, button Acknowledge"),
    Action.UNACK: Rule(_CHANGE, "button Undo after Acknowledge"),
    Action.RERUN: Rule(_CHANGE, "command `rerun`, button Re-run"),
    Action.TEST: Rule(_CHANGE, "command `test`"),
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
