"""Looking into channels and threads for what an earlier life of the bot may have posted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.core.alerting import Alert
from bot.core.delivery import Notice, NoticeKind, Unclear
from bot.core.digest import MessageRef
from bot.core.model import ExecutionStatus, Job
from bot.services.ports import Found, Mark, Outgoing, Unreadable
from bot.services.tell import alert_key
from bot.store import channels
from bot.store.engine import Database
from tests.doubles import START, FakeClock, FakeSlack, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

A_LOOK = 2
THREADS = 7


@dataclass(slots=True)
class SlowSlack(FakeSlack):
    """Lets so many threads be read between two readings of the channel, and refuses the next one."""

    threads_left: int = A_LOOK
    threads_read: list[MessageRef] = field(default_factory=list)

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        if thread is None:
            self.threads_left = A_LOOK
        elif self.threads_left == 0:
            return Unreadable("ratelimited", is_lasting=False)
        else:
            self.threads_left -= 1
            self.threads_read.append(thread)
        return FakeSlack.read_back(self, channel, since, thread)

    def post_earlier(self, number: int, key: str, thread: MessageRef | None = None) -> MessageRef:
        """What an earlier life of the bot posted."""
        ref = MessageRef("C1", f"1772400000.{number:06}")
        self.posts.append(
            (ref, Outgoing(Mark(key, START), "C1", Notice(NoticeKind.CHANNEL_REFUSES, "earlier"), thread=thread))
        )
        return ref


@pytest.fixture
def slack() -> SlowSlack:
    """With messages that have replies: more of them than can be read in one go."""
    slack = SlowSlack()
    for number in range(THREADS):
        parent = slack.post_earlier(number, f"card {number}")
        slack.post_earlier(100 + number, f"reply {number}", parent)
    return slack


@pytest.fixture
def world(sqlite: Database, clock: FakeClock, slack: SlowSlack) -> World:
    """About to poll for the first time, and to find a failure."""
    world = World(sqlite, clock, slack)
    world.source.put(an_ended_execution("e1", at=clock.now))
    return world


def key_of_the_failure() -> str:
    return alert_key("C1", "e1", ExecutionStatus.FAILED)


def test_a_reply_of_an_earlier_life_is_found_though_it_would_be_a_card_now(world: World, slack: SlowSlack) -> None:
    slack.post_earlier(200, key_of_the_failure(), thread=slack.posts[2][0])
    world.cycle()
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == []
    assert len(slack.threads_read) == 2, "and what was found is not looked for any further"


def test_more_threads_than_slack_allows_are_read_in_several_goes_each_once(world: World, slack: SlowSlack) -> None:
    world.cycle()
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == ["e1"]
    assert len(slack.threads_read) == len(set(slack.threads_read)) == THREADS


def test_what_stands_in_the_channel_is_not_looked_for_in_threads(world: World, slack: SlowSlack) -> None:
    slack.post_earlier(200, key_of_the_failure())
    world.cycle()
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == []
    assert slack.threads_read == []


def test_what_this_life_tried_to_post_is_not_looked_for_in_threads(world: World, slack: SlowSlack) -> None:
    world.cycle()
    world.deliver_for(2 * MINUTE)
    slack.threads_read.clear()
    slack.post_earlier(201, "reply", thread=slack.post_earlier(200, "card"))
    slack.answers["C1"] = [Unclear("no answer")]
    other = Job("job-other", "other")
    world.source.put(an_execution("e2", ExecutionStatus.CANCELED, job=other, ended_at=world.clock.now))
    world.cycle()
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == ["e1", "e2", "e2"]
    assert slack.threads_read == []


def test_where_only_the_fallback_cannot_be_read_that_is_what_is_said(world: World, slack: SlowSlack) -> None:
    slack.posts.clear()
    slack.unreadable, slack.unreadable_channels = Unreadable("not_in_channel", is_lasting=True), {"C9"}
    world.start("C1", fallback="C9")
    world.cycle()
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == ["e1"]
    with world.database.snapshot() as session:
        assert channels.unreadable(session) == [("C9", "not_in_channel")]


def test_what_was_found_is_not_posted_again_because_the_fallback_cannot_be_read(world: World, slack: SlowSlack) -> None:
    """Of two messages that wait one was tried, and stands in the channel; the other one may stand elsewhere."""
    slack.posts.clear()
    slack.unreadable, slack.unreadable_channels = Unreadable("not_in_channel", is_lasting=True), {"C9"}
    world.start("C1", fallback="C9")
    world.list_workflows()
    world.deliver_for(2 * MINUTE)
    slack.answers["C1"] = [Unclear("no answer")]
    slack.lands_unseen = True
    world.cycle()
    world.deliver_for(5 * SECOND)
    slack.lands_unseen = False
    other = Job("job-other", "other")
    world.source.put(an_execution("e2", ExecutionStatus.CANCELED, job=other, ended_at=world.clock.now))
    world.cycle()
    world.start("C1", fallback="C9")
    world.deliver_for(2 * MINUTE)
    assert told_of(slack) == ["e1", "e2"]


def told_of(slack: FakeSlack) -> list[str]:
    """The executions that alerts were sent about."""
    return [message.facts.execution.job_execution_id for message in slack.sent if isinstance(message.facts, Alert)]
