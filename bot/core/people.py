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
class Membership:
    """What Slack says of a person: whether they are a full member of our workspace, and in which groups of those asked.
    `doubt` is why that is not known for certain, in Slack's words."""

    is_member: bool
    groups: frozenset[str] = frozenset()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A person who asks. `language` is what Slack speaks with them, such as `ko-KR`; None and no zone: not known.
    `name` is what others call them; it is shown and never trusted."""

    person: Person
    role: Role
    language: str | None = None
    zone: ZoneInfo | None = None
    doubt: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Whom the settings name. A user is `U0123`, meaning one of the bot's own workspace, or `T0123:U0123`."""

    operators: Collection[str] = ()
    admins: Collection[str] = ()
    groups: Collection[str] = ()

    @property
    def is_anybody_configured(self) -> bool:
        return bool(self.operators or self.admins or self.groups)

    def role(self, person: Person, home_team: str, membership: Membership) -> Role:
        """1. Who is no full member of our workspace is an outsider, whatever the settings say.
        2. Whom the settings name has their role.
        3. Being in a group of operators makes one; where Slack could not be asked, nobody is taken for one.
        """
        if not membership.is_member:
            return Role.UNVERIFIED if membership.doubt else Role.OUTSIDER
        if is_named(person, self.admins, home_team):
            return Role.ADMIN
        if is_named(person, self.operators, home_team) or not membership.groups.isdisjoint(self.groups):
            return Role.OPERATOR
        return Role.UNVERIFIED if membership.doubt else Role.READER


def is_named(person: Person, configured: Collection[str], home_team: str) -> bool:
    names = {f"{person.team_id}:{person.user_id}"}
    if person.team_id == home_team:
        names.add(person.user_id)
    return not names.isdisjoint(configured)
