"""A bot's whole world: both clouds as stand-ins, its home, and the runs that fail in it."""

import random
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.core.delivery import Purpose, message_key
from bot.demo.dataflow_server import DataFlowServer, Execution
from bot.demo.slack_server import Happening, Limits, SlackServer, unhurried
from tests.chaos.checker import Channels, Verdict, judge
from tests.chaos.database_file import DatabaseFile
from tests.chaos.process import Home

SETTLE = 1.0  # seconds
QUICK = {
    "POLL_INTERVAL": "0.2",
    "FULL_SWEEP_INTERVAL": "0.1",
    "REQUESTS_PER_SECOND": "1000",
    "DELIVERY_TIMEOUT": "0.5",
    "DELIVERY_SETTLE": str(SETTLE),
    "DELIVERY_LEASE": "2",
    "DELIVERY_MARGIN": "5",
    "SWEEP_INTERVAL": "1",
    "CHANNEL_PACE": "0.01",
    "FLAPPING_CHANGES": "1000000",
}
"""The protocol with its minutes cut to a second or less; nothing else of it differs. A job that flaps is told on its
card alone, and here every end is to have a message of its own."""

PATIENCE = 90.0  # seconds without any news after which a run counts as stuck
OUTCOMES = ("FAILED", "FAILED", "FAILED", "FAILED", "CANCELED", "COMPLETED")


class World:
    """`settings` come on top of the quick ones. The seed decides everything that is left to chance."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        limits: Limits | None = None,
        settings: Mapping[str, str] | None = None,
        workflows: int = 3,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.dice = random.Random(seed)
        self.slack = SlackServer(limits or unhurried(), seed=seed)
        self.cloud = DataFlowServer(seed=seed)
        self.database = DatabaseFile(folder / "data" / "bot.db")
        self.database.path.parent.mkdir()
        self.keys: dict[str, str] = {}
        self._channels, self._seen = Channels(self.keys), 0
        self._folder = folder
        self._settings = {**QUICK, **(settings or {})}
        self._workflow_count = workflows

    @property
    def home(self) -> Home:
        workspace = self.slack.workspace
        return Home(
            self._folder,
            {
                "NCP_ACCESS_KEY": self.cloud.access_key,
                "NCP_SECRET_KEY": self.cloud.secret_key,
                "DATAFLOW_API_URL": self.cloud.base_url,
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_APP_TOKEN": workspace.app_token,
                "SLACK_API_URL": self.slack.api_url,
                "ALERT_CHANNEL": self._channel_id,
                "DATABASE_URL": f"sqlite:///{self.database.path}",
                **self._settings,
            },
        )

    def __enter__(self) -> Self:
        self._channel_id = self.slack.workspace.add_channel("data-alerts").id
        self._workflows = [
            self.cloud.account.add_workflow(f"workflow-{number}") for number in range(self._workflow_count)
        ]
        self.slack.start()
        self.cloud.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.slack.stop()
        self.cloud.stop()

    def let_runs_end(self, count: int, within: float) -> None:
        """So many runs that end badly, and a few that do not, spread over the next seconds."""
        while count:
            outcome = self.dice.choice(OUTCOMES)
            begins_at = datetime.now(UTC) + timedelta(seconds=self.dice.uniform(0, within))
            workflow = self.dice.choice(self._workflows).workflow_id
            run = self.cloud.account.start(workflow, outcome, runs_for=self.dice.uniform(0, 0.3), at=begins_at)
            if outcome != "COMPLETED":
                self._expect(run)
                count -= 1

    def add_failures(self, count: int, over: timedelta) -> None:
        """So many runs that failed at some time within the span that ends now."""
        now = datetime.now(UTC)
        for _ in range(count):
            workflow = self.dice.choice(self._workflows).workflow_id
            ended_at = now - over * self.dice.random()
            self._expect(self.cloud.account.put_execution(workflow, "FAILED", ended_at=ended_at))

    def _expect(self, run: Execution) -> None:
        """It is to be told, under the key that is its own in this channel."""
        key = message_key(self._channel_id, Purpose.ALERT, run.execution_id, run.outcome)
        self.keys[key] = run.execution_id

    @property
    def connections(self) -> int:
        """How often a bot has connected to Slack."""
        return len(self.slack.log.entries(Happening.CONNECTED))

    def wait_for_news(self, seen: int, patience: float = PATIENCE) -> None:
        """Wait until the journal has more entries than these."""
        with suppress(TimeoutError):
            self.slack.workspace.wait_for(lambda: len(self.slack.log) > seen, patience)

    def wait_until(self, is_so: Callable[[Channels], bool]) -> None:
        """Wait for something to stand in the channels; gives up when nothing has happened for long."""
        shown, quiet_since = 0, time.monotonic()
        while not is_so(channels := self.look()) and time.monotonic() - quiet_since < PATIENCE:
            if len(channels.visible) != shown:
                shown, quiet_since = len(channels.visible), time.monotonic()
            time.sleep(0.05)

    def wait_until_all_is_told(self) -> None:
        self.wait_until(lambda channels: set(self.keys.values()) <= channels.told().keys())

    def look(self) -> Channels:
        """What stands in the channels now."""
        news = self.slack.log.entries(since=self._seen)
        self._seen += len(news)
        self._channels.follow(news)
        return self._channels

    @property
    def untold(self) -> int:
        return len(set(self.keys.values()) - self.look().told().keys())

    def verdict(self) -> Verdict:
        """Read when no bot is alive."""
        return judge(self.slack.log.entries(), self.keys, self.database.read())

    def write_down(self, verdict: Verdict) -> Path:
        """The journal and the verdict, beside the bot's log, for whoever wants to know what happened."""
        story = self._folder / "journal.txt"
        lines = (
            f"{entry.at:.3f} {entry.what:9} {entry.method} {entry.channel} {entry.ts} {entry.outcome} "
            f"{entry.text.splitlines()[0] if entry.text else ''} {entry.metadata or ''}"
            for entry in self.slack.log.entries()
        )
        story.write_text("\n".join([*verdict.problems, *lines]))
        return story
