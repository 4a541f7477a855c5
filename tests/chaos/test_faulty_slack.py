"""A Slack that answers wrongly, late or not at all, while the bot is being killed."""

import pytest

from tests.chaos.campaign import Arena, Campaign
from tests.chaos.conftest import Note
from tests.chaos.faults import TOO_LATE, half_broken, later_than_allowed

pytestmark = pytest.mark.chaos


def test_everything_is_told_once_when_every_second_answer_is_faulty(arena: Arena, kills: int, note: Note) -> None:
    each, worlds = arena.share(kills // 4)
    figures = arena.fight(Campaign(each, half_broken, lives_for=5), worlds)
    note(str(figures))
    assert figures.problems == []
    assert len(figures.faults) > 5, "too few faults came up"


def test_what_lands_after_the_settle_time_is_swept_away(arena: Arena, note: Note) -> None:
    """Then people see a message twice for a while, which is what the promise's assumption is about."""
    figures = arena.fight(Campaign(4, later_than_allowed, lives_for=5, calm=TOO_LATE + 3), worlds=2)
    note(str(figures))
    assert figures.counts["swept"] > 0, "no message has landed too late"
    assert [problem for problem in figures.problems if "stood twice" not in problem] == []
