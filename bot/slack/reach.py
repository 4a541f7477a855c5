"""Looks whether the bot can post in a channel, before anybody is told that it will."""

from dataclasses import dataclass

from bot.services.reach import Obstacle, Reached, Unreached
from bot.slack.workspace import Refused, Workspace

POSTS_UNINVITED = "chat:write.public"
"""The scope to post in public channels without being a member (Slack docs, chat.postMessage)."""

NOT_VISIBLE = ("channel_not_found", "not_in_channel", "missing_scope")
"""A private channel does not exist for a bot that nobody has invited."""


@dataclass(frozen=True, slots=True)
class SlackReach:
    workspace: Workspace

    def look_at(self, channel: str) -> Reached | Unreached:
        channel_id = self.workspace.resolve_channel(channel) if channel.startswith("#") else channel
        if isinstance(channel_id, Refused):
            return Unreached(channel, Obstacle.NO_ANSWER, channel_id.error)
        if channel_id is None:
            return Unreached(channel, Obstacle.UNKNOWN_NAME)
        state = self.workspace.channel_state(channel_id)
        if isinstance(state, Refused):
            is_hidden = state.error in NOT_VISIBLE
            return Unreached(channel, Obstacle.NOT_INVITED if is_hidden else Obstacle.NO_ANSWER, state.error)
        if state.is_archived:
            return Unreached(channel, Obstacle.ARCHIVED)
        if state.is_member:
            return Reached(channel_id)
        identity = self.workspace.identity()
        is_open = not state.is_private and not isinstance(identity, Refused) and POSTS_UNINVITED in identity.scopes
        return Reached(channel_id, is_member=False) if is_open else Unreached(channel, Obstacle.NOT_INVITED)
