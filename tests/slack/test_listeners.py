"""People at the keyboard: commands, clicks, mentions and the Home tab, over a real Socket Mode connection."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Limits, Message, SlackServer, unhurried
from bot.services.answer_commands import Reply
from bot.services.answers import Answer, RunsPage, RunsQuery
from bot.services.requests import Request
from bot.slack.app import build_app
from bot.slack.blocks.links import Links
from bot.slack.listeners.events import SeenEvents
from bot.slack.socket import SocketLink
from bot.store.engine import Database
from tests.slack import samples
from tests.slack.office import Office


@dataclass
class Desk:
    """Answers by the first word, and remembers what it was asked."""

    asked: list[object] = field(default_factory=list)

    def answer(self, text: str, _request: Request) -> Answer:
        self.asked.append(text)
        match text.partition(" ")[0]:
            case "runs":
                return samples.RUNS
            case "status":
                return samples.HEALTHY
            case "break":
                raise RuntimeError("the desk broke")
        return samples.ANSWERS["help"]

    def reply(self, text: str, request: Request) -> Reply:
        question = text.removesuffix(" --share")
        return Reply(self.answer(text, request), again=question, is_shared=question != text)

    def again(self, text: str, request: Request) -> Reply:
        return self.reply(text, request)

    def runs(self, query: RunsQuery) -> RunsPage:
        self.asked.append(query)
        return replace(samples.RUNS, query=query, newer=None, older=None)

    def runs_page(self, query: RunsQuery, _request: Request) -> Reply:
        return Reply(self.runs(query))


@dataclass(frozen=True)
class Place:
    slack: SlackServer
    desk: Desk


@pytest.fixture(scope="module")
def database(migrated_file: Path) -> Iterator[Database]:
    """Nothing of the desk's is in it."""
    database = Database(f"sqlite:///{migrated_file}")
    yield database
    database.close()


@pytest.fixture(scope="module")
def place(database: Database) -> Iterator[Place]:
    """One connection for all of this module: closing one takes the client three seconds."""
    slack = SlackServer(replace(unhurried(), event_retries=(0.0, 0.05)))
    slack.workspace.add_channel("data-alerts")
    slack.workspace.add_user("mina")
    slack.workspace.add_user("jisoo", locale="ko-KR")
    slack.workspace.add_user("jonas", locale="de-DE")
    desk = Desk()
    with Office(slack, database, desk).open():
        yield Place(slack, desk)


@pytest.fixture(autouse=True)
def _unspoiled(place: Place) -> None:
    place.slack.faults.clear()
    place.desk.asked.clear()


def thread_of(place: Place, message: Message) -> list[str]:
    def replies() -> list[str]:
        messages = place.slack.workspace.messages("data-alerts")
        return next([reply.text for reply in seen.thread] for seen in messages if seen.ts == message.ts)

    return place.slack.workspace.wait_for(replies)


@pytest.mark.parametrize("channel", ["data-alerts", None])
def test_a_command_is_acknowledged_and_answered_for_the_asker_alone(place: Place, channel: str | None) -> None:
    done = place.slack.user("mina").command("/dataflow runs orders &lt;x&gt;", channel)
    response = done.wait_for_response()
    assert done.error is None
    assert response.response_type == "ephemeral"
    assert response.text.startswith("Runs of orders-daily-load")
    assert place.desk.asked == ["runs orders <x>"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("jisoo", "✅ 모두 정상입니다. 지켜보는 워크플로 2개."),
        ("jonas", "✅ Everything works, watching 2 workflows."),
        ("mina", "✅ Everything works, watching 2 workflows."),
    ],
)
def test_everybody_is_answered_in_the_language_of_their_slack(place: Place, name: str, answer: str) -> None:
    response = place.slack.user(name).command("/dataflow status", "data-alerts").wait_for_response()
    assert response.text.splitlines()[0] == answer


def test_an_empty_command_is_answered(place: Place) -> None:
    assert place.slack.user("mina").command("/dataflow").wait_for_response().text.startswith("What you can ask")


def test_a_paging_button_replaces_the_answer_with_the_page_it_names(place: Place) -> None:
    mina = place.slack.user("mina")
    mina.command("/dataflow runs orders", "data-alerts").wait_for_response()
    answer = place.slack.workspace.messages("data-alerts", seen_by="mina")[-1]
    response = mina.click(answer, "runs_page:older").wait_for_response()
    assert response.replace_original
    assert place.desk.asked[-1] == samples.RUNS.older


def test_a_button_of_an_older_version_says_so(place: Place) -> None:
    old = {"type": "button", "text": {"type": "plain_text", "text": "Older"}, "action_id": "runs_page:older"}
    channel = place.slack.workspace.channel("data-alerts")
    blocks = ({"type": "actions", "block_id": "b", "elements": [{**old, "value": "page=2"}]},)
    message = place.slack.workspace.post(channel, "U0DEMOBOT", "old", blocks=blocks)
    response = place.slack.user("mina").click(message, "runs_page:older").wait_for_response()
    assert "earlier version" in response.text


def test_what_nobody_listens_to_is_acknowledged_all_the_same_and_a_click_answered(place: Place) -> None:
    mina = place.slack.user("mina")
    channel = place.slack.workspace.channel("data-alerts")
    gone = {"type": "button", "text": {"type": "plain_text", "text": "?"}, "action_id": "gone"}
    blocks = ({"type": "actions", "block_id": "b", "elements": [gone]},)
    message = place.slack.workspace.post(channel, "U0DEMOBOT", "old", blocks=blocks)
    clicked = mina.click(message, "gone")
    assert clicked.error is None
    assert "earlier version" in clicked.wait_for_response().text
    assert mina.shortcut("gone").error is None
    assert mina.message_shortcut("gone", message).error is None


