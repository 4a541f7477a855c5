"""Questions: the slash command, mentions, direct messages, and the buttons that page through an answer."""

from dataclasses import dataclass

from slack_bolt import Ack, App

from bot.services.answers import Help
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.elements import Message
from bot.slack.blocks.paging import NEWER, OLDER, decode
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.events import IsNew, is_direct, is_from_a_person
from bot.slack.listeners.services import Desk
from bot.slack.text import typed
from bot.slack.work import Json

OLD_BUTTON = Help((), "This button is from an earlier version of the bot. Ask again, and use the new one.")


@dataclass(frozen=True, slots=True)
class CommandListeners:
    desk: Desk
    answering: Answering

    def register(self, app: App, is_new: IsNew) -> None:
        app.command(COMMAND)(self.on_command)
        app.action(NEWER)(self.on_page)
        app.action(OLDER)(self.on_page)
        app.event("app_mention", matchers=[is_from_a_person, is_new])(self.on_message)
        app.event("message", matchers=[is_direct, is_from_a_person, is_new])(self.on_message)

    def on_command(self, ack: Ack, body: Json) -> None:
        ack()
        replies = self.answering.replies
        self.answering.work.start(body, lambda: replies.to_url(body["response_url"], self._answer(body)))

    def on_page(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        replies, url = self.answering.replies, body["response_url"]
        self.answering.work.start(body, lambda: replies.to_url(url, self._page(action), replace=True))

    def on_message(self, body: Json, event: Json) -> None:
        self.answering.work.start(body, lambda: self.answering.replies.to_event(event, self._answer(event)))

    def _answer(self, typed_in: Json) -> Message:
        return self.answering.message(self.desk.answer(typed(typed_in.get("text") or "")))

    def _page(self, action: Json) -> Message:
        query = decode(str(action.get("value")))
        return self.answering.message(self.desk.runs(query) if query else OLD_BUTTON)
