"""The two shortcuts: one in the menu of a message, which explains it, and one for everywhere, which asks."""

from dataclasses import dataclass

from slack_bolt import Ack, App

from bot.core.digest import MessageRef
from bot.services.answer_cards import AnswerCards
from bot.services.list_choices import ListChoices
from bot.slack.blocks.clicked import click_message
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.services import Desk
from bot.slack.modals.ask import CALLBACK, Wrong, ask_view, asked, note_view
from bot.slack.work import Json

EXPLAIN = "explain_alert"
ASK = "ask"
NAMES = {ASK: "Ask about a workflow", EXPLAIN: "Explain this alert"}
"""By callback id, as in app_manifest.yaml."""


@dataclass(frozen=True, slots=True)
class ShortcutListeners:
    desk: Desk
    cards: AnswerCards
    choices: ListChoices
    answering: Answering

    def register(self, app: App) -> None:
        app.message_shortcut(EXPLAIN)(self.on_explain)
        app.global_shortcut(ASK)(self.on_ask)
        app.view(CALLBACK)(self.on_asked)

    def on_explain(self, ack: Ack, body: Json) -> None:
        ack()
        self.answering.work.start(body, lambda: self._explain(body))

    def on_ask(self, ack: Ack, body: Json) -> None:
        ack()
        self.answering.in_modal(body, note_view("…"), lambda _request: ask_view(self.choices.workflows()))

    def on_asked(self, ack: Ack, body: Json, view: Json) -> None:
        """What is missing is said beside the input, at once."""
        command = asked(view)
        if isinstance(command, Wrong):
            ack(**command.ack)
        else:
            ack()
            self.answering.work.start(body, lambda: self._answer(body, command))

    def _explain(self, body: Json) -> None:
        message = MessageRef(body["channel"]["id"], body["message"]["ts"])
        with self.answering.asked_by(body) as request:
            said = click_message(self.cards.explain_message(request, message), self.answering.links())
        self.answering.replies.back(request.user_id, body["response_url"], said)

    def _answer(self, body: Json, command: str) -> None:
        with self.answering.asked_by(body) as request:
            said = self.answering.framed(self.desk.reply(command, request))
        self.answering.replies.back(request.user_id, None, said)
