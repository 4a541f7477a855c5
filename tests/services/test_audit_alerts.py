"""The audit: what the API reports, what is stored and what stands in Slack, compared and repaired."""

from datetime import timedelta

import pytest
from sqlalchemy import delete

from bot.core.alerting import Alert
from bot.core.audit import AuditReport, GapKind
from bot.core.catch_up import MANY_AT_ONCE
from bot.core.delivery import FailureClass, NotPosted
from bot.core.model import ExecutionStatus
from bot.errors import ApiUnreachable
from bot.services.answers import AuditAnswer
from bot.services.ports import Unreadable
from bot.store.message_tables import CardRow, DecisionRow, OutboxRow
from tests.doubles import START, an_ended_execution
from tests.services.world import MINUTE, SECOND, TIMES, World

COMPLETED, CANCELED = ExecutionStatus.COMPLETED, ExecutionStatus.CANCELED


@pytest.fixture
def told(world: World) -> World:
    """Of four runs two went wrong after the baseline, and both are told in C1."""
    world.cycle()
    world.source.put(
        an_ended_execution("before", at=START - 2 * MINUTE),
        an_ended_execution("good", COMPLETED, at=START + MINUTE),
        an_ended_execution("bad", at=START + 90 * SECOND),
        an_ended_execution("canceled", CANCELED, at=START + 2 * MINUTE),
    )
    world.cycle()
    world.deliver_for(TIMES.settle + 5 * SECOND)
    return world


def audit(world: World, *, should_repair: bool = False) -> AuditReport:
    answer = world.desk.audit([], should_repair=should_repair)
    assert isinstance(answer, AuditAnswer)
    return answer.report


def gaps(report: AuditReport) -> list[tuple[str, GapKind]]:
    return [(gap.expected.execution.job_execution_id, gap.kind) for gap in report.gaps]


def forget_posts(world: World, execution_id: str) -> None:
    """Somebody deletes the alert in Slack."""
    world.slack.posts = [
        (ref, post)
        for ref, post in world.slack.posts
        if not (isinstance(post.facts, Alert) and post.facts.execution.job_execution_id == execution_id)
    ]


def alerts_in_slack(world: World) -> list[str]:
    """Those that people see: a thread whose first message was deleted is not shown in the channel."""
    shown = {None} | {ref for ref, _ in world.slack.posts}
    posts = [post for _, post in world.slack.posts if post.thread in shown]
    return sorted(post.facts.execution.job_execution_id for post in posts if isinstance(post.facts, Alert))


def test_when_all_is_well_everything_is_visible(told: World) -> None:
    report = audit(told)
    assert (report.failures, report.visible, report.gaps) == (2, 2, ())
    assert report.is_complete
    assert report.statistics is not None
    assert (report.statistics.completed, report.statistics.failed) == (1, 2)
    assert (report.statistics.stored.completed, report.statistics.stored.failed) == (1, 2)


def test_folded_failures_are_found_in_their_thread(told: World) -> None:
    at = told.clock.now + 30 * SECOND
    told.source.put(*(an_ended_execution(f"e{number}", at=at) for number in range(MANY_AT_ONCE + 1)))
    told.cycle()
    told.deliver_for(5 * SECOND)
    report = audit(told)
    assert (report.failures, report.visible) == (MANY_AT_ONCE + 3, MANY_AT_ONCE + 3)


def test_a_message_that_somebody_deleted_is_missed_and_posted_again(told: World) -> None:
    forget_posts(told, "bad")
    assert gaps(audit(told)) == [("bad", GapKind.NOT_VISIBLE)]

    audit(told, should_repair=True)
    told.deliver_for(5 * SECOND)
    assert alerts_in_slack(told) == ["bad", "canceled"]
    assert audit(told).is_complete


def test_a_card_that_somebody_deleted_comes_back_as_it_was_last_changed(told: World) -> None:
    told.source.put(an_ended_execution("again", at=told.clock.now))
    told.cycle()
    told.deliver_for(5 * SECOND)
    card = next(ref for ref, post in told.slack.posts if isinstance(post.facts, Alert) and post.facts.incident)
    assert told.slack.delete(card)

    assert gaps(audit(told, should_repair=True)) == [("bad", GapKind.NOT_VISIBLE)]
    told.deliver_for(10 * SECOND)
    posts = [post.facts for _, post in told.slack.posts if isinstance(post.facts, Alert)]
    (incident,) = [alert.incident for alert in posts if alert.incident]
    assert incident.failures == 2
    assert audit(told).is_complete


