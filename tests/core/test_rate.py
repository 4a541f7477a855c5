"""How often one person may ask."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.core.rate import RateLimit, RateRule, Wait
from tests.doubles import START

RULE = RateRule(burst=3, every=timedelta(seconds=2), people=2)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_a_burst_is_let_through_and_then_one_every_so_often() -> None:
    limit = RateLimit(RULE)
    assert [limit.take("ann", START) for _ in range(3)] == [None] * 3
    assert limit.take("ann", START) == Wait(START + seconds(2), is_first=True)
    assert limit.take("ann", START + seconds(1)) == Wait(START + seconds(2), is_first=False)
    assert limit.take("ann", START + seconds(2)) is None
    assert limit.take("ann", START + seconds(2)) == Wait(START + seconds(4), is_first=True)


def test_a_rest_fills_the_bucket_and_no_more_than_that() -> None:
    limit = RateLimit(RULE)
    limit.take("ann", START)
    later = START + timedelta(hours=1)
    assert [limit.take("ann", later) is None for _ in range(4)] == [True, True, True, False]


def test_one_person_does_not_use_up_the_tokens_of_another() -> None:
    limit = RateLimit(RULE)
    for _ in range(4):
        limit.take("ann", START)
    assert limit.take("ben", START) is None


def test_only_so_many_people_are_remembered_and_the_one_longest_silent_is_forgotten() -> None:
    limit = RateLimit(RULE)
    for who in ("ann", "ann", "ann", "ben", "ann", "cho"):
        limit.take(who, START)
    assert limit.take("ann", START) is not None, "ann had asked after ben"


@given(st.lists(st.floats(0, 10), max_size=60), st.integers(1, 5), st.integers(1, 5))
def test_never_more_than_the_burst_and_one_for_each_step_of_time(gaps: list[float], burst: int, every: int) -> None:
    """Of any run of requests that were let through, beginning with any of them."""
    limit = RateLimit(RateRule(burst, seconds(every)))
    now, allowed = START, []
    for gap in gaps:
        now += seconds(gap)
        if limit.take("ann", now) is None:
            allowed.append(now)
    for first, start in enumerate(allowed):
        for count, end in enumerate(allowed[first:], start=1):
            assert count <= burst + (end - start) / seconds(every) + 1e-6


@given(st.lists(st.floats(0, 3), min_size=1, max_size=40))
def test_who_waits_as_long_as_told_is_let_through(gaps: list[float]) -> None:
    limit = RateLimit(RULE)
    now = START
    waits = []
    for gap in gaps:
        now += seconds(gap)
        wait = limit.take("ann", now)
        if wait is not None:
            waits.append(wait)
            assert wait.until > now
            assert limit.take("ann", wait.until) is None
            now = wait.until
    assert all(before.until < after.until for before, after in pairwise(waits))
