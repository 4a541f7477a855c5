"""Every command through a workspace's stand-in, from the keyboard to what stands on the screen, with the real desk."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.model import ExecutionStatus, Workflow
from bot.core.people import Roster
from bot.demo.slack_server import Message, SlackServer, unhurried
from bot.demo.slack_server.workspace import PATIENCE
from bot.services.commands.table import COMMANDS
from bot.services.reach import Reached, Unreached
from bot.slack.modals.ask import QUESTIONS, Question
from bot.slack.reach import SlackReach
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace
from bot.store.engine import Database
from tests.doubles import FakeClock, an_ended_execution
from tests.services.world import MINUTE, World
from tests.slack.office import Office

CHANNEL = "data-alerts"
CHANGING = ["subscribe", "unsubscribe", "mute", "unmute", "ack", "unack", "rerun", "test"]


@dataclass
class Place:
    """Mina is an operator, jun a member, gus a guest, and 민준 reads Korean. Channel data-alerts hears of everything;
    the bot has not been invited to `secret`, and does not know `elsewhere`."""

    slack: SlackServer
    world: World

    def ask(self, typed: str, name: str = "mina", channel: str | None = CHANNEL) -> str:
        """What somebody is answered who types this after the slash command."""
        done = self.slack.user(name).command(f"/dataflow {typed}", channel)
        response = done.wait_for_response()
        assert done.error is None
        return response.text

    def newest(self, name: str) -> Message:
        return self.slack.workspace.messages(CHANNEL, seen_by=name)[-1]

    def after(self, message: Message, name: str = "mina") -> Message:
        """What somebody sees below this one, once there is something."""
        return self.slack.workspace.wait_for(lambda: found if (found := self.newest(name)).ts != message.ts else None)

    def answer_to(self, text: str, name: str) -> str:
        """The answer to a direct message."""
        before = len(self.slack.workspace.direct_messages(name))
        self.slack.user(name).dm(text)
        messages = self.slack.workspace.wait_for(lambda: self.slack.workspace.direct_messages(name)[before + 1 :])
        return messages[0].text


@dataclass
class LateReach:
    """The real one. Where Slack is, is known only once it has been started."""

    slack: SlackServer

    def look_at(self, channel: str) -> Reached | Unreached:
        wire = Wire(self.slack.api_url, self.slack.workspace.bot_token, timeout=PATIENCE)
        return SlackReach(Workspace(wire)).look_at(channel)


@pytest.fixture(scope="module")
def place(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    slack = SlackServer(unhurried())
    channel = slack.workspace.add_channel(CHANNEL)
    slack.workspace.add_channel("open", bot_is_member=False)
    slack.workspace.add_channel("secret", private=True, bot_is_member=False)
    slack.workspace.add_user("mina")
    slack.workspace.add_user("jun")
    slack.workspace.add_user("gus", is_restricted=True)
    slack.workspace.add_user("민준", locale="ko-KR")
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path_factory.mktemp('desk') / 'bot.db')}")
    world = World(database, FakeClock())
    world.start(channel.id)
    world.source.account = [Workflow("w1", "orders-daily-load"), Workflow("w2", "정산 매일")]
    world.cycle()
    world.source.put(an_ended_execution("e1", at=world.clock()))
    world.source.put(an_ended_execution("e2", ExecutionStatus.COMPLETED, at=world.clock(), workflow_id="w2"))
    world.cycle()
    world.roster = Roster(operators=[slack.workspace.person("mina").id])
    world.reach = LateReach(slack)
    with Office(slack, database, world.desk, world.clock).open():
        yield Place(slack, world)
    database.close()


@pytest.fixture(autouse=True)
def _rested(place: Place) -> None:
    """So that nobody has asked too often."""
    place.world.clock.advance(timedelta(hours=1))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("help", "What you can ask"),
        ("help mute", "/dataflow mute"),
        ("runs orders-daily-load", "Runs of orders-daily-load"),
        ("runs 정산 매일 completed 1", "Runs of 정산 매일"),
        ("run e1", "Started by"),
        ("workflows", "2 workflows"),
        ("failures 30d", "1 open incident"),
        ("status", "watching 2 workflows"),
        ("digest today", "📊"),
        ("why e1", "FAILED"),
        ("simulate 7d nth=2", "alert"),
        ("audit 24h", "1 failure"),
        ("list", "hears of everything"),
        ("list all", "hears of everything"),
        ("settings", "hears of everything"),
        ("mutes", "Nothing is held back"),
        ("maintenance", "Nothing is held back"),
        ("log", "changed"),
    ],
)
def test_whatever_can_be_read_is_answered_to_anybody(place: Place, typed: str, says: str) -> None:
    if typed != "settings":  # typed by the slash command, it opens a modal
        assert says in place.ask(typed, "gus")
    assert says in place.answer_to(typed, "jun") or typed in ("list", "settings")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("subscribe 정산 매일 failed nth=2", "hears of 정산 매일"),
        ("subscribe orders-* to #open", "Invite me"),
        ("unsubscribe 정산 매일", "Ended"),
        ("mute 정산 매일 for 4h", "is muted until"),
        ("unmute 정산 매일", "has ended"),
        ("maintenance add 정산 매일 weekly mon,wed 02:00 90m", "Planned: maintenance window"),
        ("maintenance", "Mon, Wed 02:00"),
        ("maintenance end 2", "has ended"),
        ("ack", "You look after orders-daily-load now"),
        ("unack", "does not look after"),
        ("rerun orders-daily-load", "orders-daily-load"),
        ("test", "A test alert is on its way"),
        ("log 10", "mina"),
    ],
)
def test_an_operator_may_change_things(place: Place, typed: str, says: str) -> None:
    """In this order: what is made by one is ended by the next."""
    assert says in place.ask(typed)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_desk_understands_what_the_shortcut_asks(place: Place, question: Question) -> None:
    command = question.command.format(workflow='"정산 매일"')
    name = COMMANDS[command.partition(" ")[0]].name
    assert f"/dataflow {name}" not in place.ask(command) or name == "help"
    if name == "mute":
        assert "has ended" in place.ask("unmute 정산 매일")


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.action in CHANGING])
def test_a_member_and_a_guest_may_not(place: Place, name: str) -> None:
    assert "may not do that here" in place.ask(COMMANDS[name].example, "jun")
    assert "Guests" in place.ask(COMMANDS[name].example, "gus")


def test_everybody_may_subscribe_for_themselves_in_a_direct_message(place: Place) -> None:
    assert "You hear of orders-daily-load (`w1`) here" in place.answer_to("subscribe orders-daily-load", "jun")
    assert "hears of orders-daily-load" in place.answer_to("list", "jun")
    assert place.slack.workspace.person("jun").id not in place.ask("list all", "gus")
    assert "Ended" in place.answer_to("unsubscribe all", "jun")
    assert "may not do that here" in place.answer_to("subscribe orders-daily-load to #data-alerts", "jun")
    assert "Guests" in place.answer_to("subscribe orders-daily-load", "gus")


@pytest.mark.parametrize(
    ("where", "says"),
    [("#secret", "/invite @Data Flow"), ("#elsewhere", "/invite @Data Flow"), ("C0NOWHERE", "/invite @Data Flow")],
)
def test_subscribing_says_what_to_do_where_the_bot_cannot_post(place: Place, where: str, says: str) -> None:
    assert says in place.ask(f"subscribe all to {where}")
    assert where not in place.ask("list all")


def test_a_slip_gets_the_nearest_command(place: Place) -> None:
    text = place.ask("subscibe all")
    assert text.startswith("There is no command “subscibe”. Did you mean this?")
    assert "/dataflow subscribe" in text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("show me the runs of orders-daily-load please", "Runs of orders-daily-load"),
        ("what failed today?", "open incident"),
        ("왜 e1", "orders-daily-load"),
        ("정산 매일 실행 보여줘", "정산 매일"),
    ],
)
def test_a_mention_takes_plain_words_and_is_answered_for_the_asker_alone(place: Place, typed: str, says: str) -> None:
    message = place.slack.user("mina").mention(typed, CHANNEL)
    answer = place.after(message)
    assert says in answer.text
    assert answer.ephemeral_for == place.slack.workspace.person("mina").id


def test_a_change_may_be_asked_for_by_a_mention(place: Place) -> None:
    message = place.slack.user("mina").mention("please mute 정산 매일 for 1h", CHANNEL)
    assert "is muted until" in place.after(message).text
    refused = place.slack.user("jun").mention("please mute 정산 매일 for 1h", CHANNEL)
    assert "may not do that here" in place.after(refused, "jun").text
    assert "has ended" in place.ask("unmute 정산 매일")


def test_an_answer_is_shared_by_a_word_or_a_button(place: Place) -> None:
    jun = place.slack.user("jun")
    shared = jun.command("/dataflow runs 정산 매일 --share", CHANNEL).wait_for_response()
    assert shared.response_type == "in_channel"
    assert "Shared answer to `/dataflow runs 정산 매일`" in str(shared.blocks)
    jun.command("/dataflow workflows", CHANNEL).wait_for_response()
    again = jun.click(place.newest("jun"), "answer:share").wait_for_response()
    assert (again.response_type, again.text[:11]) == ("in_channel", "2 workflows")


def test_a_guest_shares_nothing(place: Place) -> None:
    gus = place.slack.user("gus")
    refused = gus.command("/dataflow status --share", CHANNEL).wait_for_response()
    assert refused.response_type == "ephemeral"
    assert "Guests" in refused.text


def test_what_changes_something_has_no_button_that_asks_again(place: Place) -> None:
    place.ask("mute 정산 매일 for 1h")
    assert "answer:share" not in str(place.newest("mina").blocks)
    assert "has ended" in place.ask("unmute 정산 매일")


def test_a_button_below_an_answer_never_changes_anything(place: Place) -> None:
    channel = place.slack.workspace.channel(CHANNEL)
    forged = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "action_id": "answer:share"}
    blocks = ({"type": "actions", "block_id": "b", "elements": [{**forged, "value": "mute 정산 매일"}]},)
    message = place.slack.workspace.post(channel, "U0DEMOBOT", "old", blocks=blocks)
    response = place.slack.user("mina").click(message, "answer:share").wait_for_response()
    assert "leads nowhere" in response.text
    assert "Nothing is held back" in place.ask("mutes")


def test_long_lists_have_pages(place: Place) -> None:
    place.world.source.account = [Workflow(f"w{number}", f"flow {number:02}") for number in range(3, 43)]
    place.world.cycle(after=2 * MINUTE)
    mina = place.slack.user("mina")
    mina.command("/dataflow workflows flow", CHANNEL).wait_for_response()
    second = mina.click(place.newest("mina"), "answer:next").wait_for_response()
    assert second.replace_original
    assert "flow 18" in second.text
    third = mina.click(place.newest("mina"), "answer:next").wait_for_response()
    assert "flow 42" in third.text
    assert "answer:next" not in str(third.blocks)
    assert "flow 18" in mina.click(place.newest("mina"), "answer:previous").wait_for_response().text


def test_somebody_is_answered_in_their_own_language(place: Place) -> None:
    assert place.ask("help", "민준") != place.ask("help", "mina")


def test_who_asks_too_often_is_told_when_to_go_on(place: Place) -> None:
    for _ in range(20):
        place.ask("help", "jun")
    assert "too much at once" in place.ask("help", "jun")
