"""What listens to people, at a workspace's stand-in: everything behind it is real, on a database of the test's own.

Mina may change things; everybody else may look.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.core.flapping import FlappingRule
from bot.core.people import Roster
from bot.demo.slack_server import SlackServer
from bot.services.acknowledge import Acknowledge
from bot.services.answer_cards import AnswerCards
from bot.services.authority import Authority
from bot.services.edit_rules import EditRules
from bot.services.list_choices import ListChoices
from bot.services.mute_card import MuteCard
from bot.services.rerun import Rerun
from bot.slack.app import build_app
from bot.slack.asking import Asking
from bot.slack.blocks.links import Links
from bot.slack.listeners.services import Desk, Services
from bot.slack.people import people
from bot.slack.socket import SocketLink
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database
from tests.doubles import FakeClock, FakeStarter

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class Office:
    slack: SlackServer
    database: Database
    desk: Desk
    clock: FakeClock = field(default_factory=FakeClock)
    starter: FakeStarter = field(default_factory=FakeStarter)

    @property
    def wire(self) -> Wire:
        return Wire(self.slack.api_url, self.slack.workspace.bot_token, timeout=2.0)

    def services(self) -> Services:
        roster = Roster(operators=[self.slack.user("mina").person.id])
        authority = Authority(self.database, self.clock, roster)
        return Services(
            desk=self.desk,
            asking=Asking(people(self.wire, Workspace(self.wire), roster)),
            rules=EditRules(self.database, self.clock, authority, FlappingRule()),
            cards=self._cards(authority),
            choices=ListChoices(self.database),
            clock=self.clock,
        )

    def _cards(self, authority: Authority) -> AnswerCards:
        return AnswerCards(
            database=self.database,
            authority=authority,
            acknowledging=Acknowledge(self.database),
            muting=MuteCard(self.database, SEOUL),
            rerunning=Rerun(self.database, self.starter, self.clock),
            runs=self.desk.runs,
            poll_every=timedelta(minutes=1),
        )

    @contextmanager
    def open(self) -> Iterator["Office"]:
        """Connected, as long as it lasts."""
        with self.slack:
            link = SocketLink(build_app(self.wire, self.services(), Links), self.slack.workspace.app_token)
            link.start()
            self.slack.wait_for_socket()
            yield self
            link.stop(grace=10.0)
