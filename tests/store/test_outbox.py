"""The outbox as a queue: each message to one worker, one message per channel and pace, the gates respected."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import text

from bot.core.delivery import DeliveryTimes, Notice, NoticeKind, Posted, Purpose, message_key
from bot.core.digest import MessageRef
from bot.core.retry import Form
from bot.store import channels, looking_back, outbox, sending
from bot.store.engine import Database
from bot.store.outbox import Draft, QueueState
from bot.store.sending import ClaimedMessage
from tests.doubles import START

TIMES = DeliveryTimes()
PACE = TIMES.pace
WORKERS = 4


def queue(
    database: Database,
    channel: str,
    headline: str,
    *,
    stream: str | None = None,
    reply_to: int | None = None,
    edits: int | None = None,
) -> int | None:
    with database.transaction() as session:
        channels.ensure_workspace(session, START)
        channels.ensure(session, channel, START)
        key = message_key(channel, Purpose.NOTICE, headline)
        draft = Draft(
            key,
            channel,
            Notice(NoticeKind.CHANNEL_REFUSES, headline),
            START,
            stream=stream,
            reply_to=reply_to,
            edits=edits,
        )
        return outbox.add(session, draft, START)


def claim(database: Database, after: timedelta = timedelta(), *, fallback: str | None = None) -> ClaimedMessage | None:
    with database.transaction() as session:
        return sending.claim(session, START + after, TIMES, fallback)


def deliver(database: Database, after: timedelta = timedelta()) -> str | None:
    """Claim the next message and find it posted; returns its headline."""
    message = claim(database, after)
    if message:
        with database.transaction() as session:
            sending.mark_sent(session, message, Posted(message.channel, f"1.{message.id}"), START + after)
    return headline(message)


def headline(message: ClaimedMessage | None) -> str | None:
    return message.facts.about if message and isinstance(message.facts, Notice) else None


@pytest.mark.parametrize("channel_count", [1, 5])
def test_workers_at_once_never_take_the_same_message(database: Database, channel_count: int) -> None:
    for number in range(50):
        queue(database, f"C{number % channel_count}", f"message {number}")
    together = Barrier(WORKERS)
    ticks = count()
    taken: list[int] = []

    def work(_: int) -> None:
        """A worker that finds every gate closed comes back a tick later; all agree on the time."""
        together.wait()
        while len(taken) < 50 and (tick := next(ticks)) < 1000:
            if message := claim(database, tick * PACE):
                taken.append(message.id)

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(work, range(WORKERS)))
    assert len(taken) == len(set(taken)) == 50


def test_the_same_facts_are_queued_once(database: Database) -> None:
    assert queue(database, "C1", "hello") is not None
    assert queue(database, "C1", "hello") is None
    assert queue(database, "C2", "hello") is not None


def test_a_channel_gets_one_message_per_pace_and_others_do_not_wait_for_it(database: Database) -> None:
    for channel, words in (("C1", "first"), ("C1", "second"), ("C2", "third")):
        queue(database, channel, words)

    assert [headline(claim(database)) for _ in range(3)] == ["first", "third", None]
    assert headline(claim(database, PACE)) == "second"


def test_a_closed_gate_lets_nothing_through(database: Database) -> None:
    queue(database, "C1", "hello")
    with database.transaction() as session:
        channels.hold_workspace(session, START + 2 * PACE)
        channels.hold_channel(session, "C1", START + 4 * PACE)

    assert [headline(claim(database, ticks * PACE)) for ticks in (1, 3, 4)] == [None, None, "hello"]


def test_an_outcome_that_comes_after_another_one_is_left_out(database: Database) -> None:
    queue(database, "C1", "hello")
    message = claim(database)
    assert message is not None
    with database.transaction() as session:
        sending.mark_sent(session, message, Posted("C1", "1.1"), START)
        sending.mark_dead(session, message, "too late", START)
        state = outbox.state_of_queue(session)
    assert (state.pending, state.unclear, state.dead, state.oldest_at) == (0, 0, 0, None)


def test_a_sender_that_was_given_up_cannot_overwrite_its_successor(database: Database) -> None:
    queue(database, "C1", "hello")
    slow = claim(database)
    assert slow is not None
    with database.transaction() as session:
        outbox.reopen(session, START, START)
        search = looking_back.claim_search(session, START, TIMES.lease)
        assert search is not None
        looking_back.mark_missing(session, search.messages, START, is_certain=True)
    successor = claim(database, PACE)
    assert successor is not None
    with database.transaction() as session:
        sending.mark_dead(session, slow, "too late", START)
        assert outbox.state_of_queue(session).dead == 0
        sending.mark_sent(session, successor, Posted("C1", "1.1"), START)
        assert outbox.state_of_queue(session) == QueueState(pending=0, unclear=0, dead=0, oldest_at=None)


def test_the_state_of_the_queue_names_what_waits_what_is_unclear_and_what_was_given_up(database: Database) -> None:
    for number in range(4):
        queue(database, f"C{number}", "hello")
    given_up, unclear, sent = (claim(database) for _ in range(3))
    assert given_up is not None
    assert unclear is not None
    assert sent is not None
    with database.transaction() as session:
        sending.mark_dead(session, given_up, "invalid_blocks", START)
        sending.mark_unclear(session, unclear, "time-out", START)
        sending.mark_sent(session, sent, Posted("C2", "1.1"), START)
        state = outbox.state_of_queue(session)
    assert (state.pending, state.unclear, state.dead, state.oldest_at) == (1, 1, 1, START)


def test_an_unclear_message_is_not_sent_again_before_somebody_looked_for_it(database: Database) -> None:
    queue(database, "C1", "hello")
    message = claim(database)
    assert message is not None
    with database.transaction() as session:
        sending.mark_unclear(session, message, "time-out", START)
    assert claim(database, timedelta(hours=1)) is None


def test_after_a_start_every_open_message_is_unclear_and_its_sender_no_longer_heard(database: Database) -> None:
    for channel in ("C1", "C2", "C3"):
        queue(database, channel, "hello")
    in_flight, sent = claim(database), claim(database)
    assert in_flight is not None
    assert sent is not None
    with database.transaction() as session:
        sending.mark_sent(session, sent, Posted("C2", "1.2"), START)
        outbox.reopen(session, START, START + TIMES.settle)
    with database.transaction() as session:
        sending.mark_retry(session, in_flight, START, Form.TEXT, "of an earlier life")
        state = outbox.state_of_queue(session)
    assert (state.pending, state.unclear) == (0, 2)
    assert claim(database, timedelta(hours=1)) is None


def test_of_messages_in_one_stream_a_later_one_waits_for_the_earlier(database: Database) -> None:
    queue(database, "C1", "failed", stream="incident 1")
    queue(database, "C2", "recovered", stream="incident 1")
    failed = claim(database)
    assert headline(failed) == "failed"
    assert claim(database, PACE) is None

    assert failed is not None
    with database.transaction() as session:
        sending.mark_sent(session, failed, Posted("C1", "1.1"), START)
    assert headline(claim(database, PACE)) == "recovered"


def test_a_reply_waits_for_its_parent_and_stands_under_it(database: Database) -> None:
    parent = queue(database, "C2", "parent")
    queue(database, "C1", "reply", reply_to=parent)
    with database.transaction() as session:
        channels.hold_channel(session, "C2", START + PACE)
    assert claim(database) is None
    assert deliver(database, PACE) == "parent"

    reply = claim(database, 2 * PACE)
    assert reply is not None
    assert (headline(reply), reply.thread, reply.send_to) == ("reply", MessageRef("C2", f"1.{parent}"), "C2")


def test_an_edit_waits_for_its_message_and_names_it(database: Database) -> None:
    message = queue(database, "C1", "failed")
    queue(database, "C1", "failed, seen", edits=message)
    assert [deliver(database, ticks * PACE) for ticks in range(2)] == ["failed", "failed, seen"]


class TestAFallbackChannel:
    """Another channel, where the messages of a broken one go."""

    @pytest.fixture
    def broken(self, database: Database) -> Database:
        queue(database, "C1", "hello")
        queue(database, "C2", "to the fallback itself")
        assert deliver(database) == "hello"
        assert deliver(database) == "to the fallback itself"
        with database.transaction() as session:
            assert channels.break_channel(session, "C1", "is_archived", START)
            channels.hold_channel(session, "C1", START + timedelta(hours=1))
        queue(database, "C1", "for the broken channel")
        return database

    def test_takes_the_messages_of_a_broken_channel(self, broken: Database) -> None:
        message = claim(broken, PACE, fallback="C2")
        assert message is not None
        assert (message.channel, message.send_to, message.is_detour) == ("C1", "C2", True)

    def test_keeps_its_own_pace(self, broken: Database) -> None:
        queue(broken, "C1", "another one")
        assert claim(broken, PACE, fallback="C2") is not None
        assert claim(broken, PACE, fallback="C2") is None
        assert claim(broken, 2 * PACE, fallback="C2") is not None

    def test_is_left_alone_when_the_channel_is_only_busy(self, broken: Database) -> None:
        with broken.transaction() as session:
            channels.heal(session, "C1", "C1")
        assert claim(broken, PACE, fallback="C2") is None

    def test_does_not_stand_in_for_itself(self, broken: Database) -> None:
        with broken.transaction() as session:
            channels.break_channel(session, "C2", "is_archived", START)
            channels.hold_channel(session, "C2", START + timedelta(hours=1))
        assert claim(broken, PACE, fallback="C2") is None


def test_a_message_that_another_process_is_just_claiming_is_not_waited_for(postgresql: Database) -> None:
    """Nor is its channel: its turn is taken."""
    for channel, words in (("C1", "first"), ("C1", "second"), ("C2", "third")):
        queue(postgresql, channel, words)
    with postgresql.transaction() as slow, postgresql.transaction() as quick:
        first = sending.claim(slow, START, TIMES, None)
        quick.execute(text("SET LOCAL lock_timeout = '1ms'"))
        second = sending.claim(quick, START, TIMES, None)
    assert (headline(first), headline(second)) == ("first", "third")


def test_a_claim_takes_one_message_however_the_planner_joins(database: Database) -> None:
    """As for other claims: see test_leases."""
    for number in range(3):
        queue(database, f"C{number}", "hello")
    with database.transaction() as session:
        if not database.is_sqlite:
            for way in ("material", "hashjoin", "mergejoin", "hashagg", "sort", "indexscan", "bitmapscan"):
                session.execute(text(f"SET LOCAL enable_{way} = off"))
        assert sending.claim(session, START, TIMES, None) is not None
    with database.snapshot() as session:
        assert outbox.state_of_queue(session).pending == 2


def test_messages_that_pile_up_in_an_outage_do_not_make_looking_for_work_slow(sqlite: Database) -> None:
    """A look that finds every gate closed costs each message the same, however many there are."""
    costs = []
    for number in range(400):
        queue(sqlite, "C1", f"message {number}")
        if number in (199, 399):
            with sqlite.transaction() as session:
                channels.hold_channel(session, "C1", START + PACE)
            costs.append(cost_of_a_claim(sqlite))
    assert costs[1] < 3 * costs[0]


def cost_of_a_claim(database: Database) -> int:
    """In steps of SQLite's virtual machine."""
    steps: list[int] = []
    with database.transaction() as session:
        connection = session.connection().connection.dbapi_connection
        assert connection is not None
        connection.set_progress_handler(lambda: steps.append(1), 10)
        assert sending.claim(session, START, TIMES, None) is None
        connection.set_progress_handler(None, 0)
    return len(steps)
