"""The modal of settings, as people use it: opened, filled in wrongly and rightly, saved, undone, by two at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.core.audit_log import LogEntry, LogVerdict
from bot.core.model import Workflow
from bot.core.rules import Rules, Subscription
from bot.core.subscribing import SubscriptionChanges, Wish
from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer, unhurried
from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.views import View
from bot.language import _, speaking
from bot.store import audit_log, subscriptions
from bot.store.engine import Database
from tests.doubles import START, FakeClock
from tests.services.world import World
from tests.slack.office import Office, SilentDesk

EVERYTHING = Wish("#data-alerts")
ORDERS = Wish("#data-alerts", "orders-*", Rules(nth_failure=2))
SALES = Wish("#data-alerts", "w7")


@dataclass(frozen=True)
class Place:
    slack: SlackServer
    database: Database
    clock: FakeClock

    @property
    def mina(self) -> Actor:
        return self.slack.user("mina")

    @property
    def jun(self) -> Actor:
        return self.slack.user("jun")

    def opened(self, who: Actor, command: str = "/dataflow settings", channel: str | None = "data-alerts") -> View:
        """The modal once it shows settings, or says why not."""
        assert who.command(command, channel).error is None
        return self.shown(who, lambda view: "'text': '…'" not in str(view.blocks))

    def shown(self, who: Actor, is_it: Callable[[View], bool]) -> View:
        def top() -> View | None:
            view = who.modal()
            return view if view and is_it(view) else None

        return self.slack.workspace.wait_for(top)

    def told(self, who: Actor, text: str) -> Message:
        """The newest answer that this person sees, once it says this."""

        def newest() -> Message | None:
            messages = self.slack.workspace.messages("data-alerts", seen_by=who.person.name)
            return messages[-1] if messages and text in messages[-1].text else None

        return self.slack.workspace.wait_for(newest)

    def rules(self, wish: Wish) -> Rules:
        return self.subscription(wish).rules

    def subscription(self, wish: Wish) -> Subscription:
        with self.database.snapshot() as session:
            return next(one for one in subscriptions.active(session) if (one.channel, one.workflows) == wish.place)


@pytest.fixture(scope="module")
def connected(shared_database: Database) -> Iterator[Place]:
    slack = SlackServer(unhurried())
    slack.workspace.add_channel("data-alerts")
    slack.workspace.add_channel("quiet")
    slack.workspace.add_user("mina")
    slack.workspace.add_user("jun")
    slack.workspace.add_user("sora", locale="ko-KR")
    world = World(shared_database, FakeClock())
    world.source.account = [Workflow("w7", "일별 매출")]
    world.cycle()
    with Office(slack, shared_database, SilentDesk()).open() as office:
        yield Place(slack, shared_database, office.clock)


@pytest.fixture
def place(connected: Place) -> Place:
    """Nobody has a modal open, or has asked for much lately, and the subscriptions are as they were."""
    connected.clock.advance(timedelta(hours=1))
    for person in ("mina", "jun", "sora"):
        connected.slack.workspace.views.clear(connected.slack.user(person).person.id)
    with connected.database.transaction() as session:
        for wish in (EVERYTHING, ORDERS, SALES):
            subscriptions.put(session, wish, START)
    return connected


def entries(place: Place) -> list[LogEntry]:
    with place.database.snapshot() as session:
        return audit_log.newest(session, 10)


def test_the_command_opens_the_settings_of_the_channels_first_subscription(place: Place) -> None:
    view = place.opened(place.mina)
    assert view.title == "Settings"
    assert "hears of everything" in str(view.blocks)
    assert "orders-*" in str(view.blocks)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("/dataflow settings orders-*", "`orders-*`"),
        ("/dataflow  Settings  orders-*", "`orders-*`"),
        ("/dataflow orders-* 설정", "`orders-*`"),
        ("/dataflow settings all", "everything"),
        ("/dataflow settings 모두", "everything"),
        ("/dataflow settings payments", "everything"),
        ("/dataflow settings 일별 매출", "일별 매출 (`w7`)"),
        ("/dataflow settings w7", "일별 매출 (`w7`)"),
    ],
)
def test_the_command_may_name_the_subscription_or_what_it_covers(place: Place, command: str, shown: str) -> None:
    assert f"hears of {shown}" in str(place.opened(place.mina, command).blocks)


def test_workflows_are_chosen_by_their_names(place: Place) -> None:
    [chooser] = [block for block in place.opened(place.mina).blocks if str(block.get("block_id")).startswith("choose:")]
    labels = [option["text"]["text"] for option in chooser["elements"][0]["options"]]
    assert labels == ["everything", "orders-*", "일별 매출"]


def test_where_nothing_is_subscribed_the_modal_says_what_to_do(place: Place) -> None:
    assert "/dataflow subscribe" in str(place.opened(place.mina, channel="quiet").blocks)


def test_choosing_another_subscription_shows_its_rules(place: Place) -> None:
    view = place.opened(place.mina)
    place.mina.select(view, "settings:choose", str(place.subscription(ORDERS).subscription_id))
    changed = place.shown(place.mina, lambda view: "hears of `orders-*`" in str(view.blocks))
    nth = next(
        block["element"] for block in changed.blocks if block.get("element", {}).get("action_id") == "nth_failure"
    )
    assert nth["initial_value"] == "2"


def test_a_mistake_is_told_beside_its_input_and_saves_nothing(place: Place) -> None:
    view = place.opened(place.mina)
    done = place.mina.submit(view, {"nth_failure": "5000", "zone": "Atlantis/Deep"})
    assert sorted(text[:12] for text in done.errors.values()) == ["A whole numb", "Of times in "]
    assert place.mina.modal() is not None
    assert place.rules(EVERYTHING) == Rules()


def test_what_is_saved_is_told_before_and_after_and_can_be_undone(place: Place) -> None:
    done = place.mina.submit(place.opened(place.mina), {"nth_failure": "3", "wait_for": "10m"})
    assert done.error is None
    assert done.view is None
    message = place.told(place.mina, "Settings saved")
    assert "From which failure in a row on: 1 → 3" in message.text
    assert "Wait for a recovery before telling: none → 10 min" in message.text
    assert place.rules(EVERYTHING).nth_failure == 3
    logged = entries(place)[0]
    assert (logged.person.user_id, logged.verdict) == (place.mina.person.id, LogVerdict.DONE)
    assert (logged.before, logged.after) == (
        {"nth_failure": "1", "wait_for": "0"},
        {"nth_failure": "3", "wait_for": "10m"},
    )
    place.mina.click(message, "settings:undo")
    place.slack.workspace.wait_for(lambda: place.rules(EVERYTHING) == Rules())


def test_saving_without_a_change_says_so(place: Place) -> None:
    place.mina.submit(place.opened(place.mina))
    place.told(place.mina, "Nothing was changed")


def test_whoever_may_not_change_anything_may_look_and_is_told_why(place: Place) -> None:
    place.jun.submit(place.opened(place.jun), {"nth_failure": "3"})
    place.told(place.jun, "You may not do that")
    assert place.rules(EVERYTHING) == Rules()
    assert entries(place)[0].verdict is LogVerdict.REFUSED


def test_of_two_who_edit_at_once_the_later_is_told_and_loses_nothing(place: Place) -> None:
    first, later = place.opened(place.mina), place.opened(place.jun)
    place.mina.submit(first, {"nth_failure": "3"})
    place.slack.workspace.wait_for(lambda: place.rules(EVERYTHING).nth_failure == 3)
    done = place.jun.submit(later, {"wait_for": "10m"})
    assert done.view is not None
    assert "Somebody changed these settings" in str(done.view.blocks)
    assert "1 → 3" in str(done.view.blocks)
    values = {
        block["element"]["action_id"]: block["element"].get("initial_value")
        for block in done.view.blocks
        if "element" in block
    }
    assert (values["nth_failure"], values["wait_for"]) == ("3", "10m")


def test_saving_again_after_that_keeps_what_both_changed(place: Place) -> None:
    first = place.opened(place.mina)
    subscription = place.subscription(EVERYTHING)
    with place.database.transaction() as session:
        subscriptions.put(session, Wish("#data-alerts", rules=Rules(nth_failure=3)), START)
    done = place.mina.submit(first, {"wait_for": "10m"})
    assert done.view is not None
    place.mina.submit(done.view)
    place.slack.workspace.wait_for(lambda: place.rules(EVERYTHING).wait_for)
    assert place.rules(EVERYTHING).nth_failure == 3
    assert place.subscription(EVERYTHING).subscription_id == subscription.subscription_id


def test_an_undo_that_comes_too_late_overwrites_nothing(place: Place) -> None:
    place.mina.submit(place.opened(place.mina), {"nth_failure": "4"})
    message = place.told(place.mina, "1 → 4")
    with place.database.transaction() as session:
        subscriptions.put(session, Wish("#data-alerts", rules=Rules(nth_failure=9)), START)
    place.mina.click(message, "settings:undo")
    place.told(place.mina, "4 → 9")
    assert place.rules(EVERYTHING).nth_failure == 9


def test_a_preview_says_what_the_last_week_would_have_sent_and_keeps_what_was_entered(place: Place) -> None:
    view = place.opened(place.mina)
    place.mina.fill_in(view, {"nth_failure": "3"})
    place.mina.click(view, "settings:preview")
    shown = place.shown(place.mina, lambda view: "In the last 7 days" in str(view.blocks))
    assert "0 alerts now, 0 with these rules" in str(shown.blocks)
    place.mina.submit(shown)
    place.slack.workspace.wait_for(lambda: place.rules(EVERYTHING) == Rules(nth_failure=3))


def test_a_preview_of_what_cannot_be_saved_says_what_is_wrong(place: Place) -> None:
    view = place.opened(place.mina)
    place.mina.fill_in(view, {"nth_failure": "0"})
    place.mina.click(view, "settings:preview")
    place.shown(place.mina, lambda view: "⚠️ A whole number from 1 to 1000" in str(view.blocks))


def test_everybody_may_change_what_they_subscribed_for_themselves(place: Place) -> None:
    own = Wish(place.jun.person.id)
    with place.database.transaction() as session:
        subscriptions.put(session, own, START)
    place.jun.submit(place.opened(place.jun, channel=None), {"nth_failure": "2"})
    place.slack.workspace.wait_for(lambda: place.rules(own).nth_failure == 2)


def test_a_modal_whose_subscription_is_gone_says_so(place: Place) -> None:
    view = place.opened(place.mina, "/dataflow settings orders-*")
    with place.database.transaction() as session:
        gone = SubscriptionChanges(removed=(place.subscription(ORDERS),))
        subscriptions.carry_out(session, gone, START)
    done = place.mina.submit(view)
    assert done.view is not None
    assert "Nobody subscribes this any more" in str(done.view.blocks)


def test_what_is_saved_too_late_for_a_response_url_is_told_directly(place: Place) -> None:
    view = place.opened(place.mina)
    place.slack.faults.add(Fault(kind=FaultKind.STATUS, operation="response_url", times=1, status=404))
    place.mina.submit(view, {"nth_failure": "6"})
    place.slack.workspace.wait_for(lambda: "→ 6" in str(place.slack.workspace.direct_messages("mina")))


def test_a_window_that_slack_does_not_open_is_not_waited_for(place: Place) -> None:
    place.slack.faults.add(
        Fault(kind=FaultKind.STATUS, operation="views.open", times=1, status=200, error="expired_trigger_id")
    )
    done = place.mina.command("/dataflow settings", "data-alerts")
    assert "Slack did not open the window" in done.wait_for_response().text


def test_everybody_reads_it_in_their_own_language(place: Place) -> None:
    sora = place.slack.user("sora")
    view = place.opened(sora)
    done = sora.submit(view, {"nth_failure": "0"})
    with speaking("ko"):
        assert view.title == _("Settings")
        assert list(done.errors.values()) == [_("A whole number from 1 to 1000; 1 tells of every failure.")]
