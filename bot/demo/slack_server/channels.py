"""The conversations of the workspace: who is in them, and what the bot may do there. Messages are in timeline.py."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.timeline import Timeline


class ChannelKind(StrEnum):
    PUBLIC = "public_channel"
    PRIVATE = "private_channel"
    DIRECT = "im"

    @property
    def scope_prefix(self) -> str:
        return {"public_channel": "channels", "private_channel": "groups", "im": "im"}[self.value]


@dataclass(slots=True, kw_only=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind
    created_at: int
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    is_ext_shared: bool = False  # with another organisation, by Slack Connect
    refuses_posts_with: str | None = None  # an error a workspace preference causes, such as "restricted_action"
    timeline: Timeline = field(default_factory=Timeline)

    def render(self, bot_id: str) -> Json:
        """As the conversations.* methods show it."""
        shared: Json = {"id": self.id, "created": self.created_at, "is_archived": self.is_archived}
        if self.kind is ChannelKind.DIRECT:
            return {**shared, "is_im": True, "user": next(iter(self.members - {bot_id}), bot_id)}
        is_private = self.kind is ChannelKind.PRIVATE
        return {
            **shared,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not is_private,
            "is_group": is_private,
            "is_im": False,
            "is_private": is_private,
            "is_shared": self.is_ext_shared,
            "is_ext_shared": self.is_ext_shared,
            "is_member": bot_id in self.members,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }


class Channels:
    """Finds conversations for the bot, which does not see private ones it is not in."""

    def __init__(self, bot_id: str) -> None:
        self._bot_id = bot_id
        self._by_id: dict[str, Channel] = {}

    def add(self, channel: Channel) -> Channel:
        self._by_id[channel.id] = channel
        return channel

    def all(self) -> list[Channel]:
        return list(self._by_id.values())

    def named(self, name_or_id: str) -> Channel:
        """Any conversation, as its people see it. Raises LookupError."""
        name = name_or_id.removeprefix("#")
        for channel in self._by_id.values():
            if name_or_id == channel.id or name == channel.name:
                return channel
        raise LookupError(f"no channel {name_or_id}")

    def id_of(self, name_or_id: str) -> str:
        """The id behind a name; what names no conversation stays as it is."""
        try:
            return self.named(name_or_id).id
        except LookupError:
            return name_or_id

    def direct(self, user_id: str) -> Channel | None:
        members = {user_id, self._bot_id}
        return next((c for c in self.all() if c.kind is ChannelKind.DIRECT and c.members == members), None)

    def with_id(self, channel_id: str) -> Channel:
        """The conversation as the bot sees it, by id. Raises channel_not_found."""
        channel = self._by_id.get(channel_id)
        if channel is None or not self.is_visible(channel):
            raise SlackError("channel_not_found")
        return channel

    def to_post_in(self, name_or_id: str, *, may_post_anywhere: bool) -> Channel:
        """The conversation as chat.postMessage finds it: by id, name or #name. Raises the refusals of that method."""
        try:
            channel = self.with_id(self.named(name_or_id).id)
        except LookupError:
            raise SlackError("channel_not_found") from None
        if channel.is_archived:
            raise SlackError("is_archived")
        if self._bot_id not in channel.members and not may_post_anywhere:
            raise SlackError("not_in_channel")
        if channel.refuses_posts_with:
            raise SlackError(channel.refuses_posts_with)
        return channel

    def is_visible(self, channel: Channel) -> bool:
        return channel.kind is ChannelKind.PUBLIC or self._bot_id in channel.members
