"""The bot under proof: the real services, put together as wiring does, on the bench and before this Slack."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes
from bot.services.boot import Boot
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.find_earlier_watch import FindEarlierWatch
from bot.services.fold_alerts import FoldAlerts
from bot.services.list_workflows import ListWorkflows
from bot.services.look_back import LookBack
from bot.services.poll_workflows import PollWorkflows
from bot.services.ports import ExecutionSource, MessageSender
from bot.services.record_observed import RecordingRules
from bot.services.record_outcome import RecordOutcome
from bot.services.schedule_digests import DigestTimes, ScheduleDigests
from bot.services.start_watching import start_watching
from bot.services.sweep_repeats import SweepRepeats
from tests.delivery.bench import Bench
from tests.doubles import FakeClock

CHANNEL = "C1"

POLL_EVERY = timedelta(hours=1)
"""A setting; here so long that one poll finds all there is to tell."""

SWEEP_RARELY = DeliveryTimes(sweep_every=timedelta(hours=1))
"""The times as they are by default, but for the sweeps: each boot begins with one."""

_DIGESTS = DigestTimes(time(9), ZoneInfo("Asia/Seoul"))

Step = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bot is put into."""

    database: Bench
    sender: MessageSender
    source: ExecutionSource
    clock: FakeClock

    def stopwatch(self) -> float:
        return self.clock.now.timestamp()


def _directly(sender: MessageSender) -> MessageSender:
    return sender


@dataclass(frozen=True, slots=True)
class Design:
    """How the bot is made. The defaults are the product; a planted bug replaces one of them."""

    times: DeliveryTimes = SWEEP_RARELY
    store: type[Bench] = Bench
    talk: Callable[[MessageSender], MessageSender] = _directly
    deliver: type[DeliverOutbox] = DeliverOutbox
    look_back: type[LookBack] = LookBack

    def prepare(self, around: Surroundings) -> None:
        """What a process does before its first step."""
        digests = ScheduleDigests(around.database, around.clock, _DIGESTS, Boot(around.clock(), self.times.settle))
        start_watching(around.database, around.clock, [CHANNEL], None, digests)
        self.look_back(around.database, around.sender, around.clock, self.times).reopen()

    def steps(self, around: Surroundings, booted_at: datetime, read_since_boot: set[int]) -> Sequence[tuple[str, Step]]:
        """What it does then, again and again, lane after lane."""
        sender = self.talk(around.sender)
        boot = Boot(booted_at, self.times.settle)
        clouds = (around.database, around.source, around.clock)
        posting = (around.database, sender, around.clock, self.times)
        deliver = self.deliver(
            *posting,
            folds=FoldAlerts(stale_after(POLL_EVERY)),
            outcomes=RecordOutcome(self.times, jitter=lambda: 1.0),
            stopwatch=around.stopwatch,
        )
        return (
            ("find earlier watch", FindEarlierWatch(around.database, sender, around.clock).step),
            ("list", ListWorkflows(*clouds, POLL_EVERY, boot).step),
            ("poll", PollWorkflows(*clouds, RecordingRules(POLL_EVERY), boot, _read_since_boot=read_since_boot).step),
            ("look back", self.look_back(*posting).step),
            ("deliver", deliver.step),
            ("sweep", SweepRepeats(*posting, boot).step),
        )


PRODUCT = Design()
