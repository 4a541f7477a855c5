"""Questions: the slash command, mentions, direct messages, and the buttons below an answer."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App

from bot.language import _
from bot.services.answer_commands import Reply
from bot.services.answers import Help
from bot.services.requests import Request
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.elements import Message
from bot.slack.blocks.frame import NEXT, PREVIOUS, SHARE
from bot.slack.blocks.paging import NEWER, OLDER, decode
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.events import IsNew, is_direct, is_from_a_person
from bot.slack.listeners.services import Desk
from bot.slack.text import typed
from bot.slack.work import OLD_BUTTON, Json


@dataclass(frozen=True, slots=True)
class CommandListeners:
    desk: Desk
    answering: Answering

    def register(self, app: App, is_new: IsNew) -> None:
        app.command(COMMAND)(self.on_command)
        for name in (PREVIOUS, NEXT):
            app.action(name)(self.on_page)
        for name in (OLDER, NEWER):
            app.action(name)(self.on_runs_page)
        app.action(SHARE)(self.on_share)
        app.event("app_mention", matchers=[is_from_a_person, is_new])(self.on_message)
        app.event("message", matchers=[is_direct, is_from_a_person, is_new])(self.on_message)

    def on_command(self, ack: Ack, body: Json) -> None:
        ack()
        text = typed(body.get("text") or "")
        self.answering.work.start(body, lambda: self._to_url(body, lambda request: self.desk.reply(text, request)))

    def on_page(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        text = str(action.get("value"))
        self.answering.work.start(
            body, lambda: self._to_url(body, lambda request: self.desk.again(text, request), replace=True)
        )

    def on_runs_page(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self.answering.work.start(
            body, lambda: self._to_url(body, lambda request: self._runs_page(action, request), replace=True)
        )

    def on_share(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        text = f"{action.get('value')} --share"
        self.answering.work.start(body, lambda: self._to_url(body, lambda request: self.desk.again(text, request)))

    def on_message(self, body: Json, event: Json) -> None:
        self.answering.work.start(body, lambda: self._to_event(body, event))

    def _runs_page(self, action: Json, request: Request) -> Reply:
        query = decode(str(action.get("value")))
        return self.desk.runs_page(query, request) if query else Reply(Help((), _(OLD_BUTTON)))

    def _to_url(self, body: Json, ask: Callable[[Request], Reply], *, replace: bool = False) -> None:
        """Through the response URL of a command or a click."""
        asker, reply, message = self._answered(body, ask)
        self.answering.replies.back(asker, body["response_url"], message, replace=replace, is_shared=reply.is_shared)

    def _to_event(self, body: Json, event: Json) -> None:
        text = typed(event.get("text") or "")
        _asker, reply, message = self._answered(body, lambda request: self.desk.reply(text, request))
        self.answering.replies.to_event(event, message, is_shared=reply.is_shared)

    def _answered(self, body: Json, ask: Callable[[Request], Reply]) -> tuple[str, Reply, Message]:
        """With the id of whoever asked."""
        with self.answering.asked_by(body) as request:
            reply = ask(request)
            return request.user_id, reply, self.answering.framed(reply)
