"""No flood: what piled up for a channel becomes one message with a thread, and every alert knows where it stands."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.alerting import Alert
from bot.core.catch_up import FEW, MANY_AT_ONCE, CatchUp, CatchUpPage
from bot.core.delivery import FailureClass, NotPosted, Purpose, Unclear
from bot.core.digest import Digest, MessageRef
from bot.core.model import ExecutionStatus, Job
from bot.store.engine import Database
from bot.store.message_tables import OutboxRow
from tests.doubles import an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, TIMES, World

COMPLETED, FAILED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED
REFUSED = NotPosted(FailureClass.TRANSIENT, "connection refused")
HOUR = timedelta(hours=1)


@pytest.fixture
def quiet(world: World) -> World:
    """A watch under way, with nothing waiting."""
    world.cycle()
    world.deliver_for(TIMES.settle)
    world.slack.posts.clear()
    return world


def fail(world: World, count: int, *, ago: timedelta = timedelta(), prefix: str = "e") -> None:
    """So many runs fail at that time, and the next poll finds them."""
    at = world.clock.now + MINUTE - ago
    world.source.put(
        *(an_ended_execution(f"{prefix}{number}", at=at + number * SECOND / 100) for number in range(count))
    )
    world.cycle()


def posted(world: World, kind: type) -> list[MessageRef]:
    return [ref for ref, post in world.slack.posts if isinstance(post.facts, kind)]


def places(database: Database) -> set[tuple[str | None, str | None]]:
    with database.snapshot() as session:
        query = select(OutboxRow.message_channel, OutboxRow.message_ts).where(OutboxRow.purpose == Purpose.ALERT)
        return {(channel, ts) for channel, ts in session.execute(query)}


def test_many_failures_in_one_poll_become_one_message_with_a_thread(quiet: World) -> None:
    fail(quiet, MANY_AT_ONCE + 1)
    quiet.deliver_for(5 * SECOND)

    (message,) = posted(quiet, CatchUp)
    (page,) = posted(quiet, CatchUpPage)
    assert posted(quiet, Alert) == []
    assert [post.thread for _, post in quiet.slack.posts] == [None, message]
    assert places(quiet.database) == {(page.channel, page.ts)}


def test_a_few_failures_are_told_one_by_one(quiet: World) -> None:
    fail(quiet, 3)
    quiet.deliver_for(5 * SECOND)
    assert len(posted(quiet, Alert)) == 3
    assert posted(quiet, CatchUp) == []


def test_what_failed_during_a_downtime_is_told_at_once_and_what_is_fresh_one_by_one(quiet: World) -> None:
    quiet.clock.advance(6 * HOUR)
    at = quiet.clock.now
    quiet.source.put(*(an_ended_execution(f"old{number}", at=at - HOUR) for number in range(FEW + 1)))
    quiet.source.put(an_ended_execution("fresh", at=at + 30 * SECOND))
    quiet.cycle()
    quiet.deliver_for(20 * SECOND)
    (alert,) = [post.facts for _, post in quiet.slack.posts if isinstance(post.facts, Alert)]
    (message,) = [post.facts for _, post in quiet.slack.posts if isinstance(post.facts, CatchUp)]
    assert alert.execution.job_execution_id == "fresh"
    assert message.total == FEW + 1


def test_what_piled_up_while_slack_was_down_is_told_together_when_it_is_back(quiet: World) -> None:
    quiet.slack.answers = {"C1": [REFUSED] * 10_000}
    for poll in range(5):
        fail(quiet, 2, prefix=f"poll {poll} run ")
        quiet.deliver_for(5 * SECOND)
    quiet.clock.advance(HOUR)
    quiet.deliver_for(5 * SECOND)
    assert quiet.slack.posts == []

    quiet.slack.answers.clear()
    quiet.deliver_for(20 * SECOND)
    assert len(posted(quiet, CatchUp)) == 1
    assert len(quiet.slack.posts) <= 3  # the alert that went first, the message, its page
    assert len(places(quiet.database)) <= 2
    assert (None, None) not in places(quiet.database)


def test_folding_is_done_once(quiet: World) -> None:
    fail(quiet, MANY_AT_ONCE + 1)
    quiet.deliver_for(5 * SECOND)
    quiet.start("C1")
    quiet.deliver_for(TIMES.settle + 5 * SECOND)
    assert len(posted(quiet, CatchUp)) == 1
    assert len(posted(quiet, CatchUpPage)) == 1


def test_the_message_tells_which_jobs_work_again(quiet: World) -> None:
    fail(quiet, MANY_AT_ONCE + 1, ago=30 * SECOND)
    quiet.source.put(an_ended_execution("good", COMPLETED, at=quiet.clock.now, ran_for=SECOND))
    quiet.cycle()
    quiet.deliver_for(5 * SECOND)
    (message,) = [post.facts for _, post in quiet.slack.posts if isinstance(post.facts, CatchUp)]
    assert (message.total, message.broken_count) == (MANY_AT_ONCE + 1, 0)


@pytest.mark.parametrize("is_started_anew", [False, True])
def test_what_failed_and_recovered_meanwhile_is_told_by_the_catch_up_alone(quiet: World, is_started_anew: bool) -> None:
    quiet.clock.advance(3 * HOUR)
    began = quiet.clock.now - 2 * HOUR
    for number in range(MANY_AT_ONCE + 1):
        job = Job(f"job {number}", f"job {number}")
        for status, ended_at in ((FAILED, began + HOUR), (COMPLETED, began + 2 * HOUR)):
            quiet.source.put(an_execution(f"{job.name} {status}", status, job=job, created_at=began, ended_at=ended_at))
    quiet.cycle()
    if is_started_anew:
        quiet.start("C1")
    quiet.deliver_for(TIMES.settle + 40 * SECOND)
    (message,) = [post.facts for _, post in quiet.slack.posts if isinstance(post.facts, CatchUp)]
    assert (message.total, message.broken_count) == (MANY_AT_ONCE + 1, 0)
    assert len(quiet.slack.posts) == 2, "the message and its page"
    with quiet.database.snapshot() as session:
        recovered = session.scalars(select(OutboxRow.message_ts).where(OutboxRow.purpose == Purpose.RECOVERY)).all()
    assert set(recovered) == {ref.ts for ref in posted(quiet, CatchUpPage)}, "and each recovery knows where it is told"


def test_a_recovery_whose_answer_was_lost_is_looked_for_where_it_was_posted(quiet: World) -> None:
    """What was folded has no card to reply to, so its recovery is a message of its own, and no reply to the page."""
    fail(quiet, MANY_AT_ONCE + 1)
    quiet.deliver_for(5 * SECOND)
    quiet.slack.answers["C1"] = [Unclear("no answer")]
    quiet.slack.lands_unseen = True
    quiet.source.put(an_ended_execution("again", COMPLETED, at=quiet.clock.now + MINUTE))
    quiet.cycle()
    quiet.deliver_for(2 * MINUTE)
    assert [post.thread for _, post in quiet.slack.posts[2:]] == [None], "once, beside the catch-up and its page"


def test_the_digest_links_to_the_page_that_tells_of_a_folded_failure(quiet: World) -> None:
    fail(quiet, MANY_AT_ONCE + 1)
    quiet.deliver_for(5 * SECOND)
    (page,) = posted(quiet, CatchUpPage)
    quiet.clock.advance(24 * HOUR)
    quiet.make_digests()
    quiet.deliver_for(TIMES.settle)
    (digest,) = [post.facts for _, post in quiet.slack.posts if isinstance(post.facts, Digest)]
    assert {run.alert for run in digest.failures} == {page}
