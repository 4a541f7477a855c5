"""The outbox as a queue: each message to one worker, one message per channel and pace, the gates respected."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from threading import Barrier

import pytest

from bot.core.delivery import Notice, Posted, Purpose, message_key
from bot.store import channels, outbox
from bot.store.engine import Database
from bot.store.outbox import ClaimedMessage
from tests.doubles import START

LEASE = timedelta(seconds=90)
PACE = timedelta(seconds=1)
WORKERS = 4


def queue(database: Database, channel: str, headline: str) -> int | None:
    with database.transaction() as session:
        channels.ensure_workspace(session, START)
        channels.ensure(session, channel, START)
        key = message_key(channel, Purpose.NOTICE, headline)
        return outbox.add(session, key, channel, Notice(headline), START)


def claim(database: Database, after: timedelta = timedelta(), pace: timedelta = PACE) -> ClaimedMessage | None:
    with database.transaction() as session:
        return outbox.claim(session, START + after, LEASE, pace)


def headline(message: ClaimedMessage | None) -> str | None:
    return message.facts.headline if message and isinstance(message.facts, Notice) else None


@pytest.mark.parametrize("channel_count", [1, 5])
def test_workers_at_once_never_take_the_same_message(database: Database, channel_count: int) -> None:
    for number in range(50):
        queue(database, f"C{number % channel_count}", f"message {number}")
    together = Barrier(WORKERS)
    ticks = count()

    def work(_: int) -> list[int]:
        """A worker that finds every gate closed comes back a tick later; all agree on the time."""
        together.wait()
        taken: list[int] = []
        while (tick := next(ticks)) < 400:
            if message := claim(database, tick * PACE):
                taken.append(message.id)
        return taken

    with ThreadPoolExecutor(WORKERS) as pool:
        taken = [row for rows in pool.map(work, range(WORKERS)) for row in rows]
    assert len(taken) == len(set(taken)) == 50


def test_the_same_facts_are_queued_once(database: Database) -> None:
    assert queue(database, "C1", "hello") is not None
    assert queue(database, "C1", "hello") is None
    assert queue(database, "C2", "hello") is not None


def test_a_channel_gets_one_message_per_pace_and_others_do_not_wait_for_it(database: Database) -> None:
    for channel, text in (("C1", "first"), ("C1", "second"), ("C2", "third")):
        queue(database, channel, text)

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
        outbox.mark_sent(session, message, Posted("C1", "1.1"), START)
        outbox.mark_dead(session, message, "too late", START)
        state = outbox.state_of_queue(session)
    assert (state.pending, state.unclear, state.dead, state.oldest_at) == (0, 0, 0, None)


def test_the_state_of_the_queue_names_what_waits_what_is_unclear_and_what_was_given_up(database: Database) -> None:
    for number in range(4):
        queue(database, f"C{number}", "hello")
    given_up, unclear, sent = (claim(database) for _ in range(3))
    assert given_up is not None
    assert unclear is not None
    assert sent is not None
    with database.transaction() as session:
        outbox.mark_dead(session, given_up, "invalid_blocks", START)
        outbox.note_error(session, unclear, "time-out")
        outbox.mark_sent(session, sent, Posted("C2", "1.1"), START)
        state = outbox.state_of_queue(session)
    assert (state.pending, state.unclear, state.dead, state.oldest_at) == (1, 1, 1, START)
