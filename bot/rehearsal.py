"""Rehearses a team's own configuration: the whole bot between the stand-ins, on a clock that leaps from event to event.

Owns the driving and what it amounted to. The scenario comes from bot/demo; how it is printed is the command's.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import config
from bot.config import Settings
from bot.core.audit import AuditReport
from bot.core.permissions import Action
from bot.core.subscribing import Wish, is_person
from bot.demo.dataflow_server import DataFlowServer
from bot.demo.life import Life
from bot.demo.page_server import Clouds
from bot.demo.slack_server import Entry, Happening, SlackServer
from bot.demo.story import Expectations, NoSuchStory, Story
from bot.services.authority import at_terminal
from bot.store import due, incidents, outbox
from bot.wiring import Bot
from bot.worker import Step

MONDAY = datetime(2026, 3, 16, tzinfo=UTC)
BEGINS_AT = time(21)
"""In the zone of TIMEZONE: a night follows, with its quiet hours, and the digest of the day."""

CALMS_DOWN_WITHIN = timedelta(hours=3)
MOST_TURNS = 500
LOOKS_AT_A_CHANGE = 4
LOOK_AT_LEAST_EVERY = 4
LONGEST_LEAP = 4  # polls


@dataclass(slots=True)
class LeapingClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would have been posted, oldest first, and what it amounted to."""

    messages: tuple[Entry, ...]
    edits: int
    incidents: int
    repeated: int
    audit: AuditReport
    channel_names: dict[str, str]

    @property
    def new_messages(self) -> int:
        return sum(not message.thread_ts for message in self.messages)

    @property
    def new_messages_per_incident(self) -> float | None:
        return self.new_messages / self.incidents if self.incidents else None

    def disappointments(self, expected: Expectations) -> list[str]:
        """Each expectation that was not met, in words."""
        slowest = self.audit.slowest_delay
        measured: dict[str, tuple[float | None, float | None]] = {
            "lost": (len(self.audit.gaps), expected.lost),
            "repeated": (self.repeated, expected.repeated),
            "new_messages": (self.new_messages, expected.new_messages),
            "new_messages_per_incident": (self.new_messages_per_incident, expected.new_messages_per_incident),
            "slowest_alert (s)": (None if slowest is None else slowest.total_seconds(), expected.slowest_alert),
        }
        return [
            f"{name}: {seen:g}, expected at most {limit:g}"
            for name, (seen, limit) in measured.items()
            if seen is not None and limit is not None and seen > limit
        ]


def rehearse(
    story: Story, env_file: Path | None, wishes: Sequence[Wish] | None, on_progress: Callable[[float], None]
) -> Rehearsed:
    """Let the story happen to a bot with these settings and subscriptions; `on_progress` hears the share that is over.

    Raises NoSuchStory for one without an end, and SettingsError for settings that are wrong.
    """
    if story.lasts is None:
        raise NoSuchStory(f"“{story.title}” has no end: a rehearsal needs `lasts`")
    begins = _beginning(config.load(_env_file=env_file))
    clock = LeapingClock(begins)
    with _clouds(clock) as (dataflow, slack), TemporaryDirectory() as folder:
        settings = _settings(env_file, dataflow, slack, Path(folder))
        wanted = [*settings.alert_channel, *(wish.channel for wish in wishes or ())]
        names = _people_the_workspace(slack, [*wanted, *filter(None, [settings.fallback_channel])])
        life = Life(dataflow.account, story)
        life.write_history()
        with _bot(settings, clock) as bot:
            if wishes is not None:
                bot.manage_subscriptions.apply(at_terminal(Action.SUBSCRIBE, clock()), wishes)
            rehearsal = _Rehearsal(bot, clock, Clouds(dataflow, slack, life, story.outages), _length(story))
            rehearsal.play(on_progress)
            return _sum_up(bot, slack, begins, names)


