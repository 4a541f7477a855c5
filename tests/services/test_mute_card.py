"""A mute from a card covers what the card is about, where it stands, and can be taken back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.alerting import Alert
from bot.core.handles import Muted
from bot.core.model import ExecutionStatus, Job
from bot.core.permissions import Action
from bot.core.rules import Rules
from bot.core.silence import SilenceKind
from bot.services.answers import Help
from bot.services.card_answers import IncidentOver, UnknownCard
from bot.services.mute_card import MuteAnswer, MuteCard
from bot.services.silence_answers import SilenceEnded, SilenceStarted
from bot.store import audit_log, silences
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.permits import a_permit, card_of
from tests.services.ward import HOUR, Ward
from tests.services.world import SEOUL

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
REPORT = Job("job-report", "report")


def a_ward(database: Database, clock: FakeClock) -> Ward:
    ward = Ward(database, clock)
    ward.subscribe()
    ward.subscribe(channel="C2")
    ward.ends(FAILED)
    ward.deliver()
    return ward


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    return a_ward(sqlite, clock)


def mute(ward: Ward, until: str = "4h", name: str = "mina", channel: str | None = "C1") -> MuteAnswer:
    permit = a_permit(Action.MUTE, ward.clock(), name, channel)
    return MuteCard(ward.database, SEOUL).mute(permit, card_of(ward.incidents()[0]), until)


def unmute(ward: Ward, silence_id: int = 1) -> SilenceEnded | Help:
    permit = a_permit(Action.UNMUTE, ward.clock())
    return ward.manage.end(permit, SilenceKind.MUTE, silence_id)


def shown(ward: Ward, channel: str = "C1") -> list[Muted | None]:
    """What each state of the channel's card says of mutes."""
    facts = [one.facts for one in ward.queued(channel=channel)]
    return [one.handle.muted for one in facts if isinstance(one, Alert) and one.handle]


def log(ward: Ward) -> list[str]:
    with ward.database.snapshot() as session:
        return [entry.action for entry in audit_log.newest(session, 10)]


def test_the_failing_job_is_muted_in_the_channel_of_the_card(ward: Ward) -> None:
    answer = mute(ward)
    assert isinstance(answer, SilenceStarted)
    made = answer.made.silence
    assert (made.channel, made.workflow_id, made.job_id) == ("C1", "w1", "job-load")
    assert (made.ends_at, made.created_by, answer.is_news) == (ward.clock() + 4 * HOUR, "mina", True)
    assert log(ward) == [Action.MUTE]


def test_where_several_jobs_fail_the_workflow_is_muted(ward: Ward) -> None:
    ward.see(ward.run("x1", FAILED, ward.clock(), job=REPORT))
    [incident] = ward.incidents()
    assert len(incident[1].jobs) == 2
    answer = mute(ward)
    assert isinstance(answer, SilenceStarted)
    assert answer.made.silence.job_id is None


def test_only_the_card_of_that_channel_says_that_it_is_muted(ward: Ward) -> None:
    mute(ward)
    assert shown(ward) == [None, Muted(1, ward.clock() + 4 * HOUR, "mina")]
    assert shown(ward, "C2") == [None]


def test_a_card_that_was_shared_elsewhere_mutes_for_every_channel(ward: Ward) -> None:
    answer = mute(ward, channel="D9")
    assert isinstance(answer, SilenceStarted)
    assert answer.made.silence.channel is None
    assert [one is not None for one in shown(ward, "C2")] == [False, True]


@pytest.mark.parametrize(
    ("until", "ends_at"),
    [
        ("30m", START + timedelta(minutes=31)),
        ("tomorrow 9:00", datetime(2026, 3, 3, 0, 0, tzinfo=UTC)),
    ],
)
def test_it_ends_by_the_clocks_of_the_channel(ward: Ward, until: str, ends_at: datetime) -> None:
    answer = mute(ward, until)
    assert isinstance(answer, SilenceStarted)
    assert answer.made.silence.ends_at == ends_at


def test_a_channel_with_a_zone_of_its_own_goes_by_that(ward: Ward) -> None:
    ward.subscribe(replace(Rules(), zone="Europe/Berlin"))
    answer = mute(ward, "tomorrow 9:00")
    assert isinstance(answer, SilenceStarted)
    assert answer.made.silence.ends_at == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("ends_at", [None, START - HOUR, START + timedelta(days=500)])
def test_an_end_that_is_none_is_said_to_be_none(ward: Ward, ends_at: datetime | None) -> None:
    service = MuteCard(ward.database, SEOUL)
    permit = a_permit(Action.MUTE, ward.clock())
    assert isinstance(service.mute_until(permit, card_of(ward.incidents()[0]), ends_at), Help)
    assert log(ward) == []


def test_of_two_who_mute_at_once_there_is_one_mute_and_both_are_told(database: Database, clock: FakeClock) -> None:
    ward = a_ward(database, clock)
    with ThreadPoolExecutor(2) as pool:
        answers = [done.result() for done in [pool.submit(mute, ward, "4h", name) for name in ("mina", "jun")]]
    assert sorted(answer.is_news for answer in answers if isinstance(answer, SilenceStarted)) == [False, True]
    assert {answer.made.silence.silence_id for answer in answers if isinstance(answer, SilenceStarted)} == {1}
    assert log(ward) == [Action.MUTE]


def test_a_longer_mute_is_one_of_its_own(ward: Ward) -> None:
    mute(ward)
    answer = mute(ward, "8h")
    assert isinstance(answer, SilenceStarted)
    assert answer.is_news
    muted = shown(ward)[-1]
    assert muted is not None
    assert muted.until == ward.clock() + 8 * HOUR


def test_a_mute_is_taken_back_once_and_the_card_says_so(ward: Ward) -> None:
    mute(ward)
    ward.deliver()
    ended = unmute(ward)
    assert isinstance(ended, SilenceEnded)
    assert shown(ward)[-1] is None
    again = unmute(ward)
    assert isinstance(again, Help)
    assert "ended already" in str(again.problem)
    with ward.database.snapshot() as session:
        assert silences.in_force(session, ward.clock()) == []
    assert log(ward) == [Action.UNMUTE, Action.MUTE]


def test_what_is_no_mute_cannot_be_taken_back(ward: Ward) -> None:
    assert isinstance(unmute(ward, 77), Help)


def test_a_mute_of_what_is_over_or_unknown_says_so(ward: Ward) -> None:
    ref = card_of(ward.incidents()[0])
    service, permit = MuteCard(ward.database, SEOUL), a_permit(Action.MUTE, ward.clock())
    ward.ends(COMPLETED)
    assert isinstance(service.mute(permit, ref, "4h"), IncidentOver)
    assert service.mute(permit, type(ref)(99, ref.opened_at, ""), "4h") == UnknownCard()
