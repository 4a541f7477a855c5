"""Several workflows are polled at a time: a slow one delays nobody, and a bad one costs nobody its news."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import pytest
from sqlalchemy import event

from bot.core.model import Workflow
from bot.core.picture import PageSketch, Picture
from bot.services.boot import Boot
from bot.services.pictures import Pictures
from bot.services.poll_workflows import PollWorkflows, Readers
from bot.services.record_observed import RecordingRules
from bot.store.engine import Database
from bot.store.leases import Claim
from tests.doubles import FakeNews, FakeSource, an_ended_execution
from tests.services.world import MINUTE, SECOND, TIMES, World


@dataclass(slots=True)
class SlowSource(FakeSource):
    """The answer about one workflow waits until it is told to come."""

    may_answer: Event = field(default_factory=Event)

    def news(self, workflow_id: str, last: Picture | None) -> FakeNews:
        if workflow_id == "slow":
            self.may_answer.wait()
        return FakeSource.news(self, workflow_id, last)


class Crowd:
    """Workflows `slow` and `w1` to `w3`, listed and due, and a poller with two readers."""

    def __init__(self, world: World, pool: ThreadPoolExecutor) -> None:
        self.world = world
        self.source = SlowSource([Workflow(name, name) for name in ("slow", "w1", "w2", "w3")])
        world.source = self.source
        world.start("C1")
        world.list_workflows()
        boot = Boot(world.clock(), TIMES.settle)
        readers = Readers(pool, most_at_once=4)
        self.poller = PollWorkflows(world.database, self.source, world.clock, RecordingRules(MINUTE), boot, readers)

    def poll(self, times: int) -> None:
        """Until so many more polls are finished."""
        wanted = self.poller.finished + times
        while self.poller.finished < wanted:
            self.poller.step()

    def fail_runs(self) -> None:
        self.world.clock.advance(MINUTE)
        at = self.world.clock.now - SECOND
        self.source.put(*(an_ended_execution(f"e{n}", at=at, workflow_id=f"w{n}") for n in range(1, 4)))


@pytest.fixture
def crowd(world: World) -> Iterator[Crowd]:
    with ThreadPoolExecutor(2) as pool:
        crowd = Crowd(world, pool)
        yield crowd
        crowd.source.may_answer.set()


def test_a_slow_workflow_does_not_delay_the_others(crowd: Crowd) -> None:
    crowd.poll(3)
    crowd.fail_runs()
    crowd.poll(3)
    assert sorted(crowd.world.alerted()) == ["e1", "e2", "e3"]
    assert crowd.poller.is_reading
    crowd.source.may_answer.set()
    crowd.poll(1)
    assert not crowd.poller.is_reading


def test_one_that_cannot_be_recorded_costs_the_others_nothing(crowd: Crowd) -> None:
    crowd.source.may_answer.set()
    crowd.poll(4)
    crowd.fail_runs()
    with refusing(crowd.world.database, "e2"):
        for _ in range(6):
            try_to_poll(crowd.poller)
    assert sorted(crowd.world.alerted()) == ["e1", "e3"]
    crowd.world.clock.advance(MINUTE)
    crowd.poll(4)
    assert sorted(crowd.world.alerted()) == ["e1", "e2", "e3"]


class Refused(Exception):
    """The database does not take it."""


def try_to_poll(poller: PollWorkflows) -> None:
    """As the worker does, which survives it."""
    try:
        poller.step()
    except Refused:
        return


@contextmanager
def refusing(database: Database, execution_id: str) -> Iterator[None]:
    def refuse(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("INSERT INTO executions ") and f"'{execution_id}'" in repr(parameters):
            raise Refused

    event.listen(database.engine, "before_cursor_execute", refuse)
    yield
    event.remove(database.engine, "before_cursor_execute", refuse)


def a_picture(rows: int) -> Picture:
    return Picture((PageSketch(0, rows, None, range(rows), {}, 0),))


def test_a_picture_is_good_for_the_next_claim_only() -> None:
    """Whoever claimed the workflow in between, in another process, saw what this one did not."""
    pictures = Pictures()
    pictures.keep(Claim(1, token=4), a_picture(10))
    assert pictures.before(Claim(1, token=5)) == a_picture(10)
    assert pictures.before(Claim(1, token=6)) is None
    assert pictures.before(Claim(2, token=5)) is None


def test_pictures_that_were_not_used_longest_make_room() -> None:
    pictures = Pictures(most_rows=25)
    for key in (1, 2, 1, 3):
        pictures.keep(Claim(key, token=1), a_picture(10))
    kept = [key for key in (1, 2, 3) if pictures.before(Claim(key, token=2))]
    assert kept == [1, 3]


def test_a_picture_that_is_given_up_is_forgotten() -> None:
    pictures = Pictures()
    pictures.keep(Claim(1, token=1), a_picture(10))
    pictures.keep(Claim(1, token=2), None)
    assert pictures.before(Claim(1, token=3)) is None
