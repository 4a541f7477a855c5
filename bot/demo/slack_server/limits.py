"""How much, how often and how long Slack allows: the numbers, and the counter that holds calls to a rate.

Limits on the content of blocks stand with the blocks, in block_tables.py.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# Slack docs, "Rate limits" and the page of each method (tier 1: 1+, tier 2: 20+, tier 3: 50+, tier 4: 100+ a minute).
CALLS_PER_MINUTE: Mapping[str, int] = MappingProxyType(
    {
        "auth.test": 600,
        "apps.connections.open": 60,  # documented as "1+": real apps reconnect more often than that and are served
        "chat.postMessage": 300,  # "several hundred messages per minute" for a workspace, beside the limit per channel
        "chat.postEphemeral": 100,
        "chat.getPermalink": 600,
        "conversations.list": 20,
        "files.getUploadURLExternal": 100,
        "files.completeUploadExternal": 100,
        "files.info": 100,
        "users.info": 100,
        "users.list": 20,
        "usergroups.users.list": 20,
        "views.open": 100,
        "views.push": 100,
        "views.update": 100,
        "views.publish": 100,
    }
)
OTHERS_PER_MINUTE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Slack's documented numbers as defaults; tests shrink the times, `unhurried()` lifts the rates."""

    post_every: float = 1.0  # seconds between messages in one channel
    post_burst: int = 3  # "short bursts are tolerated": how many at once, which the docs leave open
    calls_per_minute: Mapping[str, int] = field(default_factory=lambda: CALLS_PER_MINUTE)
    other_calls_per_minute: int = OTHERS_PER_MINUTE

    ack_within: float = 3.0  # seconds
    trigger_lives_for: float = 3.0  # seconds
    response_url_lives_for: float = 1800.0  # seconds
    response_url_uses: int = 5
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)  # seconds from a missed ack to the next attempt
    sockets: int = 10

    text_characters: int = 40_000  # longer text is truncated by chat.postMessage
    update_text_characters: int = 4_000  # longer text is refused by chat.update
    blocks_per_message: int = 50
    blocks_per_view: int = 100
    view_bytes: int = 250_000
    metadata_bytes: int = 8_000  # the docs name the error but no number
    edit_window: float | None = None  # seconds; None: a message may be edited for ever


def unhurried() -> Limits:
    """Slack without its rates, for tests whose subject is something else."""
    return Limits(post_every=0.0, calls_per_minute={}, other_calls_per_minute=10**9)


class RateCounter:
    """Token buckets, one for each key: holds at most `burst`, refills one every `every` seconds."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}  # key: tokens left, and when that was

    def take(self, key: str, *, every: float, burst: int, now: float) -> int | None:
        """None when the call may go ahead, else the whole seconds after which to try again."""
        if every <= 0:
            return None
        left, counted_at = self._buckets.get(key, (float(burst), now))
        left = min(burst, left + max(0.0, now - counted_at) / every)
        if left < 1:
            self._buckets[key] = (left, now)
            return max(1, math.ceil((1 - left) * every))
        self._buckets[key] = (left - 1, now)
        return None
