"""The bot's real poll cycle: its own wiring, settings, database and client; only Slack is not asked."""

from datetime import timedelta
from pathlib import Path

from bot import config
from bot.clock import system_clock
from bot.store import watch, workflows
from bot.wiring import Bot

SO_LONG_THAT_NOTHING_IS_DUE_AGAIN = timedelta(hours=12)


class WholeBot:
    """`cycle` lists, polls everything and returns how many workflows there were."""

    def __init__(self, port: int, folder: Path) -> None:
        self.bot = Bot(
            config.load(
                ncp_access_key="ACCESS",
                ncp_secret_key="SECRET",  # noqa: S106 - of nobody
                dataflow_api_url=f"http://127.0.0.1:{port}",
                slack_bot_token="xoxb-1",  # noqa: S106 - of nobody
                slack_api_url=f"http://127.0.0.1:{port}/slack",
                alert_channel="C1",
                database_url=f"sqlite:///{folder / 'bot.db'}",
                requests_per_second=1e9,
                full_sweep_interval=1,
                poll_interval=SO_LONG_THAT_NOTHING_IS_DUE_AGAIN.total_seconds(),
            )
        )
        self.bot.prepare()
        with self.bot.database.transaction() as session:
            watch.settle(session, watch.since(session))

    def cycle(self) -> int:
        with self.bot.database.transaction() as session:
            watch.make_listing_due(session, system_clock())
            workflows.make_polls_due(session, system_clock())
        self.bot.list_workflows.step()
        while self.bot.poll_workflows.step() or self.bot.poll_workflows.is_reading:
            pass
        with self.bot.database.snapshot() as session:
            return len(workflows.names(session))
