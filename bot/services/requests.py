"""A request: who asks, and from where. Listeners make one of what Slack sends; services are handed it."""

from dataclasses import dataclass

from bot.core.people import AT_TERMINAL, Profile
from bot.core.permissions import ChannelKind, Role


@dataclass(frozen=True, slots=True)
class Request:
    """`channel_id` is None where there is no channel: in App Home, and at the terminal."""

    asker: Profile
    channel_kind: ChannelKind = ChannelKind.DIRECT
    channel_id: str | None = None

    @property
    def user_id(self) -> str:
        return self.asker.person.user_id

    @property
    def called(self) -> str:
        """What others see of whoever asks: not a mention, which would ring somebody's bell."""
        return self.asker.name or self.user_id


FROM_TERMINAL = Request(Profile(AT_TERMINAL, Role.ADMIN))
"""What is asked by the command line."""