def test_a_channel_that_subscribed_later_misses_nothing_of_before(told: World) -> None:
    told.start("C1", "C2")
    assert gaps(audit(told)) == []


def test_what_stands_in_a_channel_that_cannot_be_read_is_not_said_to_be_visible(world: World) -> None:
    world.start("C1", "C2")
    world.cycle()
    world.source.put(an_ended_execution("bad", at=world.clock.now))
    world.cycle()
    world.deliver_for(TIMES.settle + 5 * SECOND)
    world.slack.unreadable, world.slack.unreadable_channels = Unreadable("missing_scope", is_lasting=True), {"C2"}
    report = audit(world)
    assert (report.failures, report.visible, report.gaps) == (2, 1, ())
    assert [channel for channel, _ in report.unread] == ["C2"]


def test_a_failure_that_was_never_queued_is_queued(told: World) -> None:
    """Say its row was lost with a page of the database."""
    with told.database.transaction() as session:
        session.execute(delete(DecisionRow))
        session.execute(delete(CardRow))
        session.execute(delete(OutboxRow))
    forget_posts(told, "canceled")
    assert [kind for _, kind in gaps(audit(told))] == [GapKind.NOT_QUEUED] * 2

    audit(told, should_repair=True)
    told.deliver_for(TIMES.settle + 5 * SECOND)
    assert alerts_in_slack(told) == ["bad", "canceled"]  # the one that still stood is not posted twice


def test_a_failure_that_was_not_seen_yet_is_polled_for(told: World) -> None:
    told.source.put(an_ended_execution("unseen", at=told.clock.now - SECOND))
    assert gaps(audit(told)) == [("unseen", GapKind.NOT_STORED)]
    audit(told, should_repair=True)
    assert told.poll()
    assert "unseen" in told.alerted()


def test_what_waits_is_shown_and_left_alone(told: World) -> None:
    told.slack.answers = {"C1": [NotPosted(FailureClass.CHANNEL, "is_archived")]}
    told.source.put(an_ended_execution("waiting", at=told.clock.now))
    told.cycle()
    told.deliver_for(2 * SECOND)
    report = audit(told, should_repair=True)
    assert gaps(report) == [("waiting", GapKind.WAITING)]
    assert (report.failures, report.visible) == (3, 2)


def test_what_slack_would_not_take_is_shown_and_tried_again(told: World) -> None:
    """Neither the reply in the card's thread nor the card's change, in any of three forms."""
    told.slack.answers = {"C1": [NotPosted(FailureClass.MESSAGE, "invalid_blocks")] * 6}
    told.source.put(an_ended_execution("refused", at=told.clock.now))
    told.cycle()
    told.deliver_for(5 * SECOND)
    assert gaps(audit(told, should_repair=True)) == [("refused", GapKind.GIVEN_UP)]
    told.deliver_for(5 * SECOND)
    assert "refused" in alerts_in_slack(told)


def test_a_channel_that_cannot_be_read_is_named_and_not_held_against_anybody(told: World) -> None:
    told.slack.unreadable = Unreadable("missing_scope", is_lasting=True)
    report = audit(told)
    assert (report.visible, report.gaps) == (None, ())
    assert report.unread == (("C1", "missing_scope"),)
    assert not report.is_complete


def test_a_workflow_that_the_api_does_not_tell_of_is_named(told: World) -> None:
    told.source.failures = {"w1": ApiUnreachable("no connection"), "execution_counts": ApiUnreachable("no connection")}
    report = audit(told)
    assert report.unasked == (("orders", "no connection"),)
    assert (report.failures, report.statistics, report.is_complete) == (0, None, False)


def test_only_what_ended_within_the_span_is_looked_at(told: World) -> None:
    told.clock.advance(timedelta(hours=24) + MINUTE - (told.clock.now - START))
    assert [report.failures for report in (audit(told),)] == [2]
    told.clock.advance(45 * SECOND)
    assert audit(told).failures == 1
