"""The composition root: the one place that knows every concrete class, and puts them together from the settings."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from pydantic import SecretStr

from bot.config import Settings, describe
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes
from bot.core.findings import Finding, Verdict
from bot.core.flapping import FlappingRule
from bot.errors import SettingsError
from bot.services.acknowledge import Acknowledge
from bot.services.announce_windows import AnnounceWindows
from bot.services.answer_commands import AnswerCommands
from bot.services.audit_alerts import AuditAlerts
from bot.services.boot import Boot
from bot.services.commands.command import Tools
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.find_earlier_watch import FindEarlierWatch
from bot.services.fold_alerts import FoldAlerts
from bot.services.follow_reruns import FollowReruns
from bot.services.list_workflows import ListWorkflows
from bot.services.look_back import LookBack
from bot.services.manage_silences import ManageSilences
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.poll_once import CycleReport, OnProgress, PollOnce
from bot.services.poll_workflows import POLLS_PER_WORKER, PollWorkflows, Readers
from bot.services.prune_executions import PruneExecutions
from bot.services.read_triggers import ReadTriggers
from bot.services.record_observed import RecordingRules
from bot.services.record_outcome import RecordOutcome
from bot.services.release_held import ReleaseHeld
from bot.services.remind import Remind
from bot.services.rest import Rest
from bot.services.schedule_digests import ScheduleDigests
from bot.services.start_watching import start_watching
from bot.services.sweep_repeats import SweepRepeats
from bot.services.watch_blindness import WatchBlindness
from bot.services.watch_overdue import WatchOverdue
from bot.slack.reach import SlackReach
from bot.store import due, migrate
from bot.store.engine import normalised
from bot.store.migrate import SchemaState
from bot.wiring_cards import rerun
from bot.wiring_edges import Edges, value
from bot.worker import Step, Worker

POLLING = ("ncp_access_key", "ncp_secret_key")
POSTING = ("slack_bot_token", "alert_channel")
LISTENING = ("slack_app_token",)

LIST_EVERY = timedelta(minutes=1)
QUICK = timedelta(milliseconds=250)  # between two looks for due work, each of them one indexed query
COLLECT_AFTER = 10_000  # new objects, as many as a page makes: at the usual 700 the looking took a third of a cycle


@dataclass(frozen=True)
class Bot(Edges):
    """Everything that a command needs, each built when it is first used."""

    @cached_property
    def desk(self) -> AnswerCommands:
        return AnswerCommands(
            Tools(
                database=self.database,
                clock=self.clock,
                times=self.digest_times,
                poll_every=self.settings.poll_interval,
                auditor=self._auditor,
                reach=SlackReach(self.workspace),
                subscriptions=self.manage_subscriptions,
                silences=self.manage_silences,
                acknowledging=Acknowledge(self.database),
                rerunning=rerun(self),
                flapping=self.recording_rules.flapping,
            ),
            self.authority,
        )

    @cached_property
    def manage_subscriptions(self) -> ManageSubscriptions:
        return ManageSubscriptions(self.database, self.clock, self.settings.alert_channel, self.schedule_digests)

    @cached_property
    def manage_silences(self) -> ManageSilences:
        return ManageSilences(self.database, self.clock, self.settings.timezone)

    def _auditor(self) -> AuditAlerts:
        """Needs both clouds, unlike everything else that is asked at the desk."""
        self.settings.require(*POLLING, *POSTING)
        return AuditAlerts(
            database=self.database,
            source=self.source,
            sender=self.sender,
            clock=self.clock,
            times=self.delivery_times,
            fallback=self.settings.fallback_channel,
        )

    @cached_property
    def delivery_times(self) -> DeliveryTimes:
        settings = self.settings
        return DeliveryTimes(
            timeout=settings.delivery_timeout,
            settle=settings.delivery_settle,
            lease=settings.delivery_lease,
            margin=settings.delivery_margin,
            sweep_every=settings.sweep_interval,
            pace=settings.channel_pace,
        )

    @cached_property
    def boot(self) -> Boot:
        return Boot(self.clock(), self.settings.delivery_settle)

    @cached_property
    def list_workflows(self) -> ListWorkflows:
        poll_every = self.settings.poll_interval
        every = poll_every if self._rest.is_allowed else max(poll_every, LIST_EVERY)
        return ListWorkflows(self.database, self.source, self.clock, every, self.boot, self.settings.workflows)

    @property
    def _rest(self) -> Rest:
        return Rest(self.settings.poll_interval, self.settings.full_sweep_interval)

    @cached_property
    def read_triggers(self) -> ReadTriggers:
        return ReadTriggers(self.database, self.source, self.clock)

    @cached_property
    def recording_rules(self) -> RecordingRules:
        settings = self.settings
        rule = FlappingRule(settings.flapping_changes, settings.flapping_within, settings.flapping_stable_runs)
        return RecordingRules(settings.poll_interval, rule, timedelta(days=settings.retention_days))

    @cached_property
    def poll_workflows(self) -> PollWorkflows:
        workers = self.settings.poll_workers
        readers = Readers(ThreadPoolExecutor(workers, "read"), workers * POLLS_PER_WORKER)
        cloud = (self.database, self.source, self.clock)
        return PollWorkflows(*cloud, self.recording_rules, self.boot, readers, self._rest)

    @cached_property
    def schedule_digests(self) -> ScheduleDigests:
        return ScheduleDigests(self.database, self.clock, self.digest_times, self.boot)

    @cached_property
    def deliver_outbox(self) -> DeliverOutbox:
        return DeliverOutbox(
            database=self.database,
            sender=self.sender,
            clock=self.clock,
            times=self.delivery_times,
            folds=FoldAlerts(stale_after(self.settings.poll_interval)),
            outcomes=RecordOutcome(self.delivery_times, self.settings.admin_users),
            fallback=self.settings.fallback_channel,
        )

    @cached_property
    def look_back(self) -> LookBack:
        return LookBack(self.database, self.sender, self.clock, self.delivery_times, self.settings.fallback_channel)

    @cached_property
    def sweep_repeats(self) -> SweepRepeats:
        return SweepRepeats(self.database, self.sender, self.clock, self.delivery_times, self.boot)

    @cached_property
    def find_earlier_watch(self) -> FindEarlierWatch:
        return FindEarlierWatch(self.database, self.sender, self.clock)

    def prepare(self) -> None:
        """Migrate the database where that is needed, let it follow the settings, and trust no open message."""
        gc.set_threshold(COLLECT_AFTER, 10, 10)
        channels = (self.settings.alert_channel, self.settings.fallback_channel)
        with self.database.required():
            migrate.upgrade(self.database)
            start_watching(self.database, self.clock, *channels, self.schedule_digests)
            self.look_back.reopen()

    def require_schema(self) -> None:
        """Raise when there is nothing to read yet, rather than make an empty database."""
        with self.database.required():
            state, _ = migrate.schema_state(self.database) if self.database.exists() else (SchemaState.NEW, None)
        if state is not SchemaState.CURRENT:
            raise SettingsError(f"the database is {state.value}: start `dataflow-bot run`, or use `db upgrade`")

    def poll_once(self, on_progress: OnProgress) -> CycleReport:
        """One cycle, from the list of workflows to the last message that can be delivered now."""
        self.settings.require(*POLLING, *POSTING)
        self.prepare()
        reading = (self.find_earlier_watch, self.list_workflows, self.poll_workflows)
        afterwards = [self.read_triggers.step, *(step.run for step in self._telling_steps())]
        delivering = (self.look_back, self.deliver_outbox)
        return PollOnce(self.database, self.clock, *reading, afterwards, *delivering).run(on_progress)

    def lanes(self) -> list[list[Step]]:
        """All that is done again and again; what stands in one lane takes turns."""
        tick = min(QUICK, self.settings.poll_interval)
        return [
            [
                Step("list", self.list_workflows.step, tick),
                Step("poll", self.poll_workflows.step, tick),
                Step("triggers", self.read_triggers.step, timedelta(seconds=1)),
            ],
            [
                Step("find-earlier-watch", self.find_earlier_watch.step, tick),
                Step("look-back", self.look_back.step, tick),
                Step("deliver", self.deliver_outbox.step, tick),
                Step("sweep", self.sweep_repeats.step, timedelta(seconds=1)),
            ],
            self._telling_steps(),
        ]

    def _is_anything_due(self) -> bool:
        """What is being read is due whenever its answer comes."""
        with self.database.snapshot() as session:
            return self.poll_workflows.is_reading or due.is_anything_due(session, self.clock())

    def _telling_steps(self) -> list[Step]:
        """What is told because its time has come, rather than because something ended."""
        release = ReleaseHeld(self.database, self.clock, self.settings.poll_interval, self.boot)
        remind = Remind(self.database, self.clock, self.boot)
        overdue = WatchOverdue(self.database, self.clock, self.boot)
        blindness = WatchBlindness(self.database, self.clock, self.settings.blind_after, self.settings.poll_interval)
        windows = AnnounceWindows(self.database, self.clock, self.boot)
        prune = PruneExecutions(self.database, self.clock, self.recording_rules.keep_for)
        second = timedelta(seconds=1)
        return [
            Step("windows", windows.step, 5 * second),
            Step("release", release.step, min(second, self.settings.poll_interval)),
            Step("remind", remind.step, second),
            Step("overdue", overdue.step, second),
            Step("blindness", blindness.step, second),
            Step("reruns", FollowReruns(self.database, self.clock, self.boot).step, second),
            Step("digest", self.schedule_digests.step, second),
            Step("prune", prune.step, second * 10),
        ]

    @contextmanager
    def running(self) -> Iterator[None]:
        """The whole bot at work, from the database to Slack's commands."""
        from bot.slack.home.keeper import LOOK_EVERY
        from bot.slack.socket import SocketLink
        from bot.wiring_slack import home_keeper, slack_app

        self.settings.require(*POLLING, *POSTING, *LISTENING)
        home = home_keeper(self, self.desk.tools)
        app = slack_app(self, self.desk, home, self.schedule_digests)
        socket = SocketLink(app, value(self.settings.slack_app_token))
        worker = Worker(self.lanes(), [[Step("home", home.step, LOOK_EVERY)]], self._is_anything_due)
        worker.start(self.prepare)
        socket.start()
        try:
            yield
        finally:
            self.source.close()
            worker.stop()
            self.poll_workflows.readers.pool.shutdown(wait=False, cancel_futures=True)
            socket.stop(grace=0.5)
            self.database.close()

    def findings(self) -> Iterator[Finding]:
        """Look at everything that the bot needs; changes nothing."""
        from bot.dataflow.check import check_api
        from bot.slack.check import check_slack
        from bot.slack.check_people import check_people
        from bot.store.check import check_database

        yield from self._missing()
        if all(getattr(self.settings, name) for name in POLLING):
            yield from check_api(self.source, self.settings.workflows)
        if self.settings.slack_bot_token:
            app_token = self.settings.slack_app_token
            yield from check_slack(
                self.workspace, self.wire_with(app_token) if app_token else None, self.settings.alert_channel
            )
            yield from check_people(self.asking.people)
        yield check_database(self.database)

    def _missing(self) -> Iterator[Finding]:
        for name in (*POLLING, *POSTING, *LISTENING):
            if not getattr(self.settings, name):
                advice = f"set it in the environment or in .env: {describe(name)}"
                yield Finding(name.upper(), Verdict.WRONG, "is not set", advice)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret value, for the log to strike out. Of the database's address only the password is one."""
    values = (getattr(settings, name) for name in type(settings).model_fields if name != "database_url")
    password = normalised(settings.database_url.get_secret_value()).password
    tokens = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
    return [*tokens, password] if password else tokens
