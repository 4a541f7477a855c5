"""App Home is kept as things are, for those who look, as often as Slack allows and no more often."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.people import Person, Profile
from bot.core.permissions import Role
from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer
from bot.demo.slack_server.journal import Happening
from bot.language import _, speaking
from bot.services.show_home import Home
from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.home.keeper import AT_ONCE, MOST_VIEWERS, NO_SOONER_THAN, STALE_AFTER, WATCHED_FOR, HomeKeeper
from bot.slack.home.places import find_places
from bot.slack.screen import Screen
from bot.slack.wire import Wire
from tests.doubles import FakeClock
from tests.services.world import MINUTE
from tests.slack.home.homes import BUSY, QUIET


@dataclass
class Tab:
    """App Home as the stand-in shows it; `home` is how things are."""

    slack: SlackServer
    wire: Wire
    clock: FakeClock = field(default_factory=FakeClock)
    home: Home = QUIET

    def __post_init__(self) -> None:
        places = find_places(self.wire)
        self.keeper = HomeKeeper(self.look, places, Screen(self.wire), Links, self.clock)

    def look(self) -> Home:
        return replace(self.home, status=replace(self.home.status, as_of=self.clock()))

    def profile(self, name: str = "mina", language: str = "en-US") -> Profile:
        person = self.slack.user(name).person
        return Profile(Person(person.team_id, person.id), Role.READER, language)

    def shown(self, name: str = "mina") -> str:
        view = self.slack.user(name).home()
        return str(view.blocks) if view else ""

    def pass_time(self, span: timedelta) -> None:
        self.clock.advance(span)
        self.keeper.step()

    def published(self) -> int:
        return sum(entry.outcome == "published" for entry in self.slack.log.entries(Happening.VIEWED))


@pytest.fixture
def tab(slack: SlackServer, wire: Wire) -> Tab:
    return Tab(slack, wire)


def test_it_is_shown_at_once_to_whoever_opens_it(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    assert "Nothing is failing" in tab.shown()


def test_what_changes_is_shown_to_whoever_still_looks(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    tab.home = BUSY
    tab.pass_time(NO_SOONER_THAN)
    assert "FAILED 3 times" in tab.shown()


def test_nothing_is_published_while_nothing_changes(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    for _round in range(20):
        tab.pass_time(NO_SOONER_THAN)
    assert tab.published() == 1


def test_a_tab_says_from_time_to_time_that_all_is_as_it_was(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    tab.pass_time(STALE_AFTER)
    assert tab.published() == 2


def test_changes_in_quick_succession_are_shown_together(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    for home in (BUSY, QUIET, BUSY):
        tab.home = home
        tab.pass_time(NO_SOONER_THAN / 5)
    assert tab.published() == 1
    tab.pass_time(NO_SOONER_THAN)
    assert tab.published() == 2


def test_whoever_has_long_been_away_is_forgotten(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    tab.clock.advance(WATCHED_FOR)
    tab.home = BUSY
    tab.pass_time(NO_SOONER_THAN)
    assert tab.published() == 1


def test_many_who_look_are_served_in_turn_and_the_rest_forgotten(tab: Tab) -> None:
    names = [f"person{number}" for number in range(MOST_VIEWERS + 3)]
    for name in names:
        tab.slack.workspace.add_user(name)
        tab.keeper.show(tab.profile(name))
    before = tab.published()
    tab.home = BUSY
    tab.pass_time(NO_SOONER_THAN)
    assert tab.published() - before == AT_ONCE
    for _round in range(MOST_VIEWERS // AT_ONCE + 1):
        tab.pass_time(NO_SOONER_THAN)
    assert tab.published() - before == MOST_VIEWERS
    assert ["FAILED" in tab.shown(name) for name in names] == [False] * 3 + [True] * MOST_VIEWERS


def test_when_slack_asks_for_patience_it_is_left_alone_for_so_long(tab: Tab) -> None:
    tab.keeper.show(tab.profile())
    tab.home = BUSY
    tab.slack.faults.add(Fault(kind=FaultKind.STATUS, operation="views.publish", times=1, status=429, retry_after=30))
    tab.pass_time(NO_SOONER_THAN)
    tab.pass_time(timedelta(seconds=20))
    assert tab.published() == 1
    tab.pass_time(timedelta(seconds=20))
    assert "FAILED" in tab.shown()


def test_whoever_cannot_be_shown_anything_keeps_nobody_waiting(tab: Tab) -> None:
    for number in range(AT_ONCE):
        stranger = Profile(Person("T1", f"U0GONE{number}"), Role.READER)
        tab.keeper.show(stranger)
    tab.keeper.show(tab.profile())
    tab.home = BUSY
    tab.pass_time(NO_SOONER_THAN)
    tab.pass_time(NO_SOONER_THAN)
    assert "FAILED" in tab.shown()


def test_a_workflow_that_cannot_be_read_any_more_is_news_and_when_it_was_read_is_not(tab: Tab) -> None:
    status = tab.home.status
    read = replace(status.workflows[0], polled_at=tab.clock(), error=None)
    tab.home = replace(tab.home, status=replace(status, workflows=(read,)))
    tab.keeper.show(tab.profile())
    later = replace(read, polled_at=tab.clock() + MINUTE)
    tab.home = replace(tab.home, status=replace(status, workflows=(later,), api_answered_at=tab.clock()))
    tab.pass_time(NO_SOONER_THAN)
    assert tab.published() == 1
    tab.home = replace(tab.home, status=replace(status, workflows=(replace(later, error="HTTP 403"),)))
    tab.pass_time(NO_SOONER_THAN)
    assert "HTTP 403" in tab.shown()


def test_what_came_of_a_click_stands_there_until_something_changes(tab: Tab) -> None:
    tab.keeper.show(tab.profile(), Message("You may not do that."))
    tab.pass_time(NO_SOONER_THAN)
    assert "You may not" in tab.shown()
    tab.home = BUSY
    tab.pass_time(NO_SOONER_THAN)
    assert "You may not" not in tab.shown()


def test_everybody_reads_their_own_language(tab: Tab) -> None:
    tab.keeper.show(tab.profile(language="ko-KR"))
    with speaking("ko"):
        assert _("Open incidents") in tab.shown()


@pytest.mark.parametrize(
    ("scopes", "sees_public", "sees_private"),
    [
        ({"channels:read", "groups:read"}, True, True),
        ({"channels:read"}, True, False),
        (set(), False, False),
    ],
)
def test_the_channels_of_a_person_are_known_as_far_as_the_scopes_go(
    slack: SlackServer, wire: Wire, scopes: set[str], sees_public: bool, sees_private: bool
) -> None:
    private = slack.workspace.add_channel("private", private=True)
    public = slack.workspace.channel("data-alerts")
    mina: Any = slack.user("mina").person
    slack.workspace.scopes = (slack.workspace.scopes - {"channels:read", "groups:read"}) | scopes
    places = find_places(wire).of(mina.id)
    assert (public.id in places.ids, private.id in places.ids) == (sees_public, sees_private)
    assert mina.id in places.ids
    assert places.are_known is sees_public
