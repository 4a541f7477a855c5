"""When a job counts as flapping: after enough changes in too little time, until enough runs end alike."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.flapping import FlappingRule, RunEnd, flapping
from tests.doubles import START

MINUTE = timedelta(minutes=1)
RULE = FlappingRule(changes=4, within=60 * MINUTE, stable_runs=3)


def ends(marks: str, every: timedelta = MINUTE) -> list[RunEnd]:
    """A run that ended well for each `.`, and badly for each `x`, one after the other."""
    return [RunEnd(START + number * every, mark == "x") for number, mark in enumerate(marks)]


def changes_within(some: Sequence[RunEnd], within: timedelta) -> int:
    recent = [end.is_bad for end in some if end.ended_at >= some[-1].ended_at - within]
    return sum(before != after for before, after in pairwise(recent))


@pytest.mark.parametrize(
    ("marks", "changes"),
    [
        ("", None),
        ("xxxxxxxx", None),
        (".x.x", None),
        (".x.x.", 4),
        (".x.x.x", 5),
        (".x.x.xx", 5),
        (".x.x.xxx", None),
        (".x.x....x", 5),
        ("x..x..x..x", 6),
        ("x...x...x...x", 6),
        ("x...x...x...", None),
        (".x.x.xxx.x.", 8),
    ],
)
def test_a_job_flaps_until_its_runs_end_alike(marks: str, changes: int | None) -> None:
    state = flapping(ends(marks), RULE)
    assert (state.changes if state else None) == changes


def test_changes_that_lie_far_apart_are_no_flapping() -> None:
    assert flapping(ends(".x.x.x.x", every=20 * MINUTE), RULE) is None


def test_while_nothing_changes_any_more_the_time_of_its_changes_grows() -> None:
    state = flapping([*ends(".x.x.x"), RunEnd(START + timedelta(days=1), True)], RULE)
    assert state
    assert (state.changes, state.within) == (4, timedelta(days=1, minutes=-1))


def test_it_flaps_since_it_changed_too_often() -> None:
    state = flapping(ends(".x.x.x."), RULE)
    assert state
    assert state.since == START + 4 * MINUTE


@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 9, 30, 70]), st.booleans()), min_size=1, max_size=25),
    st.integers(2, 5),
)
def test_it_never_begins_without_so_many_changes(history: list[tuple[int, bool]], changes: int) -> None:
    rule = FlappingRule(changes, RULE.within, RULE.stable_runs)
    at, some = START, []
    for gap, is_bad in history:
        at += gap * MINUTE
        some.append(RunEnd(at, is_bad))
    state, before = flapping(some, rule), flapping(some[:-1], rule)
    counted = changes_within(some, rule.within)
    assert state is None or state.changes == max(counted, rule.changes)
    assert state is None or (state.within == rule.within) is (counted >= changes)
    assert state is None or changes_within(some, state.within) >= state.changes
    assert (state is not None) <= (before is not None or counted >= changes)
    is_stable = len(some) >= 3 and len({end.is_bad for end in some[-3:]}) == 1
    assert (state is None) == (is_stable or (before is None and counted < changes))
