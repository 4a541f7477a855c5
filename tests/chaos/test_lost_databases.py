"""Databases that are deleted, older than they should be, or cut short, while their bot is dead."""

import pytest

from tests.chaos.accidents import misfortune
from tests.chaos.campaign import Arena, Campaign
from tests.chaos.conftest import Note
from tests.chaos.faults import sluggish

pytestmark = pytest.mark.chaos


def test_what_the_api_still_lists_is_told_once_whatever_became_of_the_database(
    arena: Arena, kills: int, note: Note
) -> None:
    each, worlds = arena.share(kills // 4)
    figures = arena.fight(Campaign(each, sluggish, accident=misfortune), worlds)
    note(str(figures))
    assert figures.problems == []
