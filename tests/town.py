"""A town for stories: both clouds' stand-ins, and the whole bot running between them as it does in production."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import config
from bot.demo.dataflow_server import DataFlowServer
from bot.demo.slack_server import Message, SlackServer, unhurried
from bot.wiring import Bot

CHANNEL = "data-alerts"
PATIENCE = 30.0
"""Seconds after which a story is given up. Nothing depends on it while all is well."""


@dataclass
class Clock:
    """The town's time: the machine's, moved to where a story wants to begin."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        now = datetime.now(UTC) + self.ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def seconds(self) -> float:
        return self().timestamp()

    def set_to(self, moment: datetime) -> None:
        self.ahead = moment - datetime.now(UTC)


@dataclass
class Town:
    """`dataflow` and `slack` are the clouds; `running` is the bot. Its database is a file that outlives it."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.dataflow = DataFlowServer(clock=self.clock)
        self.slack = SlackServer(unhurried(), clock=self.clock.seconds)
        self.channel = self.slack.workspace.add_channel(CHANNEL)
        self.slack.workspace.add_user("mina")
        self.orders = self.dataflow.account.add_workflow("orders-daily-load", jobs=["load-to-warehouse"]).workflow_id

    @contextmanager
    def open(self) -> Iterator["Town"]:
        with self.dataflow, self.slack:
            yield self

    def environment(self) -> dict[str, str]:
        """A production configuration, only quicker."""
        workspace = self.slack.workspace
        return {
            "NCP_ACCESS_KEY": self.dataflow.access_key,
            "NCP_SECRET_KEY": self.dataflow.secret_key,
            "DATAFLOW_API_URL": self.dataflow.base_url,
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "ALERT_CHANNEL": self.channel.id,
            "OPERATOR_USERS": workspace.person("mina").id,
            "DATABASE_URL": f"sqlite:///{self.folder / 'bot.db'}",
            "LANGUAGE": "en",
            "POLL_INTERVAL": "0.1",
            "FULL_SWEEP_INTERVAL": "0.1",
            "REQUESTS_PER_SECOND": "1000",
            "CHANNEL_PACE": "0.01",
            "DELIVERY_TIMEOUT": "2",
            "DELIVERY_SETTLE": "0.3",
            "DELIVERY_LEASE": "4",
        }

    def settings(self, **changed: Any) -> config.Settings:
        """The same as a value, for a bot in this process."""
        return config.load(**({name.lower(): value for name, value in self.environment().items()} | changed))

    @contextmanager
    def running(self, **changed: Any) -> Iterator[Bot]:
        """The bot at work, from its first poll on."""
        bot = Bot(self.settings(**changed), self.clock)
        polls = len(self.dataflow.requests_seen)
        with bot.running():
            self.wait_until(lambda: self._polls_since(polls) >= 2)
            yield bot

    def wait_until(self, probe: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not probe():
            assert time.monotonic() < deadline, "this never happened"
            time.sleep(0.02)

    def wait_for_polls(self, count: int = 3) -> None:
        """Long enough for the bot to have seen, and told, all there is."""
        before = len(self.dataflow.requests_seen)
        self.wait_until(lambda: self._polls_since(before) >= count)
        time.sleep(0.6)

    def alerts(self) -> list[Message]:
        """What people see of failures in the channel and its threads, a card before the replies to it."""
        cards = self.slack.workspace.messages(CHANNEL)
        seen = [message for card in cards for message in (card, *card.thread)]
        return [message for message in seen if self._is_alert(message)]

    def cards(self) -> list[Message]:
        """The living messages of incidents, whatever has become of them, with their threads."""
        words = ("FAILED", "RECOVERED", "FLAPPING")
        messages = self.slack.workspace.messages(CHANNEL)
        return [message for message in messages if any(word in message.text.splitlines()[0] for word in words)]

    def digests(self) -> list[Message]:
        return [message for message in self.slack.workspace.messages(CHANNEL) if message.text.startswith("📊")]

    def _polls_since(self, position: int) -> int:
        polls = self.dataflow.requests_seen[position:]
        return sum(request.operation == "getWorkflowExecutions" for request in polls)

    def _is_alert(self, message: Message) -> bool:
        return any(word in message.text.partition(":")[0] for word in ("FAILED", "CANCELED"))
