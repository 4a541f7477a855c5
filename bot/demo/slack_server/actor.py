"""A person at the keyboard, for tests and the demo: types commands, clicks, fills in modals, writes to the bot."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.demo.slack_server import payloads
from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.callbacks import ResponseUrl
from bot.demo.slack_server.channels import Channel
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.inputs import empty_fields, entered, find_element, view_state
from bot.demo.slack_server.interaction import Interaction
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.people import Person
from bot.demo.slack_server.responses import apply_response, issue_response_url
from bot.demo.slack_server.socket_mode import Delivery, Envelope
from bot.demo.slack_server.submission import Submission, after_submission
from bot.demo.slack_server.views import View
from bot.demo.slack_server.workspace import PATIENCE, Workspace

INTERACTIVE = "interactive"


class Courier(Protocol):
    """Takes envelopes from the person's thread to the app."""

    @property
    def base_url(self) -> str: ...
    def deliver(self, envelope: Envelope) -> Delivery: ...
    def announce(self, event: Json) -> None: ...


class Actor:
    def __init__(self, workspace: Workspace, person: Person, courier: Courier) -> None:
        self.person = person
        self._workspace = workspace
        self._courier = courier

    def command(self, line: str, channel: str | None = None) -> Interaction:
        """Type a slash command, in a channel or (without one) in the conversation with the bot; wait for the ack."""
        if line.partition(" ")[0] not in self._workspace.commands or "commands" not in self._workspace.scopes:
            raise LookupError(f"Slack knows no command for {line!r}")
        place = self._workspace.channel(channel) if channel else self._workspace.open_direct(self.person.id)
        address, url = self._response_url(place)
        payload = {
            **payloads.command(self._workspace, self.person, place, line),
            "response_url": address,
            "trigger_id": self._workspace.triggers.issue(self.person.id),
        }
        done = self._interact(Envelope("slash_commands", payload), url)
        if done.ack.get("text") or done.ack.get("blocks"):
            try:
                apply_response(self._workspace, url, done.ack)
            except SlackError:
                done.error = "invalid_command_response"
        return done

    def shortcut(self, callback_id: str) -> Interaction:
        """Choose a global shortcut of the app."""
        payload = self._payload("shortcut", callback_id=callback_id, **self._trigger())
        return self._interact(Envelope(INTERACTIVE, payload))

    def message_shortcut(self, callback_id: str, message: Message) -> Interaction:
        """Choose a shortcut of the app in the menu of a message."""
        channel, current = self._current(message)
        address, url = self._response_url(channel, current)
        payload = self._payload(
            "message_action",
            callback_id=callback_id,
            message_ts=current.ts,
            response_url=address,
            **self._trigger(),
            **payloads.in_message(channel, current),
        )
        return self._interact(Envelope(INTERACTIVE, payload), url)

    def click(self, where: Message | View, action_id: str, value: str | None = None) -> Interaction:
        """Press a button of a message, a modal or the Home tab, as it is on the screen now."""
        return self._act(where, action_id, value, lambda element: {"value": element.get("value")})

    def select(self, where: Message | View, action_id: str, value: Any) -> Interaction:
        """Choose in a menu, a picker or an overflow."""
        return self._act(where, action_id, None, lambda element: entered(element, value))

    def modal(self) -> View | None:
        """The modal on top of the screen."""
        return self._workspace.views.top(self.person.id)

    def wait_for_modal(self, timeout: float = PATIENCE) -> View:
        return self._workspace.wait_for(self.modal, timeout)

    def fill_in(self, view: View, values: Mapping[str, Any]) -> None:
        """Enter values by action id, and do nothing with them yet."""
        with self._workspace.changed:
            view = self._current_view(view)
            self._workspace.views.put(replace(view, state=view_state(view.blocks, view.state, values)))

    def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Submission:
        """Fill in a modal (`values` by action id), press its submit button, and see what the app makes of it.

        Raises ValueError when Slack's own client would not let a person submit it.
        """
        view = self._current_view(view)
        if "submit" not in view.body:
            raise LookupError("the modal has no submit button")
        state = view_state(view.blocks, view.state, values or {})
        if missing := empty_fields(view.blocks, state):
            raise ValueError(f"required fields are empty: {missing}")
        view = replace(view, state=state)
        self._workspace.views.put(view)
        payload = self._payload(
            "view_submission",
            response_urls=[],
            **self._trigger(view),
            view=view.render(self._workspace.identity),
        )
        return after_submission(self._workspace, view, self._courier.deliver(Envelope(INTERACTIVE, payload)))

    def close(self, view: View) -> None:
        """Close a modal; the app hears of it when it asked to."""
        with self._workspace.changed:
            self._workspace.views.close(view)
            self._workspace.record(Happening.VIEWED, outcome="closed", text=view.title)
        if view.body.get("notify_on_close"):
            rendered = view.render(self._workspace.identity)
            self._interact(Envelope(INTERACTIVE, self._payload("view_closed", view=rendered, is_cleared=False)))

    def open_home(self) -> None:
        """Look at the app's Home tab."""
        home = self.home()
        details: Json = {"tab": "home", "channel": self._workspace.open_direct(self.person.id).id}
        if home:
            details["view"] = home.render(self._workspace.identity)
        self._announce("app_home_opened", "app_home_opened", **details)

    def home(self) -> View | None:
        """What the app has published there for this person."""
        return self._workspace.views.home(self.person.id)

    def say(self, text: str, channel: str, thread: Message | None = None) -> Message:
        """Write in a channel, or in a thread there."""
        return self._workspace.post(
            self._workspace.channel(channel), self.person.id, text, thread_ts=thread.ts if thread else None
        )

    def mention(self, text: str, channel: str, thread: Message | None = None) -> Message:
        """Write in a channel to the bot, which hears of it when it is a member there."""
        message = self.say(f"<@{self._workspace.bot.id}> {text}", channel, thread)
        if (
            "app_mentions:read" in self._workspace.scopes
            and self._workspace.bot.id in self._workspace.channel(channel).members
        ):
            self._announce("app_mention", "app_mention", **_event_message(message))
        return message

    def dm(self, text: str) -> Message:
        """Write to the bot in the conversation with it."""
        message = self._workspace.post(self._workspace.open_direct(self.person.id), self.person.id, text)
        if "im:history" in self._workspace.scopes:
            self._announce("message.im", "message", channel_type="im", **_event_message(message))
        return message

    def _act(
        self, where: Message | View, action_id: str, value: str | None, outcome: Callable[[Json], Json]
    ) -> Interaction:
        url = None
        if isinstance(where, Message):
            channel, message = self._current(where)
            block, element = find_element(message.blocks, action_id, value)
            address, url = self._response_url(channel, message)
            state = {"values": view_state(message.blocks, {}, {})}
            place = {**payloads.in_message(channel, message), "response_url": address, "state": state}
            trigger = self._trigger()
        else:
            view = self._current_view(where)
            view = replace(view, state=view_state(view.blocks, view.state, {}))  # untouched inputs count, too
            block, element = find_element(view.blocks, action_id, value)
            place = payloads.in_view(self._workspace, view)
            trigger = self._trigger(view)
        action = {
            "type": element["type"],
            "action_id": action_id,
            "block_id": block["block_id"],
            "action_ts": f"{self._workspace.clock():.6f}",
            **({"text": element["text"]} if "text" in element else {}),
            **{name: held for name, held in outcome(element).items() if held is not None},
        }
        payload = self._payload("block_actions", actions=[action], **trigger, **place)
        return self._interact(Envelope(INTERACTIVE, payload), url)

    def _interact(self, envelope: Envelope, url: ResponseUrl | None = None) -> Interaction:
        delivery = self._courier.deliver(envelope)
        return Interaction(delivery.seconds, delivery.payload, delivery.error, self._workspace, url)

    def _announce(self, subscription: str, kind: str, **details: Any) -> None:
        if subscription in self._workspace.events:
            self._courier.announce(payloads.event(self._workspace, self.person, kind, **details))

    def _payload(self, kind: str, **details: Any) -> Json:
        return payloads.interaction(self._workspace, self.person, kind, **details)

    def _trigger(self, view: View | None = None) -> Json:
        root = view.root_id if view and view.body["type"] == "modal" else None
        return {
            "trigger_id": self._workspace.triggers.issue(self.person.id, root),
            "action_ts": f"{self._workspace.clock():.6f}",
        }

    def _response_url(self, channel: Channel, message: Message | None = None) -> tuple[str, ResponseUrl]:
        return issue_response_url(
            self._workspace,
            self._courier.base_url,
            user=self.person.id,
            channel=channel.id,
            source_ts=message.ts if message else None,
            is_source_ephemeral=bool(message and message.ephemeral_for),
        )

    def _current_view(self, view: View) -> View:
        """The view as it is on the screen now. Raises LookupError when it is gone."""
        try:
            with self._workspace.changed:
                return self._workspace.views.find(view.id)
        except SlackError:
            raise LookupError("the view is not on the screen") from None

    def _current(self, message: Message) -> tuple[Channel, Message]:
        """The message as it is on the screen now. Raises LookupError when it is gone or never was on this screen."""
        channel = self._workspace.channel(message.channel)
        if message.ephemeral_for:
            current = channel.timeline.find_ephemeral(message.ts)
        else:
            current = channel.timeline.find(message.ts)
        if current is None or current.ephemeral_for not in (None, self.person.id):
            raise LookupError("the message is not on the screen of this person")
        return channel, current


def _event_message(message: Message) -> Json:
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    return {"channel": message.channel, "text": message.text, "ts": message.ts, **thread}
