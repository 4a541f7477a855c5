"""Doubles for the two network edges and the clock, and builders for the vocabulary. The database is always real."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted
from bot.core.digest import Counts, MessageRef, count
from bot.core.model import Execution, ExecutionStatus, Job, Trigger, Workflow
from bot.core.people import Person, Profile
from bot.core.permissions import Action, ChannelKind, Role
from bot.core.picture import PageSketch, Picture
from bot.core.recurrence import ScheduledTrigger
from bot.errors import ApiNotFound, DataFlowError
from bot.services.authority import Permit
from bot.services.ports import Found, Outgoing, Unreadable
from bot.services.reach import Obstacle, Reached, Unreached
from bot.services.requests import Request

Item_co = TypeVar("Item_co", covariant=True)

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, 10:00 in Seoul."""

LOAD = Job("job-load", "load")

MINA = Person("T0HOME", "U0MINA123")
BY_MINA = Permit(Request(Profile(MINA, Role.OPERATOR, name="Mina"), ChannelKind.CHANNEL, "C1"), Action.MUTE, "", START)
"""That she may do what the test does, in the log under its own name."""


@dataclass(slots=True)
class FakeClock:
    """A clock that stands still until it is told to go on."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


def an_execution(
    execution_id: str = "e1",
    status: ExecutionStatus = ExecutionStatus.RUNNING,
    *,
    workflow_id: str = "w1",
    job: Job = LOAD,
    created_at: datetime | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    trigger: Trigger | None = None,
    waiting_time: int | None = None,
    running_time: int | None = None,
) -> Execution:
    return Execution(
        execution_id,
        workflow_id,
        job,
        status,
        reported_status=status.value,
        created_at=created_at,
        started_at=started_at,
        ended_at=ended_at,
        trigger=trigger,
        waiting_time=waiting_time,
        running_time=running_time,
    )


def an_ended_execution(
    execution_id: str = "e1",
    status: ExecutionStatus = ExecutionStatus.FAILED,
    *,
    at: datetime = START,
    workflow_id: str = "w1",
    ran_for: timedelta = timedelta(minutes=10),
) -> Execution:
    return an_execution(
        execution_id,
        status,
        workflow_id=workflow_id,
        created_at=at - ran_for,
        started_at=at - ran_for,
        ended_at=at,
    )


@dataclass(frozen=True, slots=True)
class FakeListing(Generic[Item_co]):
    items: Sequence[Item_co]
    skipped: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class FakeNews(FakeListing[Execution]):
    """All there is, as a source tells it that remembers nothing."""

    @property
    def picture(self) -> Picture:
        unended = {execution.job_execution_id: 0 for execution in self.items if not execution.is_ended}
        return Picture((PageSketch(0, len(self.items), None, (), unended, len(self.skipped)),))


@dataclass(slots=True)
class FakeSource:
    """An account on Data Flow as a test has set it up.

    `unlisted` executions exist and are left out of the listing; `failures` answer requests about a workflow or an
    execution by its id, `failure` all of them; `meanwhile` happens while a request is under way.
    """

    account: list[Workflow] = field(default_factory=list)
    rules: list[ScheduledTrigger] = field(default_factory=list)
    runs: dict[str, Execution] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    unreadable_workflows: list[str] = field(default_factory=list)
    failure: DataFlowError | None = None
    failures: dict[str, DataFlowError] = field(default_factory=dict)
    meanwhile: Callable[[], None] | None = None
    clock_offset: timedelta = timedelta()
    asked_for: list[str] = field(default_factory=list)

    def put(self, *executions: Execution) -> None:
        self.runs |= {execution.job_execution_id: execution for execution in executions}

    def workflows(self) -> FakeListing[Workflow]:
        self._answer("workflows")
        return FakeListing(tuple(self.account), tuple(self.unreadable_workflows))

    def triggers(self) -> FakeListing[ScheduledTrigger]:
        self._answer("triggers")
        return FakeListing(tuple(self.rules))

    def executions(self, workflow_id: str) -> FakeListing[Execution]:
        self._answer(workflow_id)
        return FakeListing(
            tuple(
                execution
                for execution_id, execution in self.runs.items()
                if execution.workflow_id == workflow_id and execution_id not in self.unlisted
            )
        )

    def news(self, workflow_id: str, last: Picture | None) -> FakeNews:  # noqa: ARG002 - it remembers nothing
        return FakeNews(self.executions(workflow_id).items)

    def execution(self, workflow_id: str, job_id: str, job_execution_id: str) -> Execution:
        self._answer(job_execution_id)
        found = self.runs.get(job_execution_id)
        if found is None or (found.workflow_id, found.job.job_id) != (workflow_id, job_id):
            raise ApiNotFound(f"execution {job_execution_id}", 404)
        return found

    def execution_counts(self, start: datetime, end: datetime) -> Counts:
        self._answer("execution_counts")
        ended = (run for run in self.runs.values() if run.ended_at and start <= run.ended_at < end)
        return count((run.status, 1) for run in ended)

    def _answer(self, asked_for: str) -> None:
        self.asked_for.append(asked_for)
        if self.meanwhile:
            self.meanwhile()
        if failure := self.failure or self.failures.get(asked_for):
            raise failure


@dataclass(slots=True)
class FakeSlack:
    """Slack, for posting: takes everything, unless `answers` holds outcomes for the channel.

    An answer that is not Posted leaves nothing behind; a test that wants "posted, but nobody knows" says so in
    `lands_unseen`. An exception among the answers is the death of the process that asked. `unreadable` is why no
    history can be read, or only that of `unreadable_channels`, where there are any.
    """

    posts: list[tuple[MessageRef, Outgoing]] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    answers: dict[str, list[Outcome | Exception]] = field(default_factory=dict)
    lands_unseen: bool = False
    unreadable: Unreadable | None = None
    unreadable_channels: set[str] = field(default_factory=set)
    clock: FakeClock = field(default_factory=FakeClock)

    def send(self, message: Outgoing) -> Outcome:
        self.sent.append(message)
        scripted = self.answers.get(message.channel)
        outcome = scripted.pop(0) if scripted else self._refusal(message)
        ref = message.edits or MessageRef(message.channel, f"{int(self.clock.now.timestamp())}.{len(self.sent):06}")
        if outcome is None or isinstance(outcome, Posted) or self.lands_unseen:
            self._show(ref, message)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or Posted(ref.channel, ref.ts)

    def read_back(
        self,
        channel: str,
        since: datetime,  # noqa: ARG002 - what is older than a test, no test posts
        thread: MessageRef | None = None,
    ) -> Sequence[Found] | Unreadable:
        if self.unreadable and (not self.unreadable_channels or channel in self.unreadable_channels):
            return self.unreadable
        threads = {post.thread for _, post in self.posts}
        return [
            Found(post.mark, ref, has_replies=ref in threads)
            for ref, post in self.posts
            if (ref.channel, post.thread) == (channel, thread)
        ]

    def _refusal(self, message: Outgoing) -> Outcome | None:
        is_gone = message.edits is not None and all(ref != message.edits for ref, _ in self.posts)
        return NotPosted(FailureClass.EDIT, "message_not_found") if is_gone else None

    def _show(self, ref: MessageRef, message: Outgoing) -> None:
        """An edit changes what a message says, and leaves its mark and its place as they are."""
        if message.edits is None:
            self.posts.append((ref, message))
            return
        self.posts = [(at, replace(post, facts=message.facts) if at == ref else post) for at, post in self.posts]

    def delete(self, ref: MessageRef) -> bool:
        kept = [(at, message) for at, message in self.posts if at != ref]
        is_gone = len(kept) < len(self.posts)
        self.posts = kept
        return is_gone


@dataclass(slots=True)
class FakeStarter:
    """Data Flow, for starting runs: takes note, then does what it is told to."""

    asked: list[str] = field(default_factory=list)
    answer: Callable[[], object] = object
    clock_offset: timedelta = timedelta()

    def execute(self, workflow_id: str) -> object:
        self.asked.append(workflow_id)
        return self.answer()

    def fails_with(self, error: BaseException) -> None:
        def answer() -> object:
            raise error

        self.answer = answer


@dataclass
class FakeReach:
    """Every channel can be posted in, but for those named here; `#name` has the id C-NAME."""

    obstacles: dict[str, Obstacle] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)

    def look_at(self, channel: str) -> Reached | Unreached:
        if channel in self.obstacles:
            return Unreached(channel, self.obstacles[channel], "its word")
        channel_id = f"C-{channel[1:].upper()}" if channel.startswith("#") else channel
        return Reached(channel_id, is_member=channel not in self.strangers)