class _Rehearsal:
    def __init__(self, bot: Bot, clock: LeapingClock, clouds: Clouds, lasts: float) -> None:
        self._bot = bot
        self._clock = clock
        self._clouds = clouds
        self._looking, *others = bot.lanes()
        self._others = [step for lane in others for step in lane]
        self._lasts = timedelta(seconds=lasts)
        self._seen: object = None
        self._looks = 0

    def play(self, on_progress: Callable[[float], None]) -> None:
        """Until the story is over and everything is delivered. In the story time is not sped up but leapt over."""
        self._work()  # the bot has seen what was before
        began_at = self._clock()
        self._clouds.life.set_speed(1.0, began_at)
        self._clouds.life.begin(began_at)
        over_at = began_at + self._lasts
        while self._clock() < over_at:
            self._work()
            self._leap_to(self._next(over_at))
            on_progress((self._clock() - began_at) / self._lasts)
        self._leap_to(over_at + self._bot.settings.poll_interval)
        self._calm_down(over_at + CALMS_DOWN_WITHIN)

    def _calm_down(self, latest: datetime) -> None:
        """Until no message waits, and nothing has ended that the bot has not seen."""
        while self._clock() < latest:
            self._looks = 0
            self._work()
            if not self._is_waiting():
                return
            while self._is_waiting() and self._clock() < latest:
                self._leap_to(self._next(latest))
                self._work()
            self._leap_to(self._clock() + self._bot.settings.poll_interval)

    def _work(self) -> None:
        self._clouds.advance(self._clock())
        if self._is_worth_looking():
            self._look()
        for step in self._others:
            _exhaust(step)

    def _leap_to(self, moment: datetime) -> None:
        self._clock.now = max(moment, self._clock.now + timedelta(milliseconds=1))

    def _look(self) -> None:
        """Answers are read in threads; the clock stands still until they are there."""
        for step in self._looking:
            _exhaust(step)
        while self._bot.poll_workflows.is_reading:
            self._bot.poll_workflows.step()

    def _is_worth_looking(self) -> bool:
        """Not when the account is as it was the last times: then a poll changes nothing but the time of the last one,
        for which one in a while is enough."""
        seen = self._account()
        self._looks = 0 if seen != self._seen else self._looks + 1
        self._seen = seen
        return self._looks < LOOKS_AT_A_CHANGE or self._looks % LOOK_AT_LEAST_EVERY == 0

    def _account(self) -> tuple[object, ...]:
        now, account = self._clock(), self._clouds.dataflow.account
        runs = [run for workflow in account.workflows() for run in account.executions(workflow.workflow_id)]
        started, ended = sum(run.has_started(now) for run in runs), sum(run.has_ended(now) for run in runs)
        return len(runs), started, ended, self._clouds.state()["is_dataflow_up"]

    def _next(self, latest: datetime) -> datetime:
        """The next poll that is worth it, or sooner when something is due or a message may go out before it."""
        now, every = self._clock(), self._bot.settings.poll_interval
        with self._bot.database.snapshot() as session:
            ready_at, due_at = outbox.next_ready_at(session), due.next_after(session, now)
            is_calm = not incidents.all_open(session)
        polls = self._polls_without_news() if is_calm else 1
        sooner = (max(ready_at, now) if ready_at else None, due_at)
        return min([latest, now + polls * every, *filter(None, sooner)])

    def _polls_without_news(self) -> int:
        """While no run is under way and none begins, nothing is to be seen, and nothing waits for its time."""
        total, _started, ended, is_up = self._account()
        if total != ended or not is_up or self._looks < LOOKS_AT_A_CHANGE:
            return 1
        event = self._clouds.next_event(self._clock())
        if event is None:
            return LONGEST_LEAP
        return min(max(1, (event - self._clock()) // self._bot.settings.poll_interval), LONGEST_LEAP)

    def _is_waiting(self) -> bool:
        with self._bot.database.snapshot() as session:
            queue = outbox.state_of_queue(session)
        return bool(queue.pending or queue.unclear)


def _length(story: Story) -> float:
    """Seconds: until the story is over and both clouds are back."""
    return max([story.lasts or 0.0, *(outage.after + outage.lasts for outage in story.outages)])


def _exhaust(step: Step) -> None:
    for _ in range(MOST_TURNS):
        if not step.run():
            return


@contextmanager
def _clouds(clock: LeapingClock) -> Iterator[tuple[DataFlowServer, SlackServer]]:
    with DataFlowServer(clock=clock) as dataflow, SlackServer(clock=clock.seconds) as slack:
        yield dataflow, slack


@contextmanager
def _bot(settings: Settings, clock: LeapingClock) -> Iterator[Bot]:
    """The bot as it is, without the threads and the socket of one at work; closed in the end."""
    bot = Bot(settings, clock, _no_time_passes)
    with ExitStack() as closing:
        closing.callback(bot.database.close)
        closing.callback(bot.source.close)
        closing.callback(bot.poll_workflows.readers.pool.shutdown)
        bot.prepare()
        yield bot


def _no_time_passes(_seconds: float) -> None:
    """Between two attempts at one poll: an outage of an hour has sixty of them, each with its pauses."""


def _settings(env_file: Path | None, dataflow: DataFlowServer, slack: SlackServer, folder: Path) -> Settings:
    """The team's own, except for where the clouds are, how one gets in, and where state is kept."""
    channels = config.load(_env_file=env_file).alert_channel
    return config.load(
        _env_file=env_file,
        ncp_access_key=dataflow.access_key,
        ncp_secret_key=dataflow.secret_key,
        dataflow_api_url=dataflow.base_url,
        slack_bot_token=slack.workspace.bot_token,
        slack_app_token=slack.workspace.app_token,
        slack_api_url=slack.api_url,
        database_url=f"sqlite:///{folder / 'rehearsal.db'}",
        alert_channel=channels or ("#data-alerts",),
        workflows=(),
    )


def _people_the_workspace(slack: SlackServer, wanted: Sequence[str]) -> dict[str, str]:
    """Every channel and person that the configuration names is there; returns their names by id."""
    names = {}
    for name in dict.fromkeys(wanted):
        if name.startswith("#"):
            names[slack.workspace.add_channel(name.removeprefix("#")).id] = name
        elif is_person(name):
            names[slack.workspace.open_direct(slack.workspace.add_user(name, person_id=name).id).id] = f"@{name}"
        else:
            names[slack.workspace.add_channel(name.lower(), channel_id=name).id] = name
    return names


def _beginning(settings: Settings) -> datetime:
    local = datetime.combine(MONDAY.date(), BEGINS_AT, settings.timezone)
    return local.astimezone(UTC)


def _sum_up(bot: Bot, slack: SlackServer, begins: datetime, names: dict[str, str]) -> Rehearsed:
    appeared = slack.log.entries(Happening.APPEARED)
    keys = Counter(str(entry.metadata["event_payload"]["key"]) for entry in appeared if entry.metadata)
    with bot.database.snapshot() as session:
        count = incidents.opened_since(session, begins)
    return Rehearsed(
        messages=tuple(appeared),
        edits=len(slack.log.entries(Happening.EDITED)),
        incidents=count,
        repeated=sum(times - 1 for times in keys.values()),
        audit=bot.desk.tools.auditor().audit(begins),
        channel_names=names,
    )
