"""An open incident that nobody looks after is told again, but not to those who asked for quiet."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time

import pytest
from sqlalchemy import select

from bot.core.alerting import Reason, Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import ExecutionStatus, Job
from bot.core.permissions import Action
from bot.core.rules import QuietHours, Rules
from bot.core.silence import Silence, SilenceKind
from bot.core.subscribing import Wish
from bot.core.telling import Reminder
from bot.services.acknowledge import Acknowledge
from bot.services.boot import Boot
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.schedule_digests import ScheduleDigests
from bot.store.engine import Database
from bot.store.message_tables import ReminderRow
from tests.doubles import START, FakeClock
from tests.services.permits import a_permit, card_of
from tests.services.ward import HOUR, MINUTE, SETTLE, Ward
from tests.services.world import NINE_IN_SEOUL

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
HOURLY = Rules(remind_every=HOUR)
SORT = Job("job-sort", "sort")


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    return Ward(sqlite, clock)


def reminders(ward: Ward) -> list[Reminder]:
    return [one.facts for one in ward.queued(Purpose.REMINDER) if isinstance(one.facts, Reminder)]


def after_hours(ward: Ward, hours: int, *, is_slack_up: bool = True) -> None:
    """Let hours pass in which the step runs every minute."""
    for _ in range(hours * 60):
        ward.clock.advance(MINUTE)
        if ward.remind() and is_slack_up:
            ward.deliver()


def test_without_the_rule_nobody_is_reminded(ward: Ward) -> None:
    ward.subscribe()
    ward.ends(FAILED)
    after_hours(ward, 3)
    assert reminders(ward) == []


def test_a_reminder_comes_again_and_again_in_the_thread_and_in_the_channel(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    after_hours(ward, 3)
    card, *replies = ward.queued()
    assert [reminder.at for reminder in reminders(ward)] == [START + MINUTE + hours * HOUR for hours in (1, 2, 3)]
    assert {(reply.reply_to, reply.is_broadcast) for reply in replies} == {(card.key, True)}
    assert {reminder.workflow_name for reminder in reminders(ward)} == {"orders"}


def test_while_slack_takes_no_messages_one_reminder_waits_and_says_how_it_is_by_then(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    ward.deliver()
    after_hours(ward, 1, is_slack_up=False)
    ward.ends(FAILED)
    after_hours(ward, 2, is_slack_up=False)
    assert [(reminder.at, reminder.incident.failures) for reminder in reminders(ward)] == [
        (START + MINUTE + 3 * HOUR, 2)
    ]
    ward.deliver()
    after_hours(ward, 1)
    assert len(reminders(ward)) == 2


def test_each_incident_that_a_summary_told_has_a_reminder_of_its_own(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + 10 * MINUTE))
    ward.ends(FAILED)
    ward.ends(FAILED, job=SORT)
    ward.clock.advance(10 * MINUTE)
    assert ward.release() == 1
    ward.deliver()
    after_hours(ward, 1, is_slack_up=False)
    assert [reminder.incident.last_failure.job.name for reminder in reminders(ward)] == ["load", "sort"]


def test_after_downtime_there_is_one(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    ward.clock.advance(10 * HOUR)
    ward.remind()
    assert len(reminders(ward)) == 1
    assert ward.reminds_at() == [ward.clock.now + HOUR]


def test_a_recovery_ends_the_reminding(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED, COMPLETED)
    after_hours(ward, 3)
    assert (reminders(ward), ward.reminds_at()) == ([], [None])


def test_a_rule_that_is_gone_ends_the_reminding(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    ward.subscribe(Rules())
    after_hours(ward, 3)
    assert (reminders(ward), ward.reminds_at()) == ([], [None])


@pytest.mark.parametrize(
    ("before", "after", "first"),
    [
        (Rules(), HOURLY, START + 16 * MINUTE + HOUR),
        (Rules(remind_every=5 * HOUR), HOURLY, START + 16 * MINUTE + HOUR),
        (HOURLY, Rules(remind_every=5 * HOUR), START + MINUTE + HOUR),
        (HOURLY, replace(HOURLY, nth_failure=2), START + MINUTE + HOUR),
    ],
)
def test_a_rule_that_is_new_counts_for_what_is_open_now(
    ward: Ward, before: Rules, after: Rules, first: datetime
) -> None:
    ward.subscribe(before)
    ward.ends(FAILED)
    ward.ends(FAILED, COMPLETED, workflow=2)
    ward.clock.advance(13 * MINUTE)
    digests = ScheduleDigests(ward.database, ward.clock, NINE_IN_SEOUL, ward.boot)
    permit = a_permit(Action.SUBSCRIBE, ward.clock.now)
    ManageSubscriptions(ward.database, ward.clock, (), digests).add(permit, Wish("C1", "*", after))
    after_hours(ward, 2)
    assert reminders(ward)[0].at == first
    assert {reminder.workflow_name for reminder in reminders(ward)} == {"orders"}


def test_nobody_is_reminded_for_a_subscription_that_has_ended(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    ward.unsubscribe()
    after_hours(ward, 3)
    assert (reminders(ward), ward.reminds_at()) == ([], [None])


def test_quiet_hours_put_a_reminder_off_until_they_end(ward: Ward) -> None:
    ward.subscribe(Rules(remind_every=HOUR, quiet=QuietHours(time(11), time(16, 30), "Asia/Seoul")))
    ward.ends(FAILED)  # 10:01 in Seoul
    after_hours(ward, 7)
    assert [reminder.at for reminder in reminders(ward)] == [START + 6 * HOUR + 30 * MINUTE]


@pytest.mark.parametrize(
    ("channel", "workflow_id", "job_id", "is_told"),
    [
        (None, "w1", None, False),
        ("C2", None, None, True),
        (None, "w1", "job-load", True),
    ],
)
def test_a_mute_puts_a_reminder_off_when_it_covers_all_that_fails(
    ward: Ward, channel: str | None, workflow_id: str | None, job_id: str | None, is_told: bool
) -> None:
    ward.subscribe(HOURLY)
    ward.clock.advance(MINUTE)
    ward.see(ward.run("e1", FAILED, ward.clock.now), ward.run("e2", FAILED, ward.clock.now, job=SORT))
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + 5 * HOUR, channel, workflow_id, job_id))
    after_hours(ward, 2)
    assert bool(reminders(ward)) is is_told


def test_two_incidents_of_a_workflow_are_each_told_again(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.clock.advance(MINUTE)
    now = ward.clock.now
    ward.see(ward.run("e1", FAILED, now), replace(ward.run("e2", FAILED, now, job=SORT), trigger=None))
    assert len(ward.incidents()) == 2
    ward.clock.advance(HOUR)
    ward.remind()
    assert len(reminders(ward)) == 2


@pytest.mark.parametrize(
    ("booted_at", "state"), [(START, DeliveryState.PENDING), (START + 2 * HOUR, DeliveryState.UNCLEAR)]
)
def test_a_reminder_of_an_earlier_process_is_looked_for_first(
    ward: Ward, booted_at: datetime, state: DeliveryState
) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    ward.boot = Boot(booted_at, SETTLE)
    ward.clock.advance(2 * HOUR)
    ward.remind()
    assert [one.state for one in ward.queued(Purpose.REMINDER)] == [state]


def test_nobody_is_reminded_of_what_somebody_looks_after(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    [incident] = ward.incidents()
    Acknowledge(ward.database).acknowledge(a_permit(Action.ACK, ward.clock.now), card_of(incident))
    assert ward.reminds_at() == [None]
    ward.ends(FAILED)
    after_hours(ward, 3)
    assert reminders(ward) == []


def test_once_nobody_looks_after_it_any_more_it_is_reminded_of_again(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.subscribe(channel="C2")
    ward.ends(FAILED)
    [incident] = ward.incidents()
    service = Acknowledge(ward.database)
    service.acknowledge(a_permit(Action.ACK, ward.clock.now), card_of(incident))
    ward.clock.advance(3 * HOUR)
    service.undo(a_permit(Action.UNACK, ward.clock.now), card_of(incident))
    assert ward.reminds_at() == [ward.clock.now + HOUR, None]


def decisions(ward: Ward) -> list[tuple[Verdict, Reason]]:
    with ward.database.snapshot() as session:
        rows = session.execute(select(ReminderRow.verdict, ReminderRow.reason).order_by(ReminderRow.id))
        return [(verdict, Reason[reason]) for verdict, reason in rows]


def nothing_happens(_: Ward) -> None:
    """The incident stays open."""


def it_recovers(ward: Ward) -> None:
    ward.ends(COMPLETED)


def it_is_muted(ward: Ward) -> None:
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + 5 * HOUR))


def the_rule_goes(ward: Ward) -> None:
    ward.subscribe(Rules())


@pytest.mark.parametrize(
    ("what", "verdict", "reason"),
    [
        (nothing_happens, Verdict.TELL, Reason.STILL_OPEN),
        (it_recovers, Verdict.SILENT, Reason.INCIDENT_OVER),
        (it_is_muted, Verdict.HOLD, Reason.MUTED),
        (the_rule_goes, Verdict.SILENT, Reason.NO_REMINDERS),
        (Ward.unsubscribe, Verdict.SILENT, Reason.UNSUBSCRIBED),
    ],
)
def test_each_reminder_that_comes_due_has_its_decision(
    ward: Ward, what: Callable[[Ward], None], verdict: Verdict, reason: Reason
) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    what(ward)
    ward.clock.advance(HOUR)
    ward.remind()
    assert decisions(ward) == [(verdict, reason)]


def test_the_decision_leads_to_the_reminder(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    after_hours(ward, 2)
    with ward.database.snapshot() as session:
        keys = session.scalars(select(ReminderRow.outbox_key).order_by(ReminderRow.id)).all()
    assert keys == [one.key for one in ward.queued(Purpose.REMINDER)]


def test_what_is_put_off_is_not_among_what_a_mute_holds_back(ward: Ward) -> None:
    ward.subscribe(HOURLY)
    ward.ends(FAILED)
    it_is_muted(ward)
    after_hours(ward, 2)
    assert ward.held() == 0
