"""One watched workflow, its incidents, and what is told of them by the rules of one subscription."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select, update

from bot.core.alerting import Reason
from bot.core.delivery import DeliveryState, Facts, Purpose
from bot.core.incidents import Incident
from bot.core.model import Execution, ExecutionStatus, Job, Trigger, Workflow
from bot.core.rules import Rules
from bot.core.silence import Silence
from bot.core.subscribing import SubscriptionChanges, Wish
from bot.core.transitions import Watch
from bot.services.announce_windows import AnnounceWindows
from bot.services.boot import Boot
from bot.services.manage_silences import ManageSilences
from bot.services.record_observed import Reading, RecordingRules, record_observed
from bot.services.release_held import ReleaseHeld
from bot.services.remind import Remind
from bot.store import channels, facts, incidents, silences, subscriptions, workflows
from bot.store.engine import Database
from bot.store.message_tables import CardRow, DecisionRow, IncidentRow, OutboxRow
from bot.store.tables import ExecutionRow, TransitionRow, WorkflowRow
from bot.store.workflows import Listed, WatchedWorkflow
from tests.doubles import LOAD, FakeClock, an_execution
from tests.services.world import SEOUL

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SETTLE = timedelta(seconds=60)
DEFAULT = Rules()


@dataclass(frozen=True, slots=True)
class Queued:
    """A row of the outbox, as a test wants to see it."""

    key: int
    purpose: Purpose
    channel: str
    facts: Facts
    state: DeliveryState
    reply_to: int | None
    edits: int | None
    is_broadcast: bool


@dataclass
class Ward:
    """Workflow `w1`, called orders, has the job `load`, and channel C1 hears of it by these rules. Each run ends a
    minute after the one before and is seen at once."""

    database: Database
    clock: FakeClock
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.boot = Boot(self.clock() - HOUR, SETTLE)
        with self.database.transaction() as session:
            channels.ensure_workspace(session, self.clock())
            for number, name in enumerate(("orders", "customers"), start=1):
                listed = Listed([Workflow(f"w{number}", name)], {f"w{number}"}, is_complete=False)
                workflows.record_listing(session, listed, self.clock(), self.clock())

    def subscribe(self, rules: Rules = DEFAULT, *, channel: str = "C1", workflows: str = "*") -> None:
        with self.database.transaction() as session:
            subscriptions.put(session, Wish(channel, workflows, rules), self.clock())

    def unsubscribe(self) -> None:
        """Nobody is told of anything any more."""
        with self.database.transaction() as session:
            gone = SubscriptionChanges(removed=tuple(subscriptions.active(session)))
            subscriptions.carry_out(session, gone, self.clock())

    def ends(self, *statuses: ExecutionStatus, job: Job = LOAD, workflow: int = 1) -> None:
        """Runs of a job end like this, one after the other."""
        for status in statuses:
            self.clock.advance(MINUTE)
            self.see(self.run(f"e{next(self.numbers)}", status, self.clock(), job=job, workflow=workflow))

    def run(
        self, execution_id: str, status: ExecutionStatus, at: datetime, *, job: Job = LOAD, workflow: int = 1
    ) -> Execution:
        began_at = at - timedelta(seconds=30)
        return an_execution(
            execution_id,
            status,
            workflow_id=f"w{workflow}",
            job=job,
            created_at=began_at,
            started_at=began_at,
            ended_at=at,
            trigger=Trigger("t1", "nightly"),
        )

    def see(self, *runs: Execution) -> None:
        """The API reports these runs, all of one workflow, now."""
        workflow_id = runs[0].workflow_id
        watch = Watch(self.boot.at, is_first_look=False)
        with self.database.transaction() as session:
            name = workflows.name_of(session, workflow_id)
            watched = WatchedWorkflow(int(workflow_id.removeprefix("w")), workflow_id, name, watch)
            record_observed(session, [Reading(watched, runs)], self.clock(), RecordingRules(MINUTE))

    def hush(self, silence: Silence) -> int:
        with self.database.transaction() as session:
            return silences.add(session, silence, self.clock())

    @property
    def manage(self) -> ManageSilences:
        return ManageSilences(self.database, self.clock, SEOUL)

    def poll(self) -> None:
        """Data Flow answers that nothing has changed."""
        with self.database.transaction() as session:
            session.execute(update(WorkflowRow).values(polled_at=self.clock()))

    def release(self, *, is_polled: bool = True) -> int:
        """Release what is due, by default after a look at the workflows; returns how many causes there were."""
        if is_polled:
            self.poll()
        return self._exhaust(ReleaseHeld(self.database, self.clock, MINUTE, self.boot).step)

    def announce(self) -> int:
        """Tell of windows that begin or end; returns how many messages that takes."""
        return self._exhaust(AnnounceWindows(self.database, self.clock, self.boot).step)

    def remind(self) -> int:
        """Remind of what is due; returns how many cards were looked at."""
        return self._exhaust(Remind(self.database, self.clock, self.boot).step)

    def _exhaust(self, step: Callable[[], bool]) -> int:
        done = 0
        while step():
            done += 1
            assert done < 1000, "it never ends"
        return done

    def queued(self, purpose: Purpose | None = None, channel: str | None = None) -> list[Queued]:
        """The outbox, in the order in which it was filled."""
        with self.database.snapshot() as session:
            rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        found = [
            Queued(
                row.id,
                row.purpose,
                row.channel,
                facts.decode(row.purpose, row.facts),
                row.state,
                row.reply_to,
                row.edits,
                row.is_broadcast,
            )
            for row in rows
        ]
        return [one for one in found if purpose in (None, one.purpose) and channel in (None, one.channel)]

    def deliver(self) -> None:
        """Everything stands in Slack now."""
        with self.database.transaction() as session:
            for row in session.scalars(select(OutboxRow).where(OutboxRow.message_ts.is_(None))):
                row.state, row.attempts, row.closed_at = DeliveryState.SENT, 1, self.clock()
                row.message_channel, row.message_ts = row.channel, f"{row.id}.0"

    def reasons(self, execution_id: str) -> list[Reason]:
        """Why what was told of a run, or was not: the chain of decisions."""
        with self.database.snapshot() as session:
            names = session.scalars(
                select(DecisionRow.reason)
                .join(TransitionRow, TransitionRow.id == DecisionRow.transition_key)
                .join(ExecutionRow, ExecutionRow.id == TransitionRow.execution_key)
                .where(ExecutionRow.job_execution_id == execution_id)
                .order_by(DecisionRow.id)
            ).all()
        return [Reason[name] for name in names]

    def held(self) -> int:
        """How much is held back."""
        with self.database.snapshot() as session:
            waits = select(DecisionRow.id).where(DecisionRow.held_until.is_not(None), DecisionRow.released_at.is_(None))
            return len(session.scalars(waits).all())

    def held_by_mutes(self) -> list[tuple[int, datetime]]:
        """The mutes and windows that hold something back, and until when."""
        with self.database.snapshot() as session:
            waits = select(DecisionRow.silence_key, DecisionRow.held_until).where(DecisionRow.released_at.is_(None))
            return [(key, until) for key, until in session.execute(waits) if key is not None and until is not None]

    def incidents(self) -> Sequence[tuple[int, Incident]]:
        with self.database.transaction() as session:
            keys = session.scalars(select(IncidentRow.id).order_by(IncidentRow.id)).all()
            return [(key, incidents.get(session, key)) for key in keys]

    def reminds_at(self) -> list[datetime | None]:
        with self.database.snapshot() as session:
            return list(session.scalars(select(CardRow.remind_at).order_by(CardRow.id)))
