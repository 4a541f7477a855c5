"""Where a command is about: this channel, another one, or the asker's own conversation with the bot."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.core.permissions import ChannelKind
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.commands.command import Asked
from bot.services.reach import Reach, Reached, Unreached
from bot.services.requests import Request
from bot.store import channels, subscriptions
from bot.store.engine import Session

ME = ("me", "myself", "나", "나에게")
HERE = ("here", "여기")
_CHANNEL = re.compile(r"#\S+|[CG][A-Z0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Pointed:
    """The words without those that name a place, and the place as typed; None: where it is asked."""

    words: tuple[str, ...]
    place: str | None = None


def is_channel(word: str) -> bool:
    """Whether it can only be a channel: a name with its #, or an id."""
    return _CHANNEL.fullmatch(word) is not None


def is_place(word: str) -> bool:
    return is_channel(word) or word.lower() in (*ME, *HERE)


def is_about_oneself(words: Sequence[str], request: Request) -> bool:
    """In the conversation with the bot, unless a channel is named: after what it is to hear of, as in `point`."""
    return request.channel_kind is ChannelKind.DIRECT and not any(map(is_channel, words[1:]))


def point(words: Sequence[str], prepositions: Sequence[str]) -> Pointed:
    """Take "to #data-alerts", "to me", "here" or a bare channel out of the words, where it is not the first."""
    for at in range(1, len(words)):
        if is_place(words[at]):
            start = at - 1 if words[at - 1].lower() in prepositions and at > 1 else at
            return Pointed((*words[:start], *words[at + 1 :]), words[at])
    return Pointed(tuple(words))


def place_of(asked: Asked, place: str | None) -> str:
    """A channel's id or name, or the asker's id. What is asked for oneself is never done to a channel."""
    request = asked.request
    is_own = request.channel_kind is ChannelKind.DIRECT and not (place and is_channel(place))
    if is_own or (place or "").lower() in ME:
        return request.user_id
    if place is None or place.lower() in HERE:
        if request.channel_id is None:
            raise NotUnderstood(_("Which channel? Name it, such as #data-alerts."))
        return request.channel_id
    return place


def known_as(session: Session, reached: Reached) -> str:
    """What subscriptions call the channel already, by name or by id: no channel is to be told twice."""
    ids = channels.slack_ids(session)
    called = (name for name in subscriptions.alert_channels(session) if ids.get(name) == reached.channel_id)
    return next(called, reached.channel_id)


def hearing(session: Session) -> set[str]:
    """Whom alerts go to, as subscriptions call them and by Slack's ids."""
    ids = channels.slack_ids(session)
    return {called for name in subscriptions.alert_channels(session) for called in (name, ids.get(name, name))}


def with_ids(words: Sequence[str], reach: Reach, known: Collection[str]) -> list[str] | Unreached:
    """The same words with Slack's ids in the place of names of channels that alerts go to."""
    found = []
    for word in words:
        seen = reach.look_at(word) if word.startswith("#") else None
        if isinstance(seen, Unreached):
            return seen
        found.append(seen.channel_id if seen and seen.channel_id in known else word)
    return found
