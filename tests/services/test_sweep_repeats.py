"""The sweep: of messages with one key the oldest stays, wherever a late one landed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import permutations

import pytest
from sqlalchemy import select

from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryTimes, Notice, NoticeKind, Purpose, message_key
from bot.core.digest import MessageRef
from bot.services.ports import Found, Mark, Unreadable
from bot.services.sweep_repeats import SweepRepeats, repeats
from bot.store import outbox
from bot.store.engine import Database
from bot.store.message_tables import OutboxRow
from bot.store.outbox import Draft
from tests.doubles import START, FakeClock, FakeSlack
from tests.services.world import SECOND, World

TIMES = DeliveryTimes()
KEYS = [message_key("C1", Purpose.ALERT, f"e{number}") for number in range(4)]


def found(key: str, ts: str, *carries: str) -> Found:
    return Found(Mark(key, START, tuple(carried_mark(carried) for carried in carries)), MessageRef("C1", ts))


def ref(ts: str) -> MessageRef:
    return MessageRef("C1", ts)


@pytest.mark.parametrize(
    ("messages", "pairs"),
    [
        ([], []),
        ([found(KEYS[0], "1.1"), found(KEYS[1], "1.2")], []),
        ([found(KEYS[0], "1.1"), found(KEYS[0], "1.2")], [("1.1", "1.2")]),
        ([found(KEYS[0], "1.1"), found(KEYS[0], "1.2"), found(KEYS[0], "1.3")], [("1.1", "1.2"), ("1.1", "1.3")]),
        # told by a page of a catch-up message as well
        ([found(KEYS[0], "1.1"), found(KEYS[1], "1.2", KEYS[0])], [("1.2", "1.1")]),
        # by a page that stands there twice itself
        (
            [found(KEYS[0], "1.1"), found(KEYS[1], "1.2", KEYS[0]), found(KEYS[1], "1.3", KEYS[0])],
            [("1.2", "1.1"), ("1.2", "1.3")],
        ),
        ([found(KEYS[1], "1.1", KEYS[0], KEYS[2]), found(KEYS[0], "1.2"), found(KEYS[3], "1.3")], [("1.1", "1.2")]),
    ],
)
def test_of_messages_that_tell_the_same_one_stays(messages: list[Found], pairs: list[tuple[str, str]]) -> None:
    for order in permutations(messages):
        assert sorted(repeats(order), key=str) == [(ref(kept), ref(repeat)) for kept, repeat in pairs]


@pytest.fixture
def swept(world: World) -> World:
    """A channel in which a message stands twice: the second one landed long after it was given up."""
    with world.database.transaction() as session:
        outbox.add(session, Draft(KEYS[0], "C1", Notice(NoticeKind.CHANNEL_REFUSES, "hello"), about_at=START), START)
    world.deliver_for(2 * SECOND)
    ((_, message),) = world.slack.posts
    world.slack.posts.append((ref("1772413999.000001"), message))
    return world


def sweep(world: World) -> bool:
    return SweepRepeats(world.database, world.slack, world.clock, TIMES, world.boot).step()


def standing(world: World) -> list[str]:
    return [at.ts for at, _ in world.slack.posts]


def test_a_repeat_is_removed_and_the_first_message_stays(swept: World) -> None:
    first, _ = standing(swept)
    assert sweep(swept)
    assert standing(swept) == [first]


def test_a_channel_is_swept_after_an_interval_and_anew_after_a_start(swept: World) -> None:
    assert sweep(swept)
    assert not sweep(swept)
    swept.clock.advance(TIMES.sweep_every)
    assert sweep(swept)
    swept.start("C1")
    assert sweep(swept)


def test_a_channel_that_cannot_be_read_is_swept_another_time(swept: World) -> None:
    swept.slack.unreadable = Unreadable("service_unavailable", is_lasting=False)
    assert sweep(swept)
    assert len(standing(swept)) == 2
    swept.slack.unreadable = None
    swept.clock.advance(TIMES.sweep_every)
    assert sweep(swept)
    assert len(standing(swept)) == 1


class CountingSlack(FakeSlack):
    """Counts how often a history is asked for."""

    readings = 0

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        self.readings += 1
        return FakeSlack.read_back(self, channel, since, thread)


@pytest.mark.parametrize(("is_lasting", "readings"), [(False, 1), (True, 2)])
def test_slack_is_not_asked_on_once_it_does_not_answer_for_now(
    database: Database, clock: FakeClock, is_lasting: bool, readings: int
) -> None:
    slack = CountingSlack()
    world = World(database, clock, slack)
    queue_with_reply(world)
    world.deliver_for(3 * SECOND)
    slack.unreadable, slack.readings = Unreadable("ratelimited", is_lasting=is_lasting), 0
    assert sweep(world)
    assert slack.readings == readings


def test_a_channel_in_which_we_never_posted_is_not_swept(world: World) -> None:
    assert not sweep(world)


def test_repeats_in_a_thread_are_removed_too(world: World) -> None:
    """A page of a catch-up message may land late like anything else."""
    queue_with_reply(world)
    world.deliver_for(3 * SECOND)
    _, (_, reply) = world.slack.posts
    world.slack.posts.append((ref("1772413999.000001"), reply))
    sweep(world)
    assert len(standing(world)) == 2


def test_rows_that_named_a_removed_message_name_the_one_that_stays(swept: World) -> None:
    """It may have been the later one that we heard of."""
    first, second = swept.slack.posts
    swept.slack.posts = [(ref("1772410000.000001"), second[1]), first]
    sweep(swept)
    assert place_of(swept, KEYS[0]) == "1772410000.000001"


def queue_with_reply(world: World) -> None:
    with world.database.transaction() as session:
        parent = outbox.add(
            session, Draft(KEYS[0], "C1", Notice(NoticeKind.CHANNEL_REFUSES, "parent"), about_at=START), START
        )
        outbox.add(
            session,
            Draft(KEYS[1], "C1", Notice(NoticeKind.CHANNEL_REFUSES, "reply"), about_at=START, reply_to=parent),
            START,
        )


def place_of(world: World, key: str) -> str | None:
    with world.database.snapshot() as session:
        return session.execute(select(OutboxRow.message_ts).where(OutboxRow.key == key)).scalar_one()
