"""When sight is lost, and when what was missed is made up for."""

from datetime import timedelta

import pytest

from bot.core.blindness import ApiView, Sight, Spell, blind_since, look
from tests.doubles import START

MINUTE = timedelta(minutes=1)
BLIND_AFTER = 10 * MINUTE
NOW = START + timedelta(hours=1)
BEFORE = START - MINUTE
GOOD = ApiView(NOW, None)


@pytest.mark.parametrize(
    ("view", "spell", "behind", "expected"),
    [
        (ApiView(None, None), None, 0, Sight.SAME),
        (GOOD, None, 0, Sight.SAME),
        (ApiView(START, NOW - 9 * MINUTE), None, 0, Sight.SAME),
        (ApiView(START, NOW - 10 * MINUTE), None, 0, Sight.LOST),
        (ApiView(None, NOW - 10 * MINUTE), None, 0, Sight.LOST),
        (ApiView(BEFORE, START), Spell(BEFORE), 0, Sight.SAME),
        (GOOD, Spell(BEFORE), 3, Sight.BACK),
        (ApiView(NOW, NOW), Spell(BEFORE), 3, Sight.SAME),
        (GOOD, Spell(BEFORE, START), 3, Sight.SAME),
        (GOOD, Spell(BEFORE, START), 0, Sight.MADE_UP),
        (ApiView(START, NOW), Spell(BEFORE, START), 0, Sight.SAME),
        (ApiView(START, NOW - 10 * MINUTE), Spell(BEFORE, START), 0, Sight.LOST_AGAIN),
    ],
)
def test_what_is_new_about_our_sight(view: ApiView, spell: Spell | None, behind: int, expected: Sight) -> None:
    assert look(view, spell, behind, NOW, BLIND_AFTER) is expected


@pytest.mark.parametrize(
    ("view", "since"),
    [(ApiView(BEFORE, START), BEFORE), (ApiView(None, START), START), (ApiView(None, None), NOW)],
)
def test_we_know_nothing_since_the_last_answer(view: ApiView, since: object) -> None:
    assert blind_since(view, NOW) == since
