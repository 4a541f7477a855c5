"""The stage of the demo: both stand-ins, the account's life, and the bot between them. Shows nothing itself."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.demo.bot_process import BotProcess
from bot.demo.dataflow_server import DataFlowServer
from bot.demo.life import Life
from bot.demo.page_server import Clouds
from bot.demo.slack_server import SlackServer, Workspace
from bot.demo.story import Story

CHANNEL = "data-alerts"
SECOND_CHANNEL = "data-team"
READER = "mina"
ZONE = ZoneInfo("Asia/Seoul")
DIGEST_AFTER = timedelta(seconds=20)
"""At least: a digest is due at a full minute, and the bot has to be up before it."""


@dataclass(frozen=True, slots=True)
class Stage:
    cloud: DataFlowServer
    slack: SlackServer
    life: Life
    bot: BotProcess
    clouds: Clouds

    def is_ready(self) -> bool:
        """The bot hears Slack, and has seen every workflow: what happens from now on is news to it."""
        return bool(self.slack.sockets.connections) and self._polled() >= {
            workflow.workflow_id for workflow in self.cloud.account.workflows()
        }

    def name_of(self, ident: str) -> str:
        """Of a person or channel; what nobody knows keeps its id, as in Slack."""
        workspace = self.slack.workspace
        try:
            return workspace.people[ident].name if ident in workspace.people else workspace.channel(ident).name
        except LookupError:
            return ident

    def _polled(self) -> set[str]:
        paths = [seen.path for seen in list(self.cloud.requests_seen) if seen.status == 200]
        return {found[1] for path in paths if (found := re.search(r"/workflows/(\w+)/executions", path))}


@contextmanager
def set_stage(story: Story, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Stage]:
    """Open both clouds and start the bot; at the end, stop them in the opposite order. `settings`: more of them."""
    with DataFlowServer() as cloud, SlackServer() as slack:
        life = Life(cloud.account, story)
        life.write_history()
        _people_the_workspace(slack.workspace)
        with BotProcess({**_settings(cloud, slack), **settings}) as bot:
            yield Stage(cloud, slack, life, bot, Clouds(cloud, slack, life, story.outages))


def _people_the_workspace(workspace: Workspace) -> None:
    """Somebody who may change things, somebody who may only read, and a guest."""
    workspace.add_channel(CHANNEL)
    workspace.add_channel(SECOND_CHANNEL)
    workspace.add_user(READER, real_name="Kim Mina", title="on call")
    workspace.add_user("jun", real_name="Park Jun", title="may only read")
    workspace.add_user("sam", real_name="Sam", title="a guest", tz="Europe/Berlin", is_restricted=True)


def _settings(cloud: DataFlowServer, slack: SlackServer) -> dict[str, str]:
    return {
        "NCP_ACCESS_KEY": cloud.access_key,
        "NCP_SECRET_KEY": cloud.secret_key,
        "DATAFLOW_API_URL": cloud.base_url,
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app_token,
        "SLACK_API_URL": slack.api_url,
        "ALERT_CHANNEL": slack.workspace.channel(CHANNEL).id,
        "OPERATOR_USERS": slack.workspace.person(READER).id,
        "POLL_INTERVAL": "1",
        "REQUESTS_PER_SECOND": "1000",
        "TIMEZONE": ZONE.key,
        "DIGEST_AT": _digest_at(cloud.account.clock()),
    }


def _digest_at(now: datetime) -> str:
    return f"{(now + DIGEST_AFTER + timedelta(minutes=1)).astimezone(ZONE):%H:%M}"
