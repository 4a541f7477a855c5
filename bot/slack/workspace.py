"""What the bot can learn about its workspace: who it is there, what it may do, which channel a name means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.wire import Lost, Reply, Wire

PAGE = 200
MOST_PAGES = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot as auth.test describes it. `team_url` ends in a slash."""

    team_id: str
    team_url: str
    bot_user_id: str
    bot_id: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A conversation that the bot can see."""

    channel: str
    name: str
    is_private: bool
    is_archived: bool
    is_member: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack did not tell: its error, or why there was no answer."""

    error: str


class Workspace:
    """Asks Slack, and remembers who the bot is: that does not change while a token lives."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._identity: Identity | None = None

    @property
    def url(self) -> str | None:
        """The workspace's address, once `identify` has succeeded."""
        return self._identity.team_url if self._identity else None

    def identify(self) -> Identity | Refused:
        """Ask auth.test, each time."""
        answer = self._wire.call("auth.test", {})
        if isinstance(answer, Lost) or not answer.is_ok:
            return Refused(answer.error)
        team_id, url, user_id, bot_id = (answer.body.get(name) for name in ("team_id", "url", "user_id", "bot_id"))
        if not all(isinstance(value, str) and value for value in (team_id, url, user_id, bot_id)):
            return Refused("auth.test did not describe a bot")
        self._identity = Identity(str(team_id), str(url), str(user_id), str(bot_id), answer.scopes)
        return self._identity

    def identity(self) -> Identity | Refused:
        """Who the bot is, asked once."""
        return self._identity or self.identify()

    def resolve_channel(self, name: str) -> str | Refused | None:
        """The id of `#name`; None when no channel that the bot can see is called that."""
        wanted = name.removeprefix("#").casefold()
        types = "public_channel,private_channel"
        for page in pages(self._wire, "conversations.list", {"types": types, "exclude_archived": "true"}):
            if isinstance(page, Refused):
                return page
            for channel in objects(page, "channels"):
                if str(channel.get("name", "")).casefold() == wanted and isinstance(channel.get("id"), str):
                    return str(channel["id"])
        return None

    def channel_state(self, channel: str) -> ChannelState | Refused:
        """One conversation, by id."""
        answer = self._wire.call("conversations.info", {"channel": channel})
        if isinstance(answer, Lost) or not answer.is_ok:
            return Refused(answer.error)
        found = answer.body.get("channel")
        if not isinstance(found, Mapping):
            return Refused("conversations.info did not describe a channel")
        flags = (found.get(name) is True for name in ("is_private", "is_archived", "is_member"))
        return ChannelState(channel, str(found.get("name", "")), *flags)


def pages(wire: Wire, method: str, arguments: Mapping[str, str]) -> Iterator[Reply | Refused]:
    """Every page of a listing, or those before the first that could not be had, and why."""
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = wire.call(method, {**arguments, "limit": str(PAGE), **({"cursor": cursor} if cursor else {})})
        if isinstance(answer, Lost) or not answer.is_ok:
            yield Refused(answer.error)
            return
        yield answer
        following = _next_cursor(answer)
        if not following:
            if answer.body.get("has_more") is True:
                yield Refused(f"{method} announced another page without saying where")
            return
        if following == cursor:
            yield Refused(f"{method} leads in a circle")
            return
        cursor = following
    yield Refused(f"{method} has more than {MOST_PAGES} pages")


def objects(page: Reply, name: str) -> list[Mapping[str, Any]]:
    """The objects in a list of the answer; what is not an object is left out."""
    found = page.body.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _next_cursor(answer: Reply) -> str:
    metadata = answer.body.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    return cursor if isinstance(cursor, str) else ""
