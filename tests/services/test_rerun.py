"""A run that somebody asks for is asked for once, whatever happens, and told of to its end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.core.delivery import Purpose
from bot.core.handles import CardRef, StartableJobs
from bot.core.model import Execution, ExecutionStatus, TriggerRule
from bot.core.permissions import Action
from bot.core.reruns import ANSWERED_WITHIN, COOL_DOWN, FOUND_WITHIN, Refusal, RerunNews, RerunState
from bot.errors import (
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiRefused,
    ApiThrottled,
    ApiUnauthorized,
    ApiUnreachable,
    DataFlowError,
)
from bot.services.boot import Boot
from bot.services.card_answers import (
    RerunAnswer,
    RerunImpossible,
    RerunOffer,
    RerunRefused,
    RerunRequested,
    RerunTooSoon,
    RerunUnseen,
    UnknownCard,
)
from bot.services.follow_reruns import FollowReruns
from bot.services.rerun import Rerun
from bot.store import audit_log, executions
from bot.store.engine import Database
from bot.store.tables import WorkflowRow
from tests.doubles import START, FakeClock, FakeStarter, an_execution
from tests.services.permits import a_permit, card_of
from tests.services.ward import HOUR, MINUTE, SETTLE, Queued, Ward

READY, RUNNING, COMPLETED, FAILED = (
    ExecutionStatus.READY,
    ExecutionStatus.RUNNING,
    ExecutionStatus.COMPLETED,
    ExecutionStatus.FAILED,
)
SECOND, SOON = timedelta(seconds=1), timedelta(seconds=3)


class KilledError(BaseException):
    """The death of the process."""


@dataclass
class Place:
    """A ward whose workflow can be started, the card of its incident in C1 and C2, and what asks for runs."""

    ward: Ward
    starter: FakeStarter

    @property
    def service(self) -> Rerun:
        return Rerun(self.ward.database, self.starter, self.ward.clock)

    @property
    def ref(self) -> CardRef:
        return card_of(self.ward.incidents()[0])

    def ask(self, name: str = "mina", channel: str = "C1") -> RerunAnswer | UnknownCard:
        return self.service.of_card(a_permit(Action.RERUN, self.ward.clock(), name, channel), self.ref)

    def follow(self, after: timedelta = SOON) -> None:
        """The worker looks, some time later."""
        self.ward.clock.advance(after)
        while FollowReruns(self.ward.database, self.ward.clock, Boot(START - HOUR, SETTLE)).step():
            self.ward.clock.advance(timedelta(milliseconds=1))

    def appears(self, execution_id: str, status: ExecutionStatus, at: datetime | None = None) -> Execution:
        """The API lists this run, which began now unless it is said when."""
        began_at = at or self.ward.clock()
        run = an_execution(
            execution_id,
            status,
            created_at=began_at,
            started_at=began_at,
            ended_at=self.ward.clock() if status.is_ended else None,
        )
        self.ward.see(run)
        return run

    def news(self) -> list[Queued]:
        return self.ward.queued(Purpose.RERUN)

    def states(self) -> list[RerunState]:
        return [one.facts.state for one in self.news() if isinstance(one.facts, RerunNews)]


def a_place(database: Database, clock: FakeClock, rule: TriggerRule = TriggerRule.NONE) -> Place:
    ward = Ward(database, clock)
    ward.subscribe()
    ward.subscribe(channel="C2")
    with database.transaction() as session:
        session.execute(update(WorkflowRow).values(trigger_rule=rule))
    ward.ends(FAILED)
    ward.deliver()
    return Place(ward, FakeStarter())


@pytest.fixture
def place(sqlite: Database, clock: FakeClock) -> Place:
    return a_place(sqlite, clock)


def test_a_run_is_asked_for_once_and_told_of_in_the_thread_of_the_card_to_its_end(place: Place) -> None:
    assert place.ask() == RerunRequested("w1", "orders", RerunState.ACCEPTED)
    assert place.starter.asked == ["w1"]
    place.follow()
    assert place.news() == []
    running = place.appears("again", RUNNING)
    place.follow()
    ended = place.appears("again", COMPLETED, running.created_at)
    place.follow(MINUTE)
    started, over = place.news()
    assert place.states() == [RerunState.FOUND, RerunState.ENDED]
    [card, _] = [one for one in place.ward.queued(Purpose.ALERT) if one.edits is None]
    assert (started.channel, started.reply_to, over.reply_to) == ("C1", card.key, card.key)
    assert isinstance(started.facts, RerunNews)
    assert (started.facts.by, [run.status for run in started.facts.runs]) == ("mina", [RUNNING])
    assert isinstance(over.facts, RerunNews)
    assert [(run.job_execution_id, run.status) for run in over.facts.runs] == [(ended.job_execution_id, COMPLETED)]


def test_the_request_is_in_the_log(place: Place) -> None:
    place.ask()
    with place.ward.database.snapshot() as session:
        [entry] = audit_log.newest(session, 5)
    assert (entry.action, entry.after) == (Action.RERUN, {"rerun": 1, "workflow": "w1"})


def test_the_workflow_is_read_at_once(place: Place) -> None:
    later = START + HOUR
    with place.ward.database.transaction() as session:
        session.execute(update(WorkflowRow).values(due_at=later))
    place.ask()
    with place.ward.database.snapshot() as session:
        due = {row.workflow_id: row.due_at for row in session.query(WorkflowRow)}
    assert due == {"w1": place.ward.clock(), "w2": later}


@pytest.mark.parametrize("rule", [TriggerRule.RECURRING, TriggerRule.ONE_TIME])
def test_what_its_schedule_starts_nobody_can_start(sqlite: Database, clock: FakeClock, rule: TriggerRule) -> None:
    place = a_place(sqlite, clock, rule)
    assert place.ask() == RerunImpossible("w1", "orders")
    assert place.starter.asked == []


def test_of_a_trigger_that_we_do_not_know_the_api_is_asked(sqlite: Database, clock: FakeClock) -> None:
    place = a_place(sqlite, clock, TriggerRule.UNKNOWN)
    place.starter.fails_with(ApiRefused("execute", 400, code="400", message="bad-state", details="not direct"))
    assert place.ask() == RerunRefused("w1", "orders", Refusal.BAD_STATE, "not direct")


REFUSALS: list[tuple[DataFlowError, Refusal]] = [
    (ApiRefused("execute", 400, message="bad-parameter"), Refusal.OTHER),
    (ApiUnauthorized("execute", 401, code="210", message="Permission Denied"), Refusal.NO_RIGHT),
    (ApiNotFound("execute", 404), Refusal.GONE),
    (ApiThrottled("execute", 429), Refusal.THROTTLED),
    (ApiUnreachable("nobody answers"), Refusal.UNREACHABLE),
]


@pytest.mark.parametrize(("error", "refusal"), REFUSALS, ids=[str(refusal) for _, refusal in REFUSALS])
def test_a_refusal_is_told_and_does_not_keep_anybody_waiting(
    place: Place, error: DataFlowError, refusal: Refusal
) -> None:
    place.starter.fails_with(error)
    answer = place.ask()
    assert isinstance(answer, RerunRefused)
    assert answer.refusal is refusal
    place.follow(2 * FOUND_WITHIN)
    assert place.news() == []
    place.starter.answer = object
    assert isinstance(place.ask(), RerunRequested)


def test_a_lost_answer_is_unknown_never_asked_again_and_its_run_is_found(place: Place) -> None:
    place.starter.fails_with(ApiOutcomeUnknown("lost"))
    assert place.ask() == RerunRequested("w1", "orders", RerunState.UNKNOWN)
    assert place.states() == [RerunState.UNKNOWN]
    place.appears("again", COMPLETED)
    place.follow()
    assert place.states() == [RerunState.UNKNOWN, RerunState.FOUND, RerunState.ENDED]
    assert place.starter.asked == ["w1"]


def test_a_process_that_dies_while_it_asks_leaves_an_unknown_request_that_nobody_repeats(place: Place) -> None:
    place.starter.fails_with(KilledError())
    with pytest.raises(KilledError):
        place.ask()
    place.follow()
    assert place.states() == []
    place.follow(ANSWERED_WITHIN)
    assert place.states() == [RerunState.UNKNOWN]
    place.starter.answer = object
    answer = place.ask("jun")
    assert isinstance(answer, RerunTooSoon)
    assert answer.by == "mina"
    assert place.starter.asked == ["w1"]


def test_of_two_who_ask_at_once_one_starts_a_run_and_the_other_is_told_who(
    database: Database, clock: FakeClock
) -> None:
    place = a_place(database, clock)
    with ThreadPoolExecutor(2) as pool:
        answers = [done.result() for done in [pool.submit(place.ask, name) for name in ("mina", "jun")]]
    assert place.starter.asked == ["w1"]
    assert {type(answer) for answer in answers} == {RerunRequested, RerunTooSoon}


def test_the_same_workflow_can_be_asked_for_again_after_a_while(place: Place) -> None:
    place.ask()
    first_at = place.ward.clock()
    place.ward.clock.advance(COOL_DOWN - SECOND)
    assert place.ask("jun") == RerunTooSoon("w1", "orders", "mina", first_at, first_at + COOL_DOWN)
    place.ward.clock.advance(SECOND)
    assert isinstance(place.ask("jun"), RerunRequested)
    assert place.starter.asked == ["w1", "w1"]


def test_a_run_that_does_not_appear_is_said_to_be_missing_once_a_poll_has_looked(place: Place) -> None:
    place.ask()
    place.follow(FOUND_WITHIN)
    assert place.states() == []
    place.ward.poll()
    place.follow()
    place.follow(HOUR)
    assert place.states() == [RerunState.MISSING]


def test_runs_that_were_there_before_are_not_taken_for_it(place: Place) -> None:
    place.appears("before", RUNNING)
    place.ward.clock.advance(MINUTE)
    place.ask()
    place.appears("older", RUNNING, place.ward.clock() - MINUTE)
    place.follow()
    assert place.news() == []
    place.ward.clock.advance(MINUTE)
    place.appears("again", RUNNING)
    place.appears("much later", RUNNING, place.ward.clock() + HOUR)
    place.follow()
    [started] = place.news()
    assert isinstance(started.facts, RerunNews)
    assert [run.job_execution_id for run in started.facts.runs] == ["again"]


def test_the_clock_of_the_api_decides_what_began_after_the_request(place: Place) -> None:
    place.starter.clock_offset = -HOUR
    place.ask()
    place.appears("again", RUNNING, place.ward.clock() - HOUR)
    place.follow()
    assert place.states() == [RerunState.FOUND]


def test_a_run_that_vanishes_is_followed_no_longer(place: Place) -> None:
    place.ask()
    place.appears("again", RUNNING)
    place.follow()
    with place.ward.database.transaction() as session:
        executions.mark_lost(session, ["again"], place.ward.clock())
    place.follow(MINUTE)
    assert place.states() == [RerunState.FOUND, RerunState.ENDED]


def test_what_would_run_is_offered_before(place: Place) -> None:
    permit = a_permit(Action.RERUN, START + HOUR)
    assert place.service.offer(permit, "w1") == RerunOffer("w1", "orders", StartableJobs(("load",), 1))
    assert place.service.offer(permit, "w9") == RerunUnseen("w9", "w9")
    assert place.starter.asked == []


def test_without_a_card_the_news_goes_to_the_thread_of_an_open_incident_or_to_whoever_asks(place: Place) -> None:
    permit = a_permit(Action.RERUN, place.ward.clock(), channel="C2")
    place.service.request(permit, "w1")
    place.service.request(permit, "w2")
    place.appears("again", RUNNING)
    place.ward.see(an_execution("other", RUNNING, workflow_id="w2", created_at=place.ward.clock()))
    place.follow()
    cards = {one.channel: one.key for one in place.ward.queued(Purpose.ALERT) if one.edits is None}
    assert {(one.channel, one.reply_to) for one in place.news()} == {("C2", cards["C2"]), ("U-mina", None)}


def test_a_card_of_a_lost_database_starts_nothing(place: Place) -> None:
    ref = CardRef(place.ref.incident_key, 0, "")
    assert place.service.of_card(a_permit(Action.RERUN, START), ref) == UnknownCard()
    assert place.starter.asked == []
