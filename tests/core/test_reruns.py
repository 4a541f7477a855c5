"""Which executions are taken for the run that somebody asked for."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.incidents import STARTED_TOGETHER
from bot.core.model import Execution, TriggerRule
from bot.core.reruns import CLOCKS_DIFFER, may_start, started_by
from tests.doubles import START, an_execution

SECOND = timedelta(seconds=1)


def run(name: str, after: timedelta | None) -> Execution:
    """One that was created so long after the request."""
    return an_execution(name, created_at=None if after is None else START + after)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (TriggerRule.NONE, True),
        (TriggerRule.UNKNOWN, True),
        (TriggerRule.RECURRING, False),
        (TriggerRule.ONE_TIME, False),
    ],
)
def test_what_a_schedule_starts_nobody_else_can(rule: TriggerRule, expected: bool) -> None:
    assert may_start(rule) is expected


def names(*runs: Execution) -> list[str]:
    return [one.job_execution_id for one in started_by(START, runs)]


def test_nothing_came_of_it_while_nothing_new_is_there() -> None:
    assert names() == []


def test_the_jobs_of_one_start_belong_together_and_later_ones_do_not() -> None:
    later = run("later", SECOND + STARTED_TOGETHER + SECOND)
    assert names(later, run("b", 2 * SECOND), run("a", SECOND)) == ["a", "b"]


def test_what_was_created_before_the_request_did_not_come_of_it() -> None:
    assert names(run("before", -CLOCKS_DIFFER - SECOND), run("a", SECOND)) == ["a"]


def test_clocks_may_differ_a_little() -> None:
    assert names(run("a", -CLOCKS_DIFFER)) == ["a"]


def test_one_without_any_time_is_taken_for_it() -> None:
    assert names(run("timeless", None)) == ["timeless"]
    assert set(names(run("timeless", None), run("a", SECOND))) == {"timeless", "a"}


@given(st.lists(st.none() | st.integers(-60, 60), max_size=8, unique=True))
def test_what_is_found_is_new_and_began_together(offsets: list[int | None]) -> None:
    runs = [run(f"e{offset}", None if offset is None else offset * SECOND) for offset in offsets]
    found = started_by(START, runs)
    assert set(found) <= set(runs)
    times = [one.created_at for one in found if one.created_at]
    assert all(at >= START - CLOCKS_DIFFER for at in times)
    assert not times or max(times) - min(times) <= STARTED_TOGETHER
    assert bool(found) == any(offset is None or offset * SECOND >= -CLOCKS_DIFFER for offset in offsets)
