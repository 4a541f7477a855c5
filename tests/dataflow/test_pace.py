"""The budget of requests, and how it follows what the API says."""

from dataclasses import dataclass
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataflow.pace import SLOWEST, Pace


@dataclass
class Time:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def paced(most: float | None) -> tuple[Pace, Time]:
    time = Time()
    return Pace(most, Event(), time), time


def test_turns_are_as_far_apart_as_the_budget_says() -> None:
    pace, _ = paced(10)
    assert [pace.take_turn() for _ in range(4)] == pytest.approx([0, 0.1, 0.2, 0.3])


def test_what_was_not_used_is_not_saved_up() -> None:
    pace, time = paced(10)
    pace.take_turn()
    time.now = 60
    assert [pace.take_turn() for _ in range(2)] == pytest.approx([0, 0.1])


def test_without_a_budget_nobody_waits() -> None:
    pace, _ = paced(None)
    assert [pace.take_turn() for _ in range(3)] == [0, 0, 0]


def test_an_objection_halves_the_pace_and_is_waited_for() -> None:
    pace, _ = paced(10)
    pace.slow_down(retry_after=5)
    assert pace.requests_per_second == 5
    assert [pace.take_turn() for _ in range(2)] == pytest.approx([5, 5.2])


def test_objections_to_requests_under_way_together_count_once() -> None:
    pace, time = paced(16)
    for _ in range(8):
        pace.slow_down(None)
        time.now += 0.05
    assert pace.requests_per_second == 8


@pytest.mark.parametrize("retry_after", [None, 2.0])
def test_an_objection_is_waited_for_also_without_a_budget(retry_after: float | None) -> None:
    pace, _ = paced(None)
    pace.slow_down(retry_after)
    assert pace.take_turn() >= 1


@given(st.lists(st.booleans()), st.floats(0.01, 1000))
def test_the_pace_stays_between_its_bounds_and_comes_back(answers: list[bool], most: float) -> None:
    pace, time = paced(most)
    for is_good in answers:
        time.now += 10
        if is_good:
            pace.speed_up()
        else:
            pace.slow_down(None)
        assert min(SLOWEST, most) <= (pace.requests_per_second or 0) <= most
    for _ in range(100):
        pace.speed_up()
    assert pace.requests_per_second == pytest.approx(most)


def test_who_waits_is_let_go_when_the_client_stops() -> None:
    stopping = Event()
    stopping.set()
    pace = Pace(0.0001, stopping)
    pace.wait()
    pace.wait()
