"""What Slack hands an app with an interaction, for a short while: trigger ids and response URLs, with their rules."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.limits import Limits


@dataclass(slots=True)
class Trigger:
    user: str
    root_view: str | None  # set when the interaction happened in a modal: a view may be pushed onto it
    issued_at: float
    is_used: bool = False


class Triggers:
    """Each id opens one view, within a few seconds."""

    def __init__(self, limits: Limits, clock: Callable[[], float], dice: random.Random) -> None:
        self._limits = limits
        self._clock = clock
        self._dice = dice
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, root_view: str | None = None) -> str:
        trigger_id = f"{self._dice.randrange(10**10)}.{self._dice.randrange(10**10)}.{self._dice.getrandbits(128):032x}"
        self._issued[trigger_id] = Trigger(user, root_view, self._clock())
        return trigger_id

    def redeem(self, trigger_id: str) -> Trigger:
        """Who may be shown a view. Raises the refusals that Slack documents for views.open."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.issued_at > self._limits.trigger_lives_for:
            raise SlackError("expired_trigger_id")
        trigger.is_used = True
        return trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the app answered to an interaction, by its ack or through the response URL."""

    text: str
    blocks: tuple[Json, ...]
    response_type: str
    replace_original: bool
    delete_original: bool
    ts: str | None  # of the message that came of it


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """Where one interaction may be answered. `source_ts`: the message it happened on, which an answer may replace."""

    user: str
    channel: str
    issued_at: float
    source_ts: str | None = None
    is_source_ephemeral: bool = False
    uses: int = 0
    responses: list[Response] = field(default_factory=list)

    def use(self, limits: Limits, now: float) -> None:
        """Raises expired_url or used_url. Slack answers both with 404 (seen by users; the docs give only the rule)."""
        if now - self.issued_at > limits.response_url_lives_for:
            raise SlackError("expired_url", status=404)
        if self.uses >= limits.response_url_uses:
            raise SlackError("used_url", status=404)
        self.uses += 1
