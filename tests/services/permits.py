"""People who may, and cards that they click on, for tests of what happens then."""

from datetime import datetime

from bot.core.handles import CardRef
from bot.core.incidents import Incident
from bot.core.people import Person, Profile
from bot.core.permissions import Action, ChannelKind, Role
from bot.services.authority import Permit
from bot.services.requests import Request


def a_request(name: str = "mina", channel: str | None = "C1", role: Role = Role.OPERATOR) -> Request:
    """Somebody of the workspace T1, in a channel."""
    return Request(Profile(Person("T1", f"U-{name}"), role, name=name), ChannelKind.CHANNEL, channel)


def a_permit(action: Action, at: datetime, name: str = "mina", channel: str | None = "C1") -> Permit:
    return Permit(a_request(name, channel), action, "orders", at)


def card_of(incident: tuple[int, Incident], execution_id: str = "") -> CardRef:
    """What the buttons of this incident's card say."""
    key, shown = incident
    return CardRef(key, int(shown.opened_at.timestamp()), execution_id)
