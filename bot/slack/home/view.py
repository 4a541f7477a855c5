"""The App Home of one person: each section with its buttons, cut to what Slack takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.rules import Subscription
from bot.language import _
from bot.services.show_home import Home
from bot.slack.blocks.elements import Block, Message, actions, button, context, divider, fitting, header, section
from bot.slack.blocks.links import Links
from bot.slack.blocks.status import status_message
from bot.slack.home.incidents import incident_blocks
from bot.slack.home.silences import silence_blocks
from bot.slack.home.subscriptions import first_steps, subscription_blocks, what_to_type
from bot.slack.text import moment

MOST_BLOCKS = 100
"""Slack docs, "Home tab view". The sections keep far below it by themselves."""

NEWS_LIMIT = 2500
REFRESH = "home:refresh"
AS_OF = "home:as-of"
"""The block that changes all the time."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks. `places` are the ids of the channels that they are in, and their own; `are_known` is whether Slack
    told all of those. `news` is what came of their last click."""

    places: frozenset[str] = frozenset()
    are_known: bool = True
    news: Message | None = None


def home_view(home: Home, viewer: Viewer, links: Links) -> dict[str, Any]:
    mine = home.subscriptions_of(viewer.places)
    blocks = [*_sections(home, viewer, mine, links)][: MOST_BLOCKS - 1]
    return {"type": "home", "blocks": [*blocks, _as_of(home)]}


def _sections(home: Home, viewer: Viewer, mine: Sequence[Subscription], links: Links) -> Iterator[Block]:
    if viewer.news:
        yield section("\n".join(fitting(viewer.news.text.split("\n"), NEWS_LIMIT)))
    if not mine:
        yield from first_steps(viewer.are_known)
    yield header(_("Open incidents"))
    yield from incident_blocks(home, viewer.places, links)
    yield header(_("Muted now"))
    yield from silence_blocks(home)
    if mine:
        yield header(_("Subscriptions of your channels"))
        yield from subscription_blocks(mine, home.names)
    yield header(_("How the bot is doing"))
    yield from status_message(home.status).blocks[:-1]
    yield actions([button(_("Refresh"), REFRESH, "now", _("Show how things are now"))])
    yield divider()
    yield from what_to_type()


def _as_of(home: Home) -> Block:
    return {**context(_("As of {when}.").format(when=moment(home.status.as_of))), "block_id": AS_OF}
