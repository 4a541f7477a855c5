"""What is held back is told later, once, or not at all, and never forgotten."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.alerting import Alert, Reason
from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import ExecutionStatus, Job
from bot.core.rules import DEFAULT_OUTCOMES, Broadcast, Outcome, QuietHours, Rules
from bot.core.silence import Covered, Silence, SilenceKind, SilenceTitle, Weekly
from bot.core.telling import HeldCause, HeldJob, HeldSummary
from bot.services.boot import Boot
from bot.services.silence_answers import SilenceStarted
from bot.store.engine import Database
from tests.doubles import BY_MINA, START, FakeClock
from tests.services.ward import HOUR, MINUTE, SETTLE, Ward

FAILED, CANCELED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.CANCELED, ExecutionStatus.COMPLETED
PATIENT = Rules(wait_for=10 * MINUTE)
NIGHT = QuietHours(time(22), time(7), "Asia/Seoul")
SORT = Job("job-sort", "sort")


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    return Ward(sqlite, clock)


def a_mute(lasts: timedelta = HOUR, workflow_id: str | None = None) -> Silence:
    return Silence(0, SilenceKind.MUTE, START, START + lasts, workflow_id=workflow_id)


def summaries(ward: Ward) -> list[HeldSummary]:
    return [one.facts for one in ward.queued(Purpose.HELD) if isinstance(one.facts, HeldSummary)]


def test_a_mute_ends_with_one_summary_of_what_it_held_back(ward: Ward) -> None:
    ward.subscribe()
    mute = ward.hush(replace(a_mute(), note="moving house"))
    ward.ends(FAILED, FAILED)
    ward.ends(CANCELED, job=SORT)
    assert (ward.queued(), ward.release()) == ([], 0)
    ward.clock.now = START + HOUR
    assert ward.release() == 1
    [summary] = summaries(ward)
    assert summary == HeldSummary(
        cause=HeldCause(SilenceTitle(SilenceKind.MUTE, mute, Covered(), "moving house")),
        until=START + HOUR,
        total=3,
        jobs=(
            HeldJob("orders", "sort", 0, 1, 0, START + 3 * MINUTE, is_broken=True),
            HeldJob("orders", "load", 2, 0, 0, START + 2 * MINUTE, is_broken=True),
        ),
        job_count=2,
    )
    assert (len(ward.queued()), ward.held(), ward.release()) == (1, 0, 0)


def test_the_summary_says_what_has_completed_since(ward: Ward) -> None:
    ward.subscribe()
    ward.hush(a_mute())
    ward.ends(FAILED, COMPLETED)
    ward.clock.advance(HOUR)
    ward.release()
    [summary] = summaries(ward)
    assert [(job.failed, job.is_broken) for job in summary.jobs] == [(1, False)]


def test_a_recovery_that_was_held_back_is_summed_up_as_one(ward: Ward) -> None:
    ward.subscribe()
    ward.ends(FAILED)
    ward.hush(a_mute())
    ward.ends(COMPLETED)
    ward.clock.advance(HOUR)
    ward.release()
    [summary] = summaries(ward)
    assert [(job.failed, job.recovered, job.other) for job in summary.jobs] == [(0, 1, 0)]


def test_a_completed_run_that_belongs_to_no_incident_is_none(ward: Ward) -> None:
    ward.subscribe(Rules(outcomes=DEFAULT_OUTCOMES | {Outcome.COMPLETED}))
    ward.hush(a_mute())
    ward.ends(COMPLETED)
    ward.clock.advance(HOUR)
    ward.release()
    [summary] = summaries(ward)
    assert [(job.failed, job.recovered, job.other) for job in summary.jobs] == [(0, 0, 1)]


@pytest.mark.parametrize("reason", ["mute", "window", "quiet hours"])
def test_nothing_is_said_when_nothing_was_held_back(ward: Ward, reason: str) -> None:
    ward.subscribe(Rules(quiet=NIGHT) if reason == "quiet hours" else Rules())
    kind = SilenceKind.MUTE if reason == "mute" else SilenceKind.MAINTENANCE
    ward.hush(Silence(0, kind, START, START + HOUR, channel="another"))
    ward.ends(COMPLETED)
    ward.clock.advance(24 * HOUR)
    assert (ward.release(), ward.queued()) == (0, [])


def test_each_channel_has_its_own_summary_of_what_it_would_have_heard(ward: Ward) -> None:
    ward.subscribe()
    ward.subscribe(channel="C2", workflows="customers")
    ward.hush(a_mute())
    ward.ends(FAILED)
    ward.ends(FAILED, workflow=2)
    ward.clock.advance(HOUR)
    ward.release()
    told = {one.channel: one.facts for one in ward.queued(Purpose.HELD)}
    assert {channel: held.total for channel, held in told.items() if isinstance(held, HeldSummary)} == {
        "C1": 2,
        "C2": 1,
    }


def test_two_subscriptions_of_one_channel_do_not_repeat_each_other(ward: Ward) -> None:
    ward.subscribe()
    ward.subscribe(workflows="orders")
    ward.hush(a_mute())
    ward.ends(FAILED)
    ward.clock.advance(HOUR)
    assert ward.release() == 2
    assert (len(ward.queued()), ward.held()) == (1, 0)


@pytest.mark.parametrize("kind", list(SilenceKind))
def test_an_early_end_releases_at_once(ward: Ward, kind: SilenceKind) -> None:
    ward.subscribe()
    silence = ward.hush(Silence(0, kind, START, START + 24 * HOUR))
    ward.ends(FAILED)
    ward.manage.end(BY_MINA, kind, silence)
    assert ward.release() == 1
    [summary] = summaries(ward)
    assert (summary.total, summary.until) == (1, ward.clock.now)
    ward.ends(FAILED)
    assert ward.reasons("e2") == [Reason.FAILED]


def test_what_another_silence_still_covers_waits_for_that_one(ward: Ward) -> None:
    ward.subscribe()
    ward.hush(a_mute(HOUR))
    ward.ends(FAILED)
    ward.ends(FAILED, workflow=2)
    ward.hush(a_mute(3 * HOUR, workflow_id="w2"))
    ward.clock.now = START + HOUR
    ward.release()
    [first] = summaries(ward)
    assert [job.workflow_name for job in first.jobs] == ["orders"]
    ward.clock.now = START + 3 * HOUR
    ward.release()
    assert [job.workflow_name for job in summaries(ward)[1].jobs] == ["customers"]
    assert ward.reasons("e2") == [Reason.MUTED, Reason.MUTED]


def test_a_mute_that_ends_at_night_is_summed_up_in_the_morning(ward: Ward) -> None:
    ward.subscribe(Rules(quiet=NIGHT))
    ward.hush(a_mute(14 * HOUR))
    ward.ends(FAILED)
    ward.clock.now = START + 14 * HOUR  # midnight in Seoul
    ward.release()
    assert ward.queued() == []
    ward.clock.now = START + 21 * HOUR
    ward.release()
    [summary] = summaries(ward)
    assert summary.cause == HeldCause(quiet=NIGHT)


@pytest.mark.parametrize(
    ("fails_at", "told_at"),
    [
        pytest.param("2026-03-28 22:30+01:00", "2026-03-29 07:00+02:00", id="the night that is an hour short"),
        pytest.param("2026-10-24 22:30+02:00", "2026-10-25 07:00+01:00", id="the night that is an hour longer"),
        pytest.param("2026-10-25 02:30+02:00", "2026-10-25 07:00+01:00", id="in an hour that comes twice"),
    ],
)
def test_quiet_hours_end_in_the_morning_whatever_the_clocks_do(ward: Ward, fails_at: str, told_at: str) -> None:
    ward.clock.now = datetime.fromisoformat(fails_at).astimezone(UTC) - MINUTE
    ward.subscribe(Rules(quiet=QuietHours(time(22), time(7), "Europe/Berlin")))
    ward.ends(FAILED)
    morning = datetime.fromisoformat(told_at).astimezone(UTC)
    ward.clock.now = morning - timedelta(seconds=1)
    assert ward.release() == 0
    ward.clock.now = morning
    assert ward.release() == 1
    assert [summary.until for summary in summaries(ward)] == [morning]


def test_each_occurrence_of_a_weekly_window_has_its_summary(ward: Ward) -> None:
    ward.subscribe()
    weekly = Weekly(frozenset((0, 1)), time(10), HOUR, "Asia/Seoul")
    ward.hush(Silence(0, SilenceKind.MAINTENANCE, START, None, weekly=weekly))
    for day in range(3):
        ward.clock.now = START + timedelta(days=day)
        ward.ends(FAILED, COMPLETED)
        ward.clock.advance(HOUR)
        ward.release()
    assert [summary.until for summary in summaries(ward)] == [START + HOUR, START + timedelta(days=1, hours=1)]
    assert ward.reasons("e5") == [Reason.FAILED]


def test_after_downtime_one_summary_tells_of_all_that_came_due(ward: Ward) -> None:
    ward.subscribe(Rules(quiet=NIGHT))
    for night in range(3):
        ward.clock.now = START + timedelta(days=night, hours=13)
        ward.ends(FAILED)
    ward.clock.now = START + timedelta(days=3)
    ward.release()
    assert [summary.total for summary in summaries(ward)] == [3]


def test_the_recovery_of_what_a_summary_told_answers_to_the_summary(ward: Ward) -> None:
    ward.subscribe(Rules(broadcast=Broadcast.RECOVERY))
    ward.hush(a_mute())
    ward.ends(FAILED)
    ward.clock.advance(HOUR)
    ward.release()
    ward.deliver()
    ward.ends(COMPLETED)
    summary, recovery = ward.queued()
    assert (recovery.purpose, recovery.reply_to, recovery.is_broadcast) == (Purpose.RECOVERY, summary.key, True)


def test_the_next_failure_after_a_summary_has_a_card_of_its_own(ward: Ward) -> None:
    ward.subscribe(Rules(nth_failure=2))
    ward.hush(a_mute())
    ward.ends(FAILED, FAILED)
    ward.clock.advance(HOUR)
    ward.release()
    ward.deliver()
    ward.ends(FAILED, COMPLETED)
    _, card, recovery = ward.queued()
    assert isinstance(card.facts, Alert)
    assert card.facts.incident is not None
    assert (card.reply_to, card.edits, card.facts.incident.failures) == (None, None, 3)
    assert recovery.reply_to == card.key


def test_a_job_that_began_to_flap_while_muted_has_a_card_that_says_so_afterwards(ward: Ward) -> None:
    ward.subscribe()
    ward.hush(a_mute())
    ward.ends(*[FAILED, COMPLETED] * 4)
    ward.clock.now = START + HOUR
    ward.release()
    ward.deliver()
    ward.ends(FAILED, COMPLETED, FAILED)

    cards = [one for one in ward.queued() if isinstance(one.facts, Alert) and one.edits is None and not one.reply_to]
    assert len(cards) == 1
    newest = [one.facts for one in ward.queued() if isinstance(one.facts, Alert)][-1]
    assert newest.incident
    assert newest.incident.flapping


def test_what_was_held_for_a_subscription_that_has_ended_is_dropped_with_its_reason(ward: Ward) -> None:
    ward.subscribe()
    ward.hush(a_mute())
    ward.ends(FAILED)
    ward.unsubscribe()
    ward.clock.advance(HOUR)
    ward.release()
    assert (ward.queued(), ward.held()) == ([], 0)
    assert ward.reasons("e1") == [Reason.MUTED, Reason.UNSUBSCRIBED]


@pytest.mark.parametrize("rules", [Rules(), PATIENT])
@pytest.mark.parametrize(("booted_after", "state"), [(0, DeliveryState.PENDING), (1, DeliveryState.UNCLEAR)])
def test_what_an_earlier_process_may_have_told_is_looked_for_first(
    ward: Ward, rules: Rules, booted_after: int, state: DeliveryState
) -> None:
    ward.subscribe(rules)
    if rules is not PATIENT:
        ward.hush(a_mute(10 * MINUTE))
    ward.ends(FAILED)
    ward.clock.advance(HOUR)
    ward.boot = Boot(START + booted_after * 20 * MINUTE, SETTLE)
    ward.release()
    assert [one.state for one in ward.queued()] == [state]


EVENTS = st.sampled_from(("fails", "completes", "is muted", "is unmuted"))


@settings(max_examples=30)
@given(story=st.lists(st.tuples(EVENTS, st.integers(1, 90)), max_size=25))
def test_whatever_happens_all_that_is_held_back_is_released_and_no_mute_outlives_its_end(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, story: list[tuple[str, int]]
) -> None:
    path = shutil.copy(migrated_file, tmp_path_factory.mktemp("story") / "bot.db")
    ward = Ward(Database(f"sqlite:///{path}"), FakeClock())
    ward.subscribe(Rules(wait_for=5 * MINUTE, quiet=NIGHT))
    mutes: dict[int, datetime] = {}
    for event, minutes in story:
        ward.clock.advance(minutes * MINUTE)
        match event:
            case "is muted":
                started = ward.manage.mute(BY_MINA, ["orders"], f"{minutes}m")
                assert isinstance(started, SilenceStarted)
                mutes[started.made.silence.silence_id] = ward.clock.now + minutes * MINUTE
            case "is unmuted":
                for mute, until in mutes.items():
                    ward.manage.end(BY_MINA, SilenceKind.MUTE, mute)
                    mutes[mute] = min(until, ward.clock.now)
            case _:
                ward.ends(FAILED if event == "fails" else COMPLETED)
        ward.release()
        assert all(ward.clock.now < until <= mutes[mute] for mute, until in ward.held_by_mutes())
    for _ in range(2):  # a mute may end in quiet hours
        ward.clock.advance(12 * HOUR)
        ward.release()
    assert ward.held() == 0
    ward.database.close()
