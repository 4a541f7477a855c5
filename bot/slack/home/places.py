"""Which channels a person is in, as far as the app may know; asked of Slack and remembered for five minutes."""

from dataclasses import dataclass

from bot.slack.remembered import Remembered
from bot.slack.wire import Wire
from bot.slack.workspace import Refused, objects, pages

KEEP_FOR, RETRY_AFTER = 300.0, 60.0
"""Seconds. Home is kept current without asking Slack each time, which takes about fifty such questions a minute (Slack
docs, "Rate limits")."""

KINDS = ("public_channel,private_channel", "public_channel")
"""What the scopes `channels:read` and `groups:read` show together, and the first of them alone (Slack docs,
users.conversations). Of private channels Slack tells those that the bot is in, too."""


@dataclass(frozen=True, slots=True)
class Places:
    """The ids of somebody's channels, and their own: as a person they are told of what they subscribed themselves.
    `are_known` is false when Slack told nothing, for want of a scope or of an answer."""

    ids: frozenset[str]
    are_known: bool


@dataclass(frozen=True, slots=True)
class FindPlaces:
    remembered: Remembered[str, frozenset[str]]

    def of(self, user_id: str) -> Places:
        channels = self.remembered.get(user_id)
        if isinstance(channels, Refused):
            return Places(frozenset({user_id}), are_known=False)
        return Places(channels | {user_id}, are_known=True)


def find_places(wire: Wire) -> FindPlaces:
    return FindPlaces(Remembered(lambda user_id: _ask(wire, user_id), KEEP_FOR, RETRY_AFTER))


def _ask(wire: Wire, user_id: str) -> frozenset[str] | Refused:
    """Without the scope for private channels the public ones are better than none."""
    found: frozenset[str] | Refused = Refused("nothing asked")
    for kinds in KINDS:
        found = _channels(wire, {"user": user_id, "types": kinds, "exclude_archived": "true"})
        if not isinstance(found, Refused) or found.error != "missing_scope":
            break
    return found


def _channels(wire: Wire, arguments: dict[str, str]) -> frozenset[str] | Refused:
    """All of them: a part would hide the others."""
    ids: set[str] = set()
    for page in pages(wire, "users.conversations", arguments):
        if isinstance(page, Refused):
            return page
        ids |= {channel["id"] for channel in objects(page, "channels") if isinstance(channel.get("id"), str)}
    return frozenset(ids)
