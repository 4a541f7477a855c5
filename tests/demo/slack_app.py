"""A small Bolt app and the Slack stand-in it is connected to, for the tests in which people act."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.demo.slack_server import Limits, Message, SlackServer, View
from bot.demo.slack_server.workspace import PATIENCE

LIMITS = Limits(post_every=0, calls_per_minute={}, other_calls_per_minute=10**9, ack_within=30)
"""Nobody is late because the machine is busy: what is to be late waits until it is."""


class Slack(SlackServer):
    """The stand-in on a clock that the tests may put forward."""

    def __init__(self) -> None:
        self.put_forward = 0.0
        super().__init__(LIMITS, clock=lambda: time.time() + self.put_forward)
        self.workspace.add_channel("data-alerts")
        self.workspace.add_user("mina")
        self.workspace.add_user("jun")

    def lose_patience(self) -> None:
        """From now on an ack is late at once."""
        self.workspace.limits = replace(LIMITS, ack_within=0.05)

    @property
    def web(self) -> WebClient:
        return WebClient(self.workspace.bot_token, base_url=self.api_url, retry_handlers=[])

    @property
    def mina_sees(self) -> list[Message]:
        return self.workspace.messages("data-alerts", seen_by="mina")


def button(value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": "Mute"}
    return {"type": "button", "text": text, "action_id": "mute", "value": value, "accessibility_label": "Mute this"}


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
    """A small Bolt app that writes down what reaches it. What it does slowly it does when it `may_go_on`."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()
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
            assert self.arrived.wait_for(lambda: any(held["type"] == kind for held in self.payloads), timeout=PATIENCE)
            return next(held for held in reversed(self.payloads) if held["type"] == kind)

    def answer(self, ack: Ack, respond: Respond, command: dict[str, Any], client: WebClient) -> None:
        match command["text"].split():
            case ["slowly"]:
                self.may_go_on.wait()
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
            self.may_go_on.wait()
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


def post(slack: Slack, text: str = "failed", **content: Any) -> Message:
    slack.web.chat_postMessage(channel="data-alerts", text=text, blocks=BUTTONS, **content)
    return slack.mina_sees[-1]


def open_modal(slack: Slack) -> View:
    slack.user("mina").command("/dataflow modal", "data-alerts")
    return slack.user("mina").wait_for_modal()