def test_a_mistake_of_ours_is_told_with_a_reference_that_the_log_has(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "bot.slack"):
        done = place.slack.user("mina").command("/dataflow break", "data-alerts")
        response = done.wait_for_response()
    assert done.error is None
    assert response.text.startswith("Something went wrong on our side")
    reference = response.text.split()[-1]
    assert f"reference {reference}" in caplog.text
    assert "the desk broke" in caplog.text
    assert "the desk broke" not in response.text


def newest(place: Place, name: str) -> Message:
    """The last message in the channel that this person sees."""
    return place.slack.workspace.messages("data-alerts", seen_by=name)[-1]


def after(place: Place, message: Message) -> Message:
    """What mina sees below this one, once there is something."""
    return place.slack.workspace.wait_for(lambda: found if (found := newest(place, "mina")).ts != message.ts else None)


def test_a_mention_is_answered_for_the_asker_alone(place: Place) -> None:
    message = place.slack.user("mina").mention("status", "data-alerts")
    answer = after(place, message)
    assert answer.text.startswith("✅ Everything works, watching 2 workflows.")
    assert answer.ephemeral_for == place.slack.workspace.person("mina").id
    assert place.desk.asked == ["status"]


def test_a_mention_whose_answer_is_to_be_shared_is_answered_in_its_thread(place: Place) -> None:
    message = place.slack.user("mina").mention("status --share", "data-alerts")
    assert thread_of(place, message)[0].startswith("✅ Everything works, watching 2 workflows.")


def test_a_mistake_of_ours_after_a_mention_is_told_to_the_asker(place: Place) -> None:
    message = place.slack.user("mina").mention("break", "data-alerts")
    answer = after(place, message)
    assert "Something went wrong on our side" in answer.text


def test_an_answer_is_shared_with_its_button(place: Place) -> None:
    mina = place.slack.user("mina")
    mina.command("/dataflow status", "data-alerts").wait_for_response()
    shared = mina.click(newest(place, "mina"), "answer:share").wait_for_response()
    assert shared.response_type == "in_channel"
    assert "Shared answer to `/dataflow status`" in str(shared.blocks)
    assert "answer:share" not in str(shared.blocks)
    assert place.desk.asked == ["status", "status --share"]


def test_a_direct_message_is_answered_where_it_was_written(place: Place) -> None:
    place.slack.user("mina").dm("help")
    answers = place.slack.workspace.wait_for(lambda: place.slack.workspace.direct_messages("mina")[1:])
    assert answers[0].text.startswith("What you can ask")
    assert answers[0].thread_ts is None


def test_the_home_tab_is_published_when_it_is_opened(place: Place) -> None:
    mina = place.slack.user("mina")
    mina.open_home()
    view = place.slack.workspace.wait_for(mina.home)
    assert "Everything works" in str(view.blocks)
    assert "/dataflow subscribe" in str(view.blocks)


def test_an_answer_that_slack_does_not_take_comes_directly(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.slack.faults.add(Fault(kind=FaultKind.STATUS, operation="response_url", status=404))
    with caplog.at_level(logging.WARNING, "bot.slack"):
        done = place.slack.user("mina").command("/dataflow status", "data-alerts")
        place.slack.workspace.wait_for(
            lambda: "✅ Everything works" in str(place.slack.workspace.direct_messages("mina"))
        )
    assert "did not take an answer" in caplog.text
    assert done.error is None


def test_an_answer_that_slack_takes_neither_way_is_logged(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.slack.faults.add(Fault(kind=FaultKind.STATUS, operation="response_url", status=404))
    place.slack.faults.add(Fault(kind=FaultKind.STATUS, operation="chat.postMessage", status=500))
    with caplog.at_level(logging.WARNING, "bot.slack"):
        place.slack.user("mina").command("/dataflow status", "data-alerts")
        place.slack.workspace.wait_for(lambda: "chat.postMessage did not work" in caplog.text)


def test_a_reconnection_is_none_of_anybodys_business(place: Place) -> None:
    place.slack.disconnect()
    place.slack.wait_for_socket()
    done = place.slack.user("mina").command("/dataflow status", "data-alerts")
    assert done.wait_for_response().text.startswith("✅ Everything works")


def test_an_event_that_comes_again_is_not_answered_again() -> None:
    now = [0.0]
    seen = SeenEvents(keep_for=900.0, now=lambda: now[0])
    assert seen.is_new({"event_id": "Ev1"})
    now[0] = 300.0
    assert not seen.is_new({"event_id": "Ev1"})
    assert seen.is_new({"event_id": "Ev2"})
    now[0] = 901.0
    assert seen.is_new({"event_id": "Ev1"})
    assert not seen.is_new({"event_id": "Ev2"})


def test_the_bot_comes_up_while_slack_is_down_and_connects_when_it_is_back(database: Database) -> None:
    slack = SlackServer(Limits())
    slack.workspace.add_user("mina")
    slack.start()
    slack.go_down()
    office = Office(slack, database, Desk())
    app = build_app(office.wire, office.services(), Links)
    link = SocketLink(app, slack.workspace.app_token, ping_every=0.2)
    link.start()
    assert not link.is_connected
    slack.start()
    slack.wait_for_socket()
    link.stop(grace=10.0)
    slack.stop()
