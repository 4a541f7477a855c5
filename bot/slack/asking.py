"""Makes a request of what Slack sends: whose click, command, message or modal it is, and from which channel."""

from dataclasses import dataclass, field, replace

from bot.core.people import Person
from bot.language import Locale
from bot.services.requests import Request
from bot.slack.people import People
from bot.slack.work import Json


@dataclass(frozen=True, slots=True)
class Asking:
    """Not for use before an ack: who somebody is may have to be asked of Slack. `locale` is that of people of whom it
    is not known."""

    people: People
    locale: Locale = field(default_factory=Locale)

    def request(self, body: Json) -> Request:
        """Of a command, an interaction or an event, with the whole body that Slack sent."""
        channel_id = _channel(body)
        profile = self.people.profile(_person(body))
        locale = Locale(profile.language, profile.zone).otherwise(self.locale)
        profile = replace(profile, language=locale.language, zone=locale.zone)
        return Request(profile, self.people.kind_of(channel_id), channel_id)


def _person(body: Json) -> Person:
    """A user's own workspace may differ from the one that the app is in: then they are a guest of another (Slack docs,
    "Using Slack Connect with Slack apps"). Slack says so in a place of its own for each kind of payload."""
    event, user, team = body.get("event"), body.get("user"), body.get("team_id")
    if isinstance(event, dict):
        return Person(str(event.get("user_team") or event.get("team") or team or ""), str(event.get("user") or ""))
    if isinstance(user, dict):
        home = body.get("team") or {}
        return Person(str(user.get("team_id") or home.get("id") or ""), str(user.get("id") or ""))
    return Person(str(team or ""), str(body.get("user_id") or ""))


def _channel(body: Json) -> str | None:
    """None in a view: whoever opened it sees it alone."""
    event, channel = body.get("event"), body.get("channel")
    container = body.get("container") or {}
    if isinstance(event, dict):
        found = event.get("channel")
    elif isinstance(channel, dict):
        found = channel.get("id")
    else:
        found = body.get("channel_id") or container.get("channel_id")
    return found if isinstance(found, str) else None
