"""Who somebody is: an id that is theirs alone, what Slack tells of them, and the role that the settings give them."""

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.core.permissions import Role


@dataclass(frozen=True, slots=True)
class Person:
    """A user id means somebody only together with the workspace (Slack docs, "User types")."""

    team_id: str
    user_id: str


AT_TERMINAL = Person("", "")
"""Whoever uses the command line: they hold the bot's keys and its database anyway."""


@dataclass(frozen=True, slots=True)
class Account:
    """What Slack tells of a person. `is_full` is false for guests, bots, strangers and whoever has left."""

    team_id: str
    is_full: bool
    language: str | None = None
    zone: ZoneInfo | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A person who asks. `language` is what Slack speaks with them, such as `ko-KR`; None and no zone: not known.
    `name` is what others call them; it is shown and never trusted. `doubt` is what Slack said instead of telling all
    that their role depends on."""

    person: Person
    role: Role
    language: str | None = None
    zone: ZoneInfo | None = None
    doubt: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom the settings name: user ids of the bot's own workspace, and ids of user groups there."""

    operators: Collection[str] = ()
    admins: Collection[str] = ()
    groups: Collection[str] = ()

    @property
    def is_anybody_configured(self) -> bool:
        return bool(self.operators or self.admins or self.groups)

    def role(self, person: Person, home_team: str, account: Account | None, groups: Collection[str]) -> Role:
        """What somebody may be taken for. `account` is None when Slack did not tell; `groups` they are known to be in.

        1. Who is not of our workspace is an outsider, whatever the settings say of their id: there it is another's.
        2. So is who is no full member of it. Of whom that is not known is not trusted either.
        3. Whom the settings name has their role; so has a member of a group that they name.
        """
        if person.team_id != home_team:
            return Role.OUTSIDER
        if account is None:
            return Role.UNVERIFIED
        if account.team_id != home_team or not account.is_full:
            return Role.OUTSIDER
        if person.user_id in self.admins:
            return Role.ADMIN
        is_in_group = not frozenset(groups).isdisjoint(self.groups)
        return Role.OPERATOR if is_in_group or person.user_id in self.operators else Role.READER
