"""What listens to people, at a workspace's stand-in: everything behind it is real, on a database of the test's own.

Mina may change things, unless it is said who; everybody else may look.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot.core.flapping import FlappingRule
from bot.core.people import Roster
from bot.demo.slack_server import SlackServer
from bot.demo.slack_server.workspace import PATIENCE
from bot.services.acknowledge import Acknowledge
from bot.services.answer_cards import AnswerCards
from bot.services.answer_commands import Reply
from bot.services.answers import Answer, RunsPage, RunsQuery
from bot.services.authority import Authority
from bot.services.boot import Boot
from bot.services.edit_rules import EditRules
from bot.services.list_choices import ListChoices
from bot.services.manage_silences import ManageSilences
from bot.services.mute_card import MuteCard
from bot.services.requests import Request
from bot.services.rerun import Rerun
from bot.services.schedule_digests import DigestTimes, ScheduleDigests
from bot.services.show_home import ShowHome
from bot.slack.app import build_app
from bot.slack.asking import Asking
from bot.slack.blocks.links import Links
from bot.slack.home.keeper import HomeKeeper
from bot.slack.home.places import find_places
from bot.slack.listeners.services import Desk, Services
from bot.slack.people import people
from bot.slack.screen import Screen
from bot.slack.socket import SocketLink
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database
from tests.doubles import FakeClock, FakeStarter
from tests.slack import samples

SEOUL = ZoneInfo("Asia/Seoul")


class SilentDesk:
    """For tests in which nobody asks it anything that counts."""

    def answer(self, _text: str, _request: Request) -> Answer:
        return samples.ANSWERS["help"]

    def reply(self, text: str, request: Request) -> Reply:
        return Reply(self.answer(text, request))

    def again(self, text: str, request: Request) -> Reply:
        return self.reply(text, request)

    def runs(self, _query: RunsQuery) -> RunsPage:
        return samples.RUNS

    def runs_page(self, query: RunsQuery, _request: Request) -> Reply:
        return Reply(self.runs(query))


@dataclass
class Office:
    slack: SlackServer
    database: Database
    desk: Desk
    clock: FakeClock = field(default_factory=FakeClock)
    starter: FakeStarter = field(default_factory=FakeStarter)
    operators: Sequence[str] = ("mina",)

    @property
    def wire(self) -> Wire:
        return Wire(self.slack.api_url, self.slack.workspace.bot_token, timeout=PATIENCE)

    def services(self) -> Services:
        roster = Roster(operators=[self.slack.workspace.person(name).id for name in self.operators])
        authority = Authority(self.database, self.clock, roster)
        return Services(
            desk=self.desk,
            asking=Asking(people(self.wire, Workspace(self.wire), roster)),
            rules=EditRules(self.database, self.clock, authority, FlappingRule(), self._digests()),
            cards=self._cards(authority),
            choices=ListChoices(self.database),
            clock=self.clock,
            home=self._home(),
        )

    def _digests(self) -> ScheduleDigests:
        nine = DigestTimes(time(9), ZoneInfo("Asia/Seoul"))
        return ScheduleDigests(self.database, self.clock, nine, Boot(self.clock(), timedelta()))

    def _home(self) -> HomeKeeper:
        look = ShowHome(self.database, self.clock, lambda: samples.HEALTHY).home
        return HomeKeeper(look, find_places(self.wire), Screen(self.wire), Links, self.clock)

    def _cards(self, authority: Authority) -> AnswerCards:
        return AnswerCards(
            database=self.database,
            authority=authority,
            acknowledging=Acknowledge(self.database),
            muting=MuteCard(self.database, SEOUL),
            silences=ManageSilences(self.database, self.clock, SEOUL),
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
