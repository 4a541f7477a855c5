"""The services around one database, put together and driven as the worker does, and what became of it in the tables."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.core.alerting import Alert
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes, Purpose
from bot.core.model import Workflow
from bot.core.people import Roster
from bot.services.acknowledge import Acknowledge
from bot.services.answer_commands import AnswerCommands
from bot.services.answers import RunsQuery
from bot.services.audit_alerts import AuditAlerts
from bot.services.authority import Authority
from bot.services.boot import Boot
from bot.services.commands.command import Tools
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.desk_answers import DeskAnswer
from bot.services.find_earlier_watch import FindEarlierWatch
from bot.services.fold_alerts import FoldAlerts
from bot.services.list_workflows import ListWorkflows
from bot.services.look_back import LookBack
from bot.services.manage_silences import ManageSilences
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.poll_once import CycleReport, PollOnce
from bot.services.poll_workflows import PollWorkflows
from bot.services.reach import Reach
from bot.services.record_observed import RecordingRules
from bot.services.record_outcome import RecordOutcome
from bot.services.requests import FROM_TERMINAL, Request
from bot.services.rerun import Rerun
from bot.services.schedule_digests import DigestTimes, ScheduleDigests
from bot.services.start_watching import start_watching
from bot.store import facts
from bot.store.engine import Database
from bot.store.message_tables import ChannelRow, OutboxRow, WorkspaceRow
from tests.doubles import FakeClock, FakeReach, FakeSlack, FakeSource, FakeStarter

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SEOUL = ZoneInfo("Asia/Seoul")
NINE_IN_SEOUL = DigestTimes(time(9), SEOUL)
TIMES = DeliveryTimes()


class World:
    """Workflow `w1`, called orders, is watched for channel C1 and polled each minute, unless a test wants more."""

    def __init__(self, database: Database, clock: FakeClock, slack: FakeSlack | None = None) -> None:
        self.database = database
        self.clock = clock
        self.source = FakeSource([Workflow("w1", "orders")])
        self.slack = slack or FakeSlack(clock=clock)
        self.times = NINE_IN_SEOUL
        self.reach: Reach = FakeReach()
        self.starter = FakeStarter()
        self.roster = Roster()
        self.start("C1")

    def start(self, *channels: str, watching: Sequence[str] = (), fallback: str | None = None) -> None:
        """Start the bot with these alert channels and workflows; the one that ran before is gone."""
        self.boot = boot = Boot(self.clock(), TIMES.settle)
        edge = (self.database, self.slack, self.clock, TIMES)
        self._lister = ListWorkflows(self.database, self.source, self.clock, MINUTE, boot, watching)
        self._poller = PollWorkflows(self.database, self.source, self.clock, RecordingRules(MINUTE), boot)
        self._digests = ScheduleDigests(self.database, self.clock, self.times, boot)
        self._look_back = LookBack(*edge, fallback)
        self._deliver = DeliverOutbox(
            *edge,
            folds=FoldAlerts(stale_after(MINUTE)),
            outcomes=RecordOutcome(TIMES, jitter=lambda: 1.0),
            fallback=fallback,
        )
        self.alert_channels = channels
        start_watching(self.database, self.clock, channels, fallback, self._digests)
        self._look_back.reopen()
        self._find_earlier_watch = FindEarlierWatch(self.database, self.slack, self.clock)
        self.find_earlier_watch()

    def find_earlier_watch(self) -> bool:
        return self._find_earlier_watch.step()

    def poll_once(self) -> CycleReport:
        """The cycle of whoever has the bot started by cron, without what follows from the polls."""
        reading = (self._find_earlier_watch, self._lister, self._poller)
        once = PollOnce(self.database, self.clock, *reading, (), self._look_back, self._deliver)
        return once.run(lambda _done, _of: None)

    def list_workflows(self) -> bool:
        return self._lister.step()

    def poll(self) -> bool:
        return self._poller.step()

    def poll_elsewhere(self) -> bool:
        """Another process polls what is due."""
        boot = Boot(self.clock(), TIMES.settle)
        return PollWorkflows(self.database, self.source, self.clock, RecordingRules(MINUTE), boot).step()

    def cycle(self, after: timedelta = MINUTE) -> None:
        """Let time pass, then list and poll what is due."""
        self.clock.advance(after)
        self.list_workflows()
        while self.poll():
            pass

    def make_digests(self) -> int:
        """Make what is due; returns how many there were."""
        made = 0
        while self._digests.step():
            made += 1
        return made

    def ask(self, text: str, request: Request = FROM_TERMINAL) -> DeskAnswer:
        """What somebody who types this is answered."""
        return self.desk.answer(text, request)

    def turn_to(self, query: RunsQuery) -> DeskAnswer:
        """What a button that turns the pages of runs answers."""
        return self.desk.runs_page(query, FROM_TERMINAL).answer

    @property
    def desk(self) -> AnswerCommands:
        auditor = AuditAlerts(self.database, self.source, self.slack, self.clock, TIMES)
        tools = Tools(
            database=self.database,
            clock=self.clock,
            times=self.times,
            poll_every=MINUTE,
            auditor=lambda: auditor,
            reach=self.reach,
            subscriptions=ManageSubscriptions(self.database, self.clock, self.alert_channels, self._digests),
            silences=ManageSilences(self.database, self.clock, SEOUL),
            acknowledging=Acknowledge(self.database),
            rerunning=Rerun(self.database, self.starter, self.clock),
        )
        return AnswerCommands(tools, Authority(self.database, self.clock, self.roster))

    def deliver(self) -> bool:
        return self._deliver.step()

    def deliver_for(self, span: timedelta) -> None:
        """Let time pass second by second and deliver what can be delivered. Most seconds bring nothing, and to try in
        each of them would take most of the time of these tests."""
        until = self.clock.now + span
        while self.clock.now <= until:
            while self._look_back.step() or self.deliver():
                pass
            chance = self._next_chance()
            self.clock.advance(SECOND)
            while self.clock.now <= until and not (chance and chance <= self.clock.now):
                self.clock.advance(SECOND)

    def _next_chance(self) -> datetime | None:
        """The next moment at which a message can be sent, or looked for. It may be now: a catch-up message, which was
        queued when the outbox was looked into last, is looked for first."""
        waiting = select(OutboxRow.due_at, OutboxRow.lease_until).where(OutboxRow.closed_at.is_(None))
        with self.database.snapshot() as session:
            moments = [moment for row in session.execute(waiting) for moment in row]
            moments += session.scalars(select(ChannelRow.ready_at).union_all(select(WorkspaceRow.ready_at)))
        return min((moment for moment in moments if moment and moment >= self.clock.now), default=None)

    def alerts(self) -> list[tuple[str, Alert]]:
        """Each end told in the outbox with its channel, as a card, a reply or alone, in the order of queueing."""
        with self.database.snapshot() as session:
            rows = session.execute(
                select(OutboxRow.channel, OutboxRow.facts)
                .where(OutboxRow.purpose == Purpose.ALERT, OutboxRow.edits.is_(None))
                .order_by(OutboxRow.id)
            )
            decoded = [(channel, facts.decode(Purpose.ALERT, text)) for channel, text in rows]
        return [(channel, alert) for channel, alert in decoded if isinstance(alert, Alert)]

    def alerted(self) -> list[str]:
        """The executions that have an alert in the outbox."""
        return [alert.execution.job_execution_id for _, alert in self.alerts()]
