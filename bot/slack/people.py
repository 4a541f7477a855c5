"""Who somebody is and what kind of channel they are in, asked of Slack and remembered for two minutes.

Whoever loses a right keeps it for that long. What Slack does not tell is never guessed in anybody's favour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.people import Account, Person, Profile, Roster
from bot.core.permissions import ChannelKind, Role
from bot.slack.remembered import Remembered
from bot.slack.wire import Lost, Wire
from bot.slack.workspace import Identity, Refused, Workspace

LOOK_UP_WITHIN = 2.0
"""Seconds for one look-up: somebody waits for an answer, and most of them need no role."""

_SAID = ("is_restricted", "is_ultra_restricted", "is_bot")
_SAID_IF_TRUE = ("is_stranger", "deleted")
"""What users.info says of guests and bots, and of people of other workspaces and who has left (Slack docs, "User
object"). The first are there for everybody: an answer without them is not taken for that of a full member."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class People:
    """Not for use before an ack: it may ask Slack."""

    workspace: Workspace
    roster: Roster
    accounts: Remembered[str, Account]
    groups: Remembered[str, frozenset[str]]
    kinds: Remembered[str, ChannelKind]

    def profile(self, person: Person) -> Profile:
        """Somebody as Slack describes them; `person` is who Slack says has asked."""
        home = self.workspace.identity()
        if isinstance(home, Refused):
            return Profile(person, Role.UNVERIFIED, doubt=home.error)
        account = self.accounts.get(person.user_id) if person.team_id == home.team_id else Refused("other workspace")
        if isinstance(account, Refused):
            return Profile(person, self.roster.role(person, home.team_id, None, ()), doubt=account.error)
        return self._known(person, home, account)

    def _known(self, person: Person, home: Identity, account: Account) -> Profile:
        """The groups are asked for only where they can make a difference."""
        role, doubt = self.roster.role(person, home.team_id, account, ()), None
        if role is Role.READER:
            groups, doubt = self._groups_of(person)
            role = self.roster.role(person, home.team_id, account, groups)
        return Profile(person, role, account.language, account.zone, doubt, account.name)

    def _groups_of(self, person: Person) -> tuple[list[str], str | None]:
        """Those of the roster's groups that somebody is known to be in, and why of another that is not known."""
        found: list[str] = []
        doubt = None
        for group in self.roster.groups:
            members = self.groups.get(group)
            if isinstance(members, Refused):
                doubt = f"{group}: {members.error}"
            elif person.user_id in members:
                found.append(group)
        return found, doubt

    def kind_of(self, channel_id: str | None) -> ChannelKind:
        """A channel that Slack does not tell of counts as shared, where the least is allowed."""
        if channel_id is None or channel_id.startswith("D"):
            return ChannelKind.DIRECT
        kind = self.kinds.get(channel_id)
        return ChannelKind.SHARED if isinstance(kind, Refused) else kind


def people(wire: Wire, workspace: Workspace, roster: Roster) -> People:
    """Asks through this wire, only more quickly."""
    directory = _Directory(replace(wire, timeout=LOOK_UP_WITHIN))
    return People(
        workspace=workspace,
        roster=roster,
        accounts=Remembered(directory.account),
        groups=Remembered(directory.members),
        kinds=Remembered(directory.kind),
    )


@dataclass(frozen=True, slots=True)
class _Directory:
    """Slack's answers as values of our own. One that is odd is a refusal."""

    wire: Wire

    def account(self, user_id: str) -> Account | Refused:
        user = self._told("users.info", {"user": user_id, "include_locale": "true"}, "user", dict)
        if isinstance(user, Refused):
            return user
        team_id, language, name = (user.get(key) for key in ("team_id", "locale", "real_name"))
        if user.get("id") != user_id or not isinstance(team_id, str):
            return Refused("users.info described somebody else")
        return Account(
            team_id=team_id,
            is_full=_is_full(user),
            language=language if isinstance(language, str) else None,
            zone=_zone(user.get("tz")),
            name=name if isinstance(name, str) and name else None,
        )

    def members(self, group_id: str) -> frozenset[str] | Refused:
        users = self._told("usergroups.users.list", {"usergroup": group_id}, "users", list)
        return users if isinstance(users, Refused) else frozenset(user for user in users if isinstance(user, str))

    def kind(self, channel_id: str) -> ChannelKind | Refused:
        channel = self._told("conversations.info", {"channel": channel_id}, "channel", dict)
        if isinstance(channel, Refused):
            return channel
        if any(channel.get(flag) for flag in ("is_shared", "is_ext_shared", "is_pending_ext_shared")):
            return ChannelKind.SHARED
        if channel.get("is_im") is True:
            return ChannelKind.DIRECT
        return ChannelKind.PRIVATE if channel.get("is_private") or channel.get("is_mpim") else ChannelKind.CHANNEL

    def _told(self, method: str, arguments: Mapping[str, str], name: str, shape: type[T]) -> T | Refused:
        answer = self.wire.call(method, arguments)
        if isinstance(answer, Lost) or not answer.is_ok:
            return Refused(answer.error)
        told = answer.body.get(name)
        return told if isinstance(told, shape) else Refused(f"{method} did not tell")


def _is_full(user: Mapping[str, Any]) -> bool:
    return all(user.get(flag) is False for flag in _SAID) and not any(user.get(flag) for flag in _SAID_IF_TRUE)


def _zone(name: Any) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
