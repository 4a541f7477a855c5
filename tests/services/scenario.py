"""A ward whose alerts reach Slack, told in small named events, and what people then see in the channel."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum

from sqlalchemy import select

from bot.core.alerting import Alert, Reason
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes, Facts
from bot.core.digest import MessageRef
from bot.core.incidents import Incident
from bot.core.model import ExecutionStatus, Job
from bot.core.permissions import Action
from bot.core.silence import Silence, SilenceKind
from bot.core.telling import HeldSummary, Recovery, Reminder
from bot.services.acknowledge import Acknowledge
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.fold_alerts import FoldAlerts
from bot.services.ports import Outgoing
from bot.services.record_outcome import RecordOutcome
from bot.store import watch
from bot.store.message_tables import DecisionRow
from tests.doubles import LOAD, FakeSlack
from tests.services.permits import a_permit, card_of
from tests.services.ward import HOUR, MINUTE, Ward

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
OTHER = Job("job-report", "report")
AT_ONCE = DeliveryTimes(pace=timedelta())


class Event(Enum):
    """What may happen; the ends of runs are a minute apart."""

    FAILS = "a run of the job fails"
    COMPLETES = "a run of the job completes"
    CANCELED = "a run of the job is cancelled"
    ENDS_STRANGELY = "a run of the job ends with a word that nobody knows"
    BOTH_JOBS_FAIL = "runs of two jobs that one trigger started fail"
    OTHER_JOB_FAILS = "a run of the other job fails, which was started later"
    OTHER_JOB_COMPLETES = "a run of the other job completes"
    MUTED = "somebody mutes the channel for an hour"
    ACKNOWLEDGED = "somebody looks after it"
    TEN_MINUTES_PASS = "ten minutes pass"
    AN_HOUR_PASSES = "an hour passes"
    CARD_DELETED = "somebody deletes the first message in the channel"


_ENDS = {
    Event.FAILS: (FAILED, LOAD),
    Event.COMPLETES: (COMPLETED, LOAD),
    Event.CANCELED: (CANCELED, LOAD),
    Event.ENDS_STRANGELY: (UNKNOWN, LOAD),
    Event.BOTH_JOBS_FAIL: (FAILED, LOAD),
    Event.OTHER_JOB_FAILS: (FAILED, OTHER),
    Event.OTHER_JOB_COMPLETES: (COMPLETED, OTHER),
}
_PASSES = {Event.TEN_MINUTES_PASS: 10 * MINUTE, Event.AN_HOUR_PASSES: HOUR}


@dataclass
class Scene(Ward):
    """After each event everything that can be told is told, unless `is_slack_slow`: then only `catch_up` delivers."""

    slack: FakeSlack = field(default_factory=FakeSlack)
    is_slack_slow: bool = False

    def __post_init__(self) -> None:
        Ward.__post_init__(self)
        with self.database.transaction() as session:
            watch.ensure(session, self.clock())
        self._deliver = DeliverOutbox(
            self.database,
            self.slack,
            self.clock,
            AT_ONCE,
            folds=FoldAlerts(stale_after(MINUTE)),
            outcomes=RecordOutcome(AT_ONCE, jitter=lambda: 1.0),
        )

    def play(self, events: Sequence[Event]) -> None:
        for event in events:
            self.happen(event)
            self.release()
            self.remind()
            if not self.is_slack_slow:
                self.catch_up()

    def catch_up(self) -> None:
        self._exhaust(self._deliver.step)

    def happen(self, event: Event) -> None:
        if event in _ENDS:
            status, job = _ENDS[event]
            self.ends(status, job=job)
        self.clock.advance(_PASSES.get(event, timedelta()))
        match event:
            case Event.BOTH_JOBS_FAIL:
                self.see(self.run(f"e{next(self.numbers)}", FAILED, self.clock(), job=OTHER))
            case Event.MUTED:
                self.hush(Silence(0, SilenceKind.MUTE, self.clock(), self.clock() + HOUR))
            case Event.ACKNOWLEDGED:
                permit = a_permit(Action.ACK, self.clock())
                Acknowledge(self.database).acknowledge(permit, card_of(self.incidents()[-1]))
            case Event.CARD_DELETED:
                self.slack.delete(self.slack.posts[0][0])

    def shown(self) -> list[str]:
        """The channel from top to bottom, each message with its thread."""
        return list(self._shown(None, ""))

    def _shown(self, thread: MessageRef | None, indent: str) -> Iterator[str]:
        for ref, post in self.slack.posts:
            if post.thread == thread:
                yield indent + in_words(post, self._edits(ref))
                if thread is None:
                    yield from self._shown(ref, "> ")

    def _edits(self, ref: MessageRef) -> int:
        return sum(message.edits == ref for message in self.slack.sent)

    def all_reasons(self) -> list[Reason]:
        """Every decision's, in the order in which they were taken."""
        with self.database.snapshot() as session:
            return [Reason[name] for name in session.scalars(select(DecisionRow.reason).order_by(DecisionRow.id))]


def in_words(post: Outgoing, edits: int) -> str:
    changed = f", changed {edits}x" if edits else ""
    loud = " (and in the channel)" if post.is_broadcast else ""
    return f"{what_it_says(post.facts)}{changed}{loud}"


def what_it_says(facts: Facts) -> str:
    match facts:
        case Alert(incident=Incident() as incident):
            return f"card: {state_of(incident)}"
        case Alert(execution=execution):
            return execution.status.lower()
        case Recovery():
            return "recovered"
        case Reminder():
            return "reminder"
        case HeldSummary(jobs=jobs):
            count = f"{sum(job.failed for job in jobs)} failed, {sum(job.recovered for job in jobs)} recovered"
            return f"held back: {count}, {'still broken' if any(job.is_broken for job in jobs) else 'all well'}"
    return type(facts).__name__


def state_of(incident: Incident) -> str:
    jobs = f" of {len(incident.jobs)} jobs" if len(incident.jobs) > 1 else ""
    failures = f"{incident.failures} failed{jobs}"
    if not incident.is_open:
        return f"recovered, {failures}"
    if incident.flapping:
        return f"flapping, {incident.flapping.changes} changes"
    looked_after = ", looked after" if incident.acknowledged else ""
    return f"{failures}{looked_after}"
