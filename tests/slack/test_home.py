"""App Home, as people use it: opened, clicked on, and shown what came of that."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core.model import Workflow
from bot.core.rules import Rules
from bot.core.subscribing import Wish
from bot.demo.slack_server import SlackServer, unhurried
from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.views import View
from bot.store import subscriptions
from bot.store.engine import Database
from tests.doubles import an_ended_execution
from tests.services.world import World
from tests.slack.office import Office, SilentDesk


@dataclass(frozen=True)
class Place:
    slack: SlackServer
    world: World

    def home(self, who: str, shows: str) -> View:
        """Their Home tab, once it shows this."""
        return self.once(self.slack.user(who), lambda view: shows in str(view.blocks))

    def opened(self, who: str, shows: str = "How the bot is doing") -> View:
        self.slack.user(who).open_home()
        return self.home(who, shows)

    def settings(self, who: str) -> View:
        """The modal, once it shows settings."""

        def top() -> View | None:
            view = self.slack.user(who).modal()
            return view if view and "submit" in view.body else None

        return self.slack.workspace.wait_for(top)

    def once(self, actor: Actor, is_it: Callable[[View], bool]) -> View:
        def shown() -> View | None:
            view = actor.home()
            return view if view and is_it(view) else None

        return self.slack.workspace.wait_for(shown)

    def pass_time(self) -> None:
        """Long enough to ask again, and for any mute of before to be over."""
        self.world.clock.advance(timedelta(days=3))


@pytest.fixture(scope="module")
def connected(shared_database: Database) -> Iterator[Place]:
    """A workflow has failed."""
    slack = SlackServer(unhurried())
    channel = slack.workspace.add_channel("data-alerts")
    for name in ("mina", "jun", "sora"):
        slack.workspace.add_user(name)
    channel.members.discard(slack.workspace.person("sora").id)
    office = Office(slack, shared_database, SilentDesk())
    world = World(shared_database, office.clock)
    world.source.account.append(Workflow("w2", "payments"))
    world.start(channel.id)
    world.cycle()
    world.source.put(an_ended_execution(at=office.clock()))
    world.cycle()
    with shared_database.transaction() as session:
        subscriptions.put(session, Wish(channel.id, "orders", Rules(nth_failure=3)), office.clock())
    with office.open():
        yield Place(slack, world)


@pytest.fixture
def place(connected: Place) -> Place:
    connected.pass_time()
    return connected


def test_it_shows_what_is_wrong_and_who_is_told(place: Place) -> None:
    shown = str(place.opened("mina").blocks)
    assert "FAILED*: orders" in shown
    assert "Nothing is muted" in shown
    assert "From which failure in a row on: 3" in shown


def test_somebody_new_is_told_what_to_type_first(place: Place) -> None:
    shown = str(place.opened("sora").blocks)
    assert "Welcome" in shown
    assert "Subscriptions of your channels" not in shown


def test_whoever_may_not_acknowledge_is_told_why_at_the_top(place: Place) -> None:
    view = place.opened("jun", "Nobody has acknowledged it")
    place.slack.user("jun").click(view, "home:acknowledge")
    told = place.home("jun", "You may not do that")
    assert "You may not" in str(told.blocks[0])
    assert "Nobody has acknowledged it" in str(told.blocks)


def test_a_mute_is_shown_and_can_be_ended_there(place: Place) -> None:
    view = place.opened("mina", "Nothing is muted")
    option = next(option for block in view.blocks for option in _options(block) if option.startswith("4h|"))
    place.slack.user("mina").select(view, "home:mute", option)
    muted = place.home("mina", "is muted until")
    place.slack.user("mina").click(muted, "home:unmute")
    place.home("mina", "Nothing is muted")


def test_an_old_mute_button_says_that_it_leads_nowhere(place: Place) -> None:
    view = place.opened("mina", "Nothing is muted")
    option = next(option for block in view.blocks for option in _options(block) if option.startswith("30m|"))
    place.slack.user("mina").select(view, "home:mute", option)
    muted = place.home("mina", "is muted until")
    place.pass_time()
    place.slack.user("mina").click(muted, "home:unmute")
    place.home("mina", "has ended already")


def test_settings_open_from_there_and_are_answered_in_the_conversation_with_the_bot(place: Place) -> None:
    mina = place.slack.user("mina")
    view = place.opened("mina")
    mina.click(view, "settings:open")
    modal = place.settings("mina")
    mina.submit(modal, {"nth_failure": "5"})
    place.slack.workspace.wait_for(lambda: "→ 5" in str(place.slack.workspace.direct_messages("mina")))


def test_whoever_acknowledges_is_shown_atonce(place: Place) -> None:
    view = place.opened("mina", "Nobody has acknowledged it")
    place.slack.user("mina").click(view, "home:acknowledge")
    place.home("mina", "Acknowledged by mina")
    acknowledged = place.opened("jun", "Acknowledged by mina")
    place.slack.user("jun").click(acknowledged, "home:undo_acknowledge")
    place.home("jun", "You may not do that")
    place.slack.user("mina").click(place.home("mina", "Acknowledged by mina"), "home:undo_acknowledge")
    place.home("mina", "Nobody has acknowledged it")


def test_it_is_renewed_on_request(place: Place) -> None:
    view = place.opened("mina")
    place.slack.user("mina").click(view, "home:refresh")
    place.once(place.slack.user("mina"), lambda renewed: renewed.hash != view.hash)


def _options(block: dict[str, object]) -> list[str]:
    elements = block.get("elements")
    held = [element for element in elements if isinstance(element, dict)] if isinstance(elements, list) else []
    return [option["value"] for element in held for option in element.get("options", [])]
