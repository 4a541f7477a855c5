"""The part of the composition root that stands at the edges: database, Data Flow API and Slack, from the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pydantic import SecretStr

from bot.clock import Clock, system_clock
from bot.config import Settings
from bot.core.people import Roster
from bot.dataflow.client import DataFlowClient
from bot.dataflow.exchange import ClientOptions
from bot.dataflow.signing import AccessKey
from bot.language import Locale
from bot.services.authority import Authority
from bot.services.schedule_digests import DigestTimes
from bot.slack.asking import Asking
from bot.slack.people import people
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database


@dataclass(frozen=True)
class Edges:
    """What everything else is built on, each built when it is first used.

    `sleep` takes seconds, between two attempts at a request to the Data Flow API; None for one that wakes early when
    the client is closed.
    """

    settings: Settings
    clock: Clock = system_clock
    sleep: Callable[[float], object] | None = None

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database_url.get_secret_value())

    @cached_property
    def source(self) -> DataFlowClient:
        keys = AccessKey(value(self.settings.ncp_access_key), value(self.settings.ncp_secret_key))
        options = ClientOptions(requests_per_second=self.settings.requests_per_second)
        return DataFlowClient(self.settings.dataflow_api_url, keys, clock=self.clock, options=options, sleep=self.sleep)

    @cached_property
    def wire(self) -> Wire:
        return self.wire_with(self.settings.slack_bot_token)

    @cached_property
    def workspace(self) -> Workspace:
        return Workspace(self.wire)

    @cached_property
    def roster(self) -> Roster:
        settings = self.settings
        return Roster(settings.operator_users, settings.admin_users, settings.operator_groups)

    @cached_property
    def asking(self) -> Asking:
        return Asking(people(self.wire, self.workspace, self.roster), self.locale)

    @cached_property
    def authority(self) -> Authority:
        return Authority(self.database, self.clock, self.roster)

    @cached_property
    def sender(self) -> SlackSender:
        console, signer = self.settings.console_url_template, Signer(self.wire.token)
        return SlackSender(self.wire, self.workspace, signer, console, self.locale)

    @cached_property
    def locale(self) -> Locale:
        """How those are spoken to who have chosen nothing else."""
        return Locale(self.settings.language, self.settings.timezone)

    @cached_property
    def digest_times(self) -> DigestTimes:
        return DigestTimes(self.settings.digest_at, self.settings.timezone)

    def wire_with(self, token: SecretStr | None) -> Wire:
        timeout = self.settings.delivery_timeout.total_seconds()
        return Wire(f"{self.settings.slack_api_url}/", value(token), timeout)


def value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
