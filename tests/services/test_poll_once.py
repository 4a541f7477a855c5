"""One cycle for a scheduler outside, and whether it says that all is well."""

from bot.services.ports import Unreadable
from bot.store.engine import Database
from tests.doubles import FakeClock, FakeSlack
from tests.services.world import World


def test_a_cycle_in_which_everything_was_read_is_clean(world: World) -> None:
    report = world.poll_once()
    assert (report.polled, report.failed, report.waiting) == (1, 0, 0)
    assert report.is_clean


def test_a_cycle_that_waits_for_slack_before_it_polls_is_not(sqlite: Database, clock: FakeClock) -> None:
    """A new database: since when we watch stands in our own messages."""
    world = World(sqlite, clock, FakeSlack(unreadable=Unreadable("service_unavailable", is_lasting=False)))
    report = world.poll_once()
    assert (report.polled, report.failed, report.waiting) == (0, 0, 0)
    assert not report.is_clean
