"""Delivery, outcome by outcome: what happens to the message, to its channel, and to everybody else."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.delivery import (
    FailureClass,
    Notice,
    NoticeKind,
    NotPosted,
    Outcome,
    Posted,
    Purpose,
    Unclear,
    message_key,
)
from bot.core.retry import CHANNEL_PROBE, TOKEN_PROBE, Form
from bot.core.rules import Rules
from bot.core.subscribing import Wish
from bot.language import Locale
from bot.services.ports import Unreadable
from bot.store import channels, outbox, subscriptions
from bot.store.channels import Breakage
from bot.store.outbox import Draft, QueueState
from tests.services.world import SECOND, TIMES, World

REFUSED = NotPosted(FailureClass.TRANSIENT, "connection refused")
LIMITED = NotPosted(FailureClass.RATE_LIMITED, "ratelimited", retry_after=30)
BAD_BLOCKS = NotPosted(FailureClass.MESSAGE, "invalid_blocks")
ARCHIVED = NotPosted(FailureClass.CHANNEL, "is_archived")
REVOKED = NotPosted(FailureClass.TOKEN, "token_revoked")
TIMED_OUT = Unclear("read time-out")


class Crash(Exception):
    """The process dies here."""


@pytest.fixture
def queue(world: World) -> World:
    """One message waits for each of two channels."""
    world.start("C1", "C2")
    for channel in ("C1", "C2"):
        say(world, channel, f"to {channel}")
    return world


def say(world: World, channel: str, words: str) -> None:
    with world.database.transaction() as session:
        key = message_key(channel, Purpose.NOTICE, words)
        outbox.add(
            session,
            Draft(key, channel, Notice(NoticeKind.CHANNEL_REFUSES, words), about_at=world.clock.now),
            world.clock.now,
        )


def answer(world: World, channel: str, *outcomes: Outcome | Exception) -> None:
    world.slack.answers[channel] = list(outcomes)


def said(world: World) -> list[str]:
    """What stands in Slack."""
    return [post.facts.about for _, post in world.slack.posts if isinstance(post.facts, Notice)]


def tried(world: World) -> int:
    return len(world.slack.sent)


def state(world: World) -> QueueState:
    with world.database.snapshot() as session:
        return outbox.state_of_queue(session)


def broken(world: World) -> Sequence[Breakage]:
    with world.database.snapshot() as session:
        return channels.broken(session)


def test_a_message_is_posted_in_the_language_that_the_oldest_subscription_of_its_channel_names(queue: World) -> None:
    wishes = (
        Wish("C1", "orders", Rules(language="ko")),
        Wish("C1", "sales", Rules(language="en", zone="Europe/Berlin")),
        Wish("C2", "sales", Rules(nth_failure=2)),
    )
    with queue.database.transaction() as session:
        for wish in wishes:
            subscriptions.put(session, wish, queue.clock.now)
    queue.deliver_for(SECOND)
    locales = {post.channel: post.locale for post in queue.slack.sent}
    assert locales == {"C1": Locale("ko", ZoneInfo("Europe/Berlin")), "C2": Locale()}


def test_a_message_is_posted_and_its_place_remembered(queue: World) -> None:
    answer(queue, "C1", Posted("C0123", "1.5"))
    queue.deliver_for(SECOND)
    assert state(queue) == QueueState(pending=0, unclear=0, dead=0, oldest_at=None)
    with queue.database.snapshot() as session:
        assert channels.slack_ids(session) == {"C1": "C0123", "C2": "C2"}


def test_the_id_that_slack_gave_a_channel_is_used_from_then_on(queue: World) -> None:
    answer(queue, "C1", Posted("C0123", "1.5"))
    queue.deliver_for(SECOND)
    say(queue, "C1", "another")
    queue.deliver_for(SECOND)
    assert queue.slack.sent[-1].channel == "C0123"


def test_a_channel_gets_one_message_a_second_in_the_order_of_their_queueing(queue: World) -> None:
    for number in range(3):
        say(queue, "C1", f"message {number}")
    counts = []
    for _ in range(4):
        while queue.deliver():
            pass
        counts.append(len([post for _, post in queue.slack.posts if post.channel == "C1"]))
        queue.clock.advance(SECOND)
    assert counts == [1, 2, 3, 4]
    assert said(queue) == ["to C1", "to C2", "message 0", "message 1", "message 2"]


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        (REFUSED, 1 * SECOND),
        (LIMITED, 30 * SECOND),
        (BAD_BLOCKS, 1 * SECOND),
        (ARCHIVED, CHANNEL_PROBE),
        (REVOKED, TOKEN_PROBE),
    ],
)
def test_a_refused_message_is_tried_again_after_its_wait_and_not_before(
    queue: World, outcome: NotPosted, waits: timedelta
) -> None:
    answer(queue, "C1", outcome)
    while queue.deliver():
        pass
    attempts = tried(queue)
    queue.clock.advance(waits - timedelta(milliseconds=1))
    assert not queue.deliver()
    assert tried(queue) == attempts

    queue.clock.advance(timedelta(milliseconds=1))
    queue.deliver_for(SECOND)
    assert sorted(said(queue)) == ["to C1", "to C2"]


@pytest.mark.parametrize("outcome", [REFUSED, LIMITED, BAD_BLOCKS, ARCHIVED, TIMED_OUT])
def test_other_channels_go_on(queue: World, outcome: Outcome) -> None:
    answer(queue, "C1", *[outcome] * 3)
    while queue.deliver():
        pass
    assert said(queue) == ["to C2"]


@pytest.mark.parametrize(("outcome", "waits"), [(REFUSED, SECOND), (LIMITED, 30 * SECOND), (ARCHIVED, CHANNEL_PROBE)])
def test_what_comes_later_to_a_channel_in_trouble_waits_behind(
    queue: World, outcome: Outcome, waits: timedelta
) -> None:
    answer(queue, "C1", outcome)
    queue.deliver()
    say(queue, "C1", "later")
    queue.clock.advance(waits)
    queue.deliver_for(2 * SECOND)
    assert [words for words in said(queue) if words != "to C2"] == ["to C1", "later"]


def test_a_message_that_slack_will_not_take_gets_plainer_and_then_is_given_up_and_kept(queue: World) -> None:
    answer(queue, "C1", *[BAD_BLOCKS] * 3)
    queue.deliver_for(5 * SECOND)
    forms = [message.form for message in queue.slack.sent if message.channel == "C1"]
    assert forms == [Form.BLOCKS, Form.TEXT, Form.LINE]
    assert (state(queue).pending, state(queue).dead) == (0, 1)

    say(queue, "C1", "the next one")
    queue.deliver_for(SECOND)
    assert said(queue) == ["to C2", "the next one"]


def test_a_broken_channel_is_shown_until_it_works_again(queue: World) -> None:
    answer(queue, "C1", ARCHIVED, ARCHIVED)
    queue.deliver()
    since = queue.clock.now
    assert broken(queue) == [Breakage("C1", "is_archived", since)]

    queue.clock.advance(CHANNEL_PROBE)
    queue.deliver_for(SECOND)
    assert broken(queue) == [Breakage("C1", "is_archived", since)]

    queue.clock.advance(CHANNEL_PROBE)
    queue.deliver_for(SECOND)
    assert broken(queue) == []
    assert "to C1" in said(queue)


class TestAnInvalidToken:
    """Slack refuses everything: nothing is lost, and nothing is asked in vain more often than once a minute."""

    @pytest.fixture
    def refused(self, queue: World) -> World:
        answer(queue, "C1", *[REVOKED] * 3)
        assert queue.deliver()
        return queue

    def test_stops_everything(self, refused: World) -> None:
        assert not refused.deliver()
        assert tried(refused) == 1
        assert state(refused).pending == 2

    def test_is_shown(self, refused: World) -> None:
        assert broken(refused) == [Breakage(None, "token_revoked", refused.clock.now)]

    def test_is_probed_once_a_minute(self, refused: World) -> None:
        refused.slack.answers["C2"] = [REVOKED] * 5
        for _ in range(3):
            refused.clock.advance(TOKEN_PROBE)
            assert refused.deliver()
            assert not refused.deliver()
        assert tried(refused) == 4

    def test_loses_nothing_when_it_works_again(self, refused: World) -> None:
        refused.slack.answers.clear()
        refused.clock.advance(TOKEN_PROBE)
        refused.deliver_for(2 * SECOND)
        assert sorted(said(refused)) == ["to C1", "to C2"]
        assert broken(refused) == []


class TestAnUnclearOutcome:
    """Nobody knows whether the message was posted: the channel is asked after the settle time."""

    def test_waits_for_the_channel_to_tell_before_it_is_sent_again(self, queue: World) -> None:
        answer(queue, "C1", TIMED_OUT)
        queue.deliver_for(TIMES.settle - SECOND)
        assert said(queue) == ["to C2"]
        assert state(queue).unclear == 1

    @pytest.mark.parametrize("lands", [True, False])
    def test_ends_with_one_message_whether_it_had_been_posted_or_not(self, queue: World, lands: bool) -> None:
        queue.slack.lands_unseen = lands
        answer(queue, "C1", TIMED_OUT)
        queue.deliver_for(TIMES.settle + 2 * SECOND)
        assert sorted(said(queue)) == ["to C1", "to C2"]
        assert state(queue) == QueueState(pending=0, unclear=0, dead=0, oldest_at=None)
        assert not any(message.may_repeat for message in queue.slack.sent)

    def test_stays_unclear_while_the_channel_cannot_be_read(self, queue: World) -> None:
        answer(queue, "C1", TIMED_OUT)
        queue.slack.unreadable = Unreadable("service_unavailable", is_lasting=False)
        queue.deliver_for(TIMES.settle + 10 * SECOND)
        assert (said(queue), state(queue).unclear) == (["to C2"], 1)

        queue.slack.unreadable = None
        queue.deliver_for(10 * SECOND)
        assert sorted(said(queue)) == ["to C1", "to C2"]

    def test_is_sent_as_a_possible_repeat_where_nobody_may_read_the_channel(self, queue: World) -> None:
        answer(queue, "C1", TIMED_OUT)
        queue.slack.unreadable = Unreadable("missing_scope", is_lasting=True)
        queue.deliver_for(TIMES.settle + 2 * SECOND)
        assert sorted(said(queue)) == ["to C1", "to C2"]
        assert queue.slack.sent[-1].may_repeat


@pytest.mark.parametrize("lands", [True, False])
def test_a_crash_while_a_message_is_being_sent_neither_loses_nor_repeats_it(queue: World, lands: bool) -> None:
    """The next start finds it `sending`, waits for it to settle and asks the channel."""

    queue.slack.lands_unseen = lands
    answer(queue, "C1", Crash())
    with pytest.raises(Crash):
        queue.deliver()
    queue.start("C1", "C2")
    queue.deliver_for(TIMES.settle + 2 * SECOND)
    assert sorted(said(queue)) == ["to C1", "to C2"]
