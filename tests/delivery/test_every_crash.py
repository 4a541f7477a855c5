"""Every alert appears in Slack exactly once, whatever dies when: not sampled but enumerated, on a virtual clock.

The delivery code and the store are the product's own, on SQLite. What is judged is what Slack shows, and only that.
`execution` runs one step and notes where the process could have died, `exploration` goes on from each such point,
`essence` says which states need not be told apart, `planted` holds the bugs that all this must find.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import DeliveryTimes
from tests.delivery import planted
from tests.delivery.bot import Design
from tests.delivery.conftest import Note
from tests.delivery.exploration import Exploration, Tally, Troubles
from tests.delivery.scenario import WAITS, Scenario

ONE_ALERT = Scenario("one alert", 1)
TWO_ALERTS = Scenario("two alerts", 2)
ALERT_AND_REPLY = Scenario("an alert and its reply", 2, is_one_job=True)

CATCH_UP = Scenario("a catch-up", 25)
"""So many failures at once are told by one message and its thread."""

LATE = timedelta(minutes=3)
"""Long after the settle time, in which the promise supposes Slack to have shown what it accepted."""

BEYOND_THE_PROMISE = Scenario(
    "beyond the promise",
    1,
    design=Design(times=DeliveryTimes()),
    late_by=LATE,
    freezes_at=WAITS | {"deliver: before send"},
    is_lenient=True,
)

long_form = pytest.mark.chaos


def described(scenario: Scenario, troubles: Troubles, exploration: Exploration, tally: Tally) -> str:
    allowed = ", ".join(f"{kind} up to {count}" for kind, count in troubles._asdict().items() if count)
    return (
        f"{scenario.name}, {allowed}: {tally.schedules:,} schedules through {len(exploration.nodes):,} states, "
        f"{exploration.workbench.executions:,} steps executed; {tally.lost:,} lost, {tally.twice:,} twice"
    )


@pytest.mark.parametrize(
    ("scenario", "troubles", "at_least"),
    [
        (TWO_ALERTS, Troubles(crashes=3), 1_000_000),
        (TWO_ALERTS, Troubles(crashes=1, faults=1), 1_000),
        (ONE_ALERT, Troubles(crashes=1, freezes=1), 100),
        (ALERT_AND_REPLY, Troubles(crashes=2), 10_000),
        (CATCH_UP, Troubles(crashes=1), 100),
        (CATCH_UP, Troubles(faults=1), 10),
        pytest.param(TWO_ALERTS, Troubles(crashes=4), 50_000_000, marks=long_form),
        pytest.param(TWO_ALERTS, Troubles(crashes=3, faults=1), 10_000_000, marks=long_form),
        pytest.param(TWO_ALERTS, Troubles(crashes=2, freezes=1), 50_000, marks=long_form),
        pytest.param(ONE_ALERT, Troubles(crashes=2, freezes=1), 10_000, marks=long_form),
        pytest.param(ONE_ALERT, Troubles(crashes=1, faults=1, freezes=1), 1_000, marks=long_form),
        pytest.param(ALERT_AND_REPLY, Troubles(crashes=3), 1_000_000, marks=long_form),
        pytest.param(ALERT_AND_REPLY, Troubles(crashes=1, faults=1), 1_000, marks=long_form),
        pytest.param(CATCH_UP, Troubles(crashes=2, faults=1), 50_000, marks=long_form),
    ],
)
def test_no_schedule_loses_an_alert_or_shows_one_twice(
    scenario: Scenario, troubles: Troubles, at_least: int, note: Note
) -> None:
    exploration = scenario.exploration()
    tally = exploration.tally(troubles)
    note(described(scenario, troubles, exploration, tally))

    assert tally.is_good, exploration.counterexample(troubles)
    assert tally.schedules >= at_least


@pytest.mark.parametrize(
    "troubles",
    [
        Troubles(crashes=2),
        Troubles(freezes=1),
        pytest.param(Troubles(crashes=1, freezes=1), marks=long_form),
        pytest.param(Troubles(crashes=2, faults=1), marks=long_form),
        pytest.param(Troubles(crashes=1, faults=1, freezes=1), marks=long_form),
    ],
)
def test_beyond_the_promise_nothing_is_lost_and_no_repeat_stays(troubles: Troubles, note: Note) -> None:
    """Slack shows a message long after the settle time, or a process is suspended in the moment before it sends."""
    exploration = BEYOND_THE_PROMISE.exploration()
    tally = exploration.tally(troubles)
    note(described(BEYOND_THE_PROMISE, troubles, exploration, tally))

    assert tally.is_good, exploration.counterexample(troubles)


@pytest.mark.parametrize(
    ("bug", "alerts", "troubles", "effect"),
    [
        (planted.NO_SETTLE, 1, Troubles(faults=1), "twice"),
        (planted.NO_LOOK_BACK_AT_BOOT, 1, Troubles(crashes=1), "twice"),
        (planted.MARK_FIRST, 1, Troubles(crashes=1), "lost"),
        (planted.NO_TOKEN_GUARD, 1, Troubles(crashes=1, freezes=1), "twice"),
        (planted.ONE_PAGE_ONLY, 2, Troubles(crashes=1), "twice"),
        (planted.SDK_RETRIES, 1, Troubles(faults=1), "twice"),
    ],
    ids=["no settle", "no look back at boot", "mark first", "no token guard", "one page only", "SDK retries"],
)
def test_the_same_enumeration_finds_a_planted_bug(
    bug: Design, alerts: int, troubles: Troubles, effect: str, note: Note, request: pytest.FixtureRequest
) -> None:
    exploration = Scenario(request.node.callspec.id, alerts, design=bug).exploration()
    assert not exploration.tally(troubles).is_good

    schedule = exploration.counterexample(troubles)
    note(f"planted bug, {request.node.callspec.id}: {effect} after {' / '.join(schedule)}")
    assert getattr(exploration.replay(schedule), effect)


@pytest.mark.parametrize(
    ("scenario", "troubles"),
    [
        (ONE_ALERT, Troubles(crashes=1, freezes=1)),
        (ALERT_AND_REPLY, Troubles(crashes=1)),
        pytest.param(ONE_ALERT, Troubles(crashes=1, faults=1), marks=long_form),
        pytest.param(ONE_ALERT, Troubles(faults=1, freezes=1), marks=long_form),
        pytest.param(ONE_ALERT, Troubles(crashes=2), marks=long_form),
    ],
)
def test_counting_merged_states_comes_to_the_same_as_walking_every_schedule(
    scenario: Scenario, troubles: Troubles
) -> None:
    """Also when the steps are tried that can have no work."""
    merged, exact = scenario.exploration(), replace(scenario, is_exact=True).exploration()
    assert merged.tally(troubles) == exact.tally(troubles)
    assert len(merged.nodes) < len(exact.nodes)
