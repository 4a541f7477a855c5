"""What App Home shows is read from the database, bounded, and only as much of it as a person may see."""

from datetime import timedelta
from typing import Any

import pytest

from bot.core.model import Workflow
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import Wish
from bot.services.show_home import MOST_INCIDENTS, MOST_SILENCES, Home, ShowHome
from bot.store import silences, subscriptions
from bot.store.engine import Database
from tests.doubles import FakeClock, an_ended_execution
from tests.services.world import MINUTE, World
from tests.slack.samples import HEALTHY


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    return World(database, clock)


def look(world: World) -> Home:
    return ShowHome(world.database, world.clock, lambda: HEALTHY).home()


def mute(world: World, lasting: timedelta, **scope: Any) -> None:
    now = world.clock()
    with world.database.transaction() as session:
        silences.add(session, Silence(0, SilenceKind.MUTE, now, now + lasting, **scope), now)


def test_of_nothing_nothing_is_shown(world: World) -> None:
    home = look(world)
    assert (home.incidents, home.incident_count, home.silences, home.silence_count) == ([], 0, [], 0)
    assert [one.channel for one in home.subscriptions] == ["C1"]
    assert home.status is HEALTHY


def test_an_open_incident_is_shown_with_where_its_card_stands(world: World) -> None:
    world.cycle()
    world.source.put(an_ended_execution(at=world.clock()))
    world.cycle()
    world.deliver_for(MINUTE)
    home = look(world)
    assert [one.workflow_name for one in home.incidents] == ["orders"]
    assert home.incidents[0].cards == (world.slack.posts[-1][0],)


def test_the_newest_incidents_come_first_and_the_others_are_counted(world: World) -> None:
    names = [f"flow {number:02}" for number in range(MOST_INCIDENTS + 3)]
    world.source.account += [Workflow(name, name) for name in names]
    world.cycle()
    for number, name in enumerate(names):
        at = world.clock() + timedelta(seconds=number)
        world.source.put(an_ended_execution(f"e{number}", at=at, workflow_id=name))
    world.cycle(10 * MINUTE)
    home = look(world)
    assert home.incident_count == len(names)
    assert [one.workflow_name for one in home.incidents] == names[:2:-1]


def test_what_is_muted_now_is_shown_soonest_to_end_first(world: World) -> None:
    world.cycle()
    mute(world, 5 * MINUTE, workflow_id="w1")
    mute(world, 2 * MINUTE, channel="C1", job_id="unheard-of")
    home = look(world)
    assert [(one.workflow_name, one.job_name) for one in home.silences] == [(None, "unheard-of"), ("orders", None)]
    world.clock.advance(2 * MINUTE)
    assert [one.workflow_name for one in look(world).silences] == ["orders"]


def test_of_very_many_mutes_the_rest_is_counted(world: World) -> None:
    for number in range(MOST_SILENCES + 5):
        mute(world, (number + 1) * MINUTE)
    home = look(world)
    assert (len(home.silences), home.silence_count) == (MOST_SILENCES, MOST_SILENCES + 5)


def test_a_person_sees_the_subscriptions_of_their_own_channels(world: World) -> None:
    with world.database.transaction() as session:
        for channel in ("C2", "U-mina"):
            subscriptions.put(session, Wish(channel), world.clock())
    home = look(world)
    assert [one.channel for one in home.subscriptions_of(["C1", "U-mina"])] == ["C1", "U-mina"]
    assert home.subscriptions_of([]) == []
