"""The real process, killed with SIGKILL at chance moments: nothing is lost, nothing is told twice."""

import pytest

from bot.demo.slack_server import Limits
from tests.chaos.campaign import Arena, Campaign
from tests.chaos.conftest import Note
from tests.chaos.faults import sluggish

pytestmark = pytest.mark.chaos


def test_a_bot_that_is_killed_again_and_again_tells_everything_once(arena: Arena, kills: int, note: Note) -> None:
    each, worlds = arena.share(kills)
    figures = arena.fight(Campaign(each, sluggish), worlds)
    note(str(figures))
    assert figures.problems == []
    assert figures.counts["of them in a send"] > 0, "no kill has hit the moment that this is about"


def test_it_does_so_at_the_pace_that_slack_allows(arena: Arena, note: Note) -> None:
    campaign = Campaign(
        5, sluggish, alerts_per_life=3, settings={"CHANNEL_PACE": "1", "SWEEP_INTERVAL": "30"}, limits=Limits()
    )
    figures = arena.fight(campaign, worlds=2)
    note(str(figures))
    assert figures.problems == []
