"""People acting in the Slack stand-in, answered by a real Bolt app over Socket Mode."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.demo.slack_server import Happening, Limits, Message, SlackServer, View

ACK_WITHIN = 0.8  # seconds; a busy machine must still be in time
SLOWLY = ACK_WITHIN + 0.2


class Slack(SlackServer):
    """The stand-in with short deadlines, on a clock that the tests may put forward."""

    def __init__(self) -> None:
        self.put_forward = 0.0
        limits = Limits(post_every=0, calls_per_minute={}, other_calls_per_minute=10**9, ack_within=ACK_WITHIN)
        super().__init__(limits, clock=lambda: time.time() + self.put_forward)
        self.workspace.add_channel("data-alerts")
        self.workspace.add_user("mina")
        self.workspace.add_user("jun")

    @property
    def mina_sees(self) -> list[Message]:
        return self.workspace.messages("data-alerts", seen_by="mina")


def button(value: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": "Mute"}, "action_id": "mute", "value": value}


LEVELS = [{"text": {"type": "plain_text", "text": level}, "value": level} for level in ("all", "failures")]
BUTTONS: list[dict[str, Any]] = [
    {"type": "actions", "elements": [button("w1")]},
    {
        "type": "actions",
        "elements": [button("w2"), {"type": "static_select", "action_id": "level", "options": LEVELS}],
    },
]
ROW = {
    "type": "input",
    "block_id": "name",
    "label": {"type": "plain_text", "text": "Name"},
    "element": {"type": "plain_text_input", "action_id": "name", "max_length": 20},
}


def modal(title: str = "Settings", **fields: Any) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "settings",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [ROW, *BUTTONS],
        **fields,
    }


class Bot:
    """A small Bolt app that writes down what reaches it."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []
        self.arrived = threading.Condition()

    def app(self, client: WebClient) -> App:
        app = App(client=client)
        app.command("/dataflow")(self.answer)
        app.action("mute")(self.mute)
        app.action("level")(self.note)
        app.view("settings")(self.take_submission)
        app.view_closed("settings")(self.note)
        app.event("app_home_opened")(self.publish_home)
        app.event("app_mention")(self.note_event)
        app.event("message")(self.note_event)
        app.shortcut("ask")(self.note)
        app.shortcut("explain")(self.note)
        return app

    def wait_for(self, kind: str) -> dict[str, Any]:
        """The newest payload or event of this type."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: any(held["type"] == kind for held in self.payloads), timeout=5)
            return next(held for held in reversed(self.payloads) if held["type"] == kind)

    def answer(self, ack: Ack, respond: Respond, command: dict[str, Any], client: WebClient) -> None:
        match command["text"].split():
            case ["slowly"]:
                time.sleep(SLOWLY)
                ack()
            case ["in", "the", "ack"]:
                ack(text="here", response_type="in_channel")
            case ["buttons"]:
                ack()
                respond(text="choose", blocks=BUTTONS, response_type="ephemeral")
            case ["modal"]:
                ack()
                client.views_open(trigger_id=command["trigger_id"], view=modal())
            case words:
                ack()
                for word in words:
                    respond(text=word, response_type="ephemeral")

    def mute(self, ack: Ack, respond: Respond, body: dict[str, Any]) -> None:
        self.note(ack, body)
        if body["actions"][0]["value"] == "w2":
            respond(delete_original=True)
        elif "response_url" in body:
            respond(text=f"{body['actions'][0]['value']} muted", replace_original=True)

    def take_submission(self, ack: Ack, body: dict[str, Any]) -> None:
        name = body["view"]["state"]["values"]["name"]["name"]["value"]
        if name == "slow":
            time.sleep(SLOWLY)
        self.note(partial(ack, **ACKS.get(name, {})), body)

    def publish_home(self, event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": BUTTONS})

    def note_event(self, event: dict[str, Any]) -> None:
        with self.arrived:
            self.payloads.append(event)
            self.arrived.notify_all()

    def note(self, ack: Callable[[], Any], body: dict[str, Any]) -> None:
        ack()
        self.note_event(body)


ACKS: dict[str, dict[str, Any]] = {
    "bad": {"response_action": "errors", "errors": {"name": "no such workflow"}},
    "more": {"response_action": "push", "view": modal("More")},
    "other": {"response_action": "update", "view": modal("Other")},
    "done": {"response_action": "clear"},
    "broken": {"response_action": "update", "view": {"type": "modal"}},
}


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot()


@pytest.fixture(scope="module")
def connected(bot: Bot) -> Iterator[Slack]:
    with Slack() as slack:
        client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
        handler = SocketModeHandler(bot.app(client), slack.workspace.app_token)
        handler.connect()  # type: ignore[no-untyped-call]
        slack.wait_for_socket()
        yield slack
        handler.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def slack(connected: Slack, bot: Bot) -> Iterator[Slack]:
    """The connected stand-in with an empty channel and nothing open."""
    yield connected
    connected.put_forward = 0.0
    bot.payloads.clear()
    connected.workspace.views.clear(connected.workspace.person("mina").id)
    channel = connected.workspace.channel("data-alerts")
    for message in connected.mina_sees:
        connected.workspace.delete(channel, message)


def post(slack: Slack, text: str = "failed", **content: Any) -> Message:
    client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
    client.chat_postMessage(channel="data-alerts", text=text, blocks=BUTTONS, **content)
    return slack.mina_sees[-1]


def open_modal(slack: Slack) -> View:
    slack.user("mina").command("/dataflow modal", "data-alerts")
    return slack.user("mina").wait_for_modal()


class TestCommands:
    def test_an_answer_is_seen_by_the_one_who_asked(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow runs", "data-alerts")
        assert (asked.error, asked.wait_for_response().text) == (None, "runs")
        assert asked.ack_seconds is not None
        assert [message.text for message in slack.mina_sees] == ["runs"]
        assert slack.workspace.messages("data-alerts", seen_by="jun") == []

    def test_an_ack_may_carry_the_answer_to_the_whole_channel(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow in the ack", "data-alerts")
        assert asked.wait_for_response().response_type == "in_channel"
        assert [message.text for message in slack.workspace.messages("data-alerts")] == ["here"]

    def test_a_late_ack_is_an_operation_timeout_for_the_person(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow slowly", "data-alerts")
        assert (asked.error, asked.ack_seconds) == ("operation_timeout", None)
        slack.workspace.wait_for(lambda: slack.log.entries(Happening.ACKED_LATE))

    def test_a_command_works_in_the_conversation_with_the_bot(self, slack: Slack) -> None:
        asked = slack.user("jun").command("/dataflow hello")
        assert asked.wait_for_response().text == "hello"
        assert [message.text for message in slack.workspace.direct_messages("jun")] == ["hello"]

    def test_a_response_url_is_good_for_five_answers(self, slack: Slack) -> None:
        asked = slack.user("mina").command("/dataflow 1 2 3 4 5 6", "data-alerts")
        slack.workspace.wait_for(lambda: slack.log.entries(Happening.RESPONDED)[-1].outcome == "used_url")
        assert [response.text for response in asked.responses] == ["1", "2", "3", "4", "5"]

    def test_nobody_can_type_a_command_that_slack_does_not_know(self, slack: Slack) -> None:
        with pytest.raises(LookupError):
            slack.user("mina").command("/dataflaw runs", "data-alerts")


class TestClicks:
    def test_a_click_tells_the_app_which_button_and_where(self, slack: Slack, bot: Bot) -> None:
        message = post(slack)
        clicked = slack.user("mina").click(message, "mute", "w1")
        assert clicked.error is None
        body = bot.wait_for("block_actions")
        assert body["user"]["name"] == "mina"
        assert (body["container"]["message_ts"], body["actions"][0]["value"]) == (message.ts, "w1")

    def test_the_answer_may_replace_the_message(self, slack: Slack) -> None:
        clicked = slack.user("mina").click(post(slack), "mute", "w1")
        assert clicked.wait_for_response().replace_original
        (message,) = slack.mina_sees
        assert (message.text, message.blocks) == ("w1 muted", ())
        with pytest.raises(LookupError):
            slack.user("mina").click(message, "mute")

    def test_the_answer_may_delete_the_message(self, slack: Slack) -> None:
        clicked = slack.user("mina").click(post(slack), "mute", "w2")
        assert clicked.wait_for_response().delete_original
        assert slack.mina_sees == []

    def test_a_message_only_one_person_sees_has_buttons_for_that_person(self, slack: Slack) -> None:
        slack.user("mina").command("/dataflow buttons", "data-alerts").wait_for_response()
        (message,) = slack.mina_sees
        with pytest.raises(LookupError):
            slack.user("jun").click(message, "mute", "w1")
        slack.user("mina").click(message, "mute", "w1").wait_for_response()
        assert [(seen.text, seen.ephemeral_for) for seen in slack.mina_sees] == [("w1 muted", message.ephemeral_for)]

    def test_a_choice_in_a_menu_is_one_of_its_options(self, slack: Slack, bot: Bot) -> None:
        message = post(slack)
        slack.user("mina").select(message, "level", "failures")
        assert bot.wait_for("block_actions")["actions"][0]["selected_option"]["value"] == "failures"
        with pytest.raises(LookupError):
            slack.user("mina").select(message, "level", "everything")


class TestModals:
    def test_a_modal_opens_and_closes_when_it_is_submitted(self, slack: Slack, bot: Bot) -> None:
        view = open_modal(slack)
        sent = slack.user("mina").submit(view, {"name": "orders", "level": "all"})
        assert (sent.error, sent.view, slack.user("mina").modal()) == (None, None, None)
        state = bot.wait_for("view_submission")["view"]["state"]["values"]
        assert state["name"]["name"] == {"type": "plain_text_input", "value": "orders"}
        assert [held["level"]["selected_option"]["value"] for held in state.values() if "level" in held] == ["all"]

    def test_errors_stand_beside_their_fields_and_the_entries_stay(self, slack: Slack) -> None:
        view = open_modal(slack)
        sent = slack.user("mina").submit(view, {"name": "bad"})
        assert sent.errors == {"name": "no such workflow"}
        still_open = slack.user("mina").modal()
        assert still_open is not None
        assert still_open.state["name"]["name"]["value"] == "bad"

    @pytest.mark.parametrize(
        ("name", "title", "error"),
        [
            ("more", "More", None),
            ("other", "Other", None),
            ("done", None, None),
            ("broken", "Settings", "invalid_response"),
            ("slow", "Settings", "operation_timeout"),
        ],
    )
    def test_the_ack_decides_what_is_on_the_screen_next(
        self, slack: Slack, name: str, title: str | None, error: str | None
    ) -> None:
        sent = slack.user("mina").submit(open_modal(slack), {"name": name})
        assert (sent.view.title if sent.view else None, sent.error) == (title, error)

    def test_three_modals_may_lie_on_each_other_and_no_more(self, slack: Slack) -> None:
        sent = slack.user("mina").submit(open_modal(slack), {"name": "more"})
        for error in (None, "invalid_response"):
            assert sent.view is not None
            sent = slack.user("mina").submit(sent.view, {"name": "more"})
            assert sent.error == error

    def test_slacks_client_does_not_let_a_person_leave_out_a_required_field(self, slack: Slack) -> None:
        view = open_modal(slack)
        with pytest.raises(ValueError, match="required fields are empty"):
            slack.user("mina").submit(view)
        with pytest.raises(ValueError, match="no more than 20 characters"):
            slack.user("mina").submit(view, {"name": "x" * 21})

    def test_closing_is_told_to_an_app_that_asked_for_it(self, slack: Slack, bot: Bot) -> None:
        view = open_modal(slack)
        slack.workspace.views.update(view, modal(notify_on_close=True))
        shown = slack.user("mina").modal()
        assert shown is not None
        slack.user("mina").close(shown)
        assert bot.wait_for("view_closed")["view"]["id"] == view.id

    def test_a_trigger_opens_one_view_within_three_seconds(self, slack: Slack, bot: Bot) -> None:
        client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])

        def error(trigger_id: str) -> str:
            with pytest.raises(SlackApiError) as raised:
                client.views_open(trigger_id=trigger_id, view=modal())
            return str(raised.value.response["error"])

        message = post(slack)
        slack.user("mina").select(message, "level", "all")
        first = bot.wait_for("block_actions")["trigger_id"]
        client.views_open(trigger_id=first, view=modal())
        assert error(first) == "exchanged_trigger_id"
        slack.user("mina").select(message, "level", "all")
        second = bot.wait_for("block_actions")["trigger_id"]
        slack.put_forward = 3.1
        assert error(second) == "expired_trigger_id"
        assert error("1.2.3") == "invalid_trigger_id"

    def test_only_a_click_in_a_modal_may_push_another_one(self, slack: Slack, bot: Bot) -> None:
        client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
        slack.user("mina").select(open_modal(slack), "level", "all")
        client.views_push(trigger_id=bot.wait_for("block_actions")["trigger_id"], view=modal("More"))
        assert slack.user("mina").wait_for_modal().title == "More"
        bot.payloads.clear()
        slack.user("mina").select(post(slack), "level", "all")
        with pytest.raises(SlackApiError, match="invalid_trigger_id"):
            client.views_push(trigger_id=bot.wait_for("block_actions")["trigger_id"], view=modal("More"))

    def test_an_outdated_hash_keeps_a_view_from_being_overwritten(self, slack: Slack) -> None:
        client = WebClient(slack.workspace.bot_token, base_url=slack.api_url, retry_handlers=[])
        view = open_modal(slack)
        client.views_update(view_id=view.id, hash=view.hash, view=modal("First"))
        with pytest.raises(SlackApiError, match="hash_conflict"):
            client.views_update(view_id=view.id, hash=view.hash, view=modal("Second"))
        with pytest.raises(SlackApiError, match="not_found"):
            client.views_update(view_id="V404", view=modal())


class TestEvents:
    def test_the_home_tab_shows_what_the_app_publishes_and_its_buttons_work(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").open_home()
        home = slack.workspace.wait_for(slack.user("mina").home)
        slack.user("mina").click(home, "mute", "w1")
        body = bot.wait_for("block_actions")
        assert (body["view"]["type"], body["view"]["id"]) == ("home", home.id)
        assert "response_url" not in body

    def test_a_mention_reaches_the_app(self, slack: Slack, bot: Bot) -> None:
        message = slack.user("mina").mention("status?", "data-alerts")
        event = bot.wait_for("app_mention")
        assert (event["ts"], event["text"]) == (message.ts, f"<@{slack.workspace.bot.id}> status?")

    def test_a_direct_message_reaches_the_app(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").dm("hello")
        event = bot.wait_for("message")
        assert (event["channel_type"], event["text"]) == ("im", "hello")

    def test_shortcuts_reach_the_app(self, slack: Slack, bot: Bot) -> None:
        slack.user("mina").shortcut("ask")
        assert bot.wait_for("shortcut")["callback_id"] == "ask"
        message = post(slack)
        slack.user("mina").message_shortcut("explain", message)
        assert bot.wait_for("message_action")["message"]["ts"] == message.ts
