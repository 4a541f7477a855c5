"""What was told of maintenance windows is told once, and counted alike, on either database."""

from bot.core.delivery import Purpose
from bot.core.model import ExecutionStatus
from bot.core.silence import Silence, SilenceKind
from bot.core.telling import Maintenance
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.ward import HOUR, Ward


def test_a_window_is_told_and_what_it_held_back_is_counted(database: Database) -> None:
    ward = Ward(database, FakeClock())
    ward.subscribe()
    ward.subscribe(workflows="orders")
    ward.hush(Silence(0, SilenceKind.MAINTENANCE, START, START + HOUR))
    assert ward.announce() == 1
    ward.deliver()
    ward.ends(ExecutionStatus.FAILED)
    ward.clock.now = START + HOUR
    assert ward.announce() == 1

    _, end = [one.facts for one in ward.queued(Purpose.MAINTENANCE)]
    assert isinstance(end, Maintenance)
    assert (end.over_at, end.held) == (START + HOUR, 1)
