"""App Home: published when somebody opens it, and again with what came of a click on it."""

from collections.abc import Callable
from dataclasses import dataclass

from slack_bolt import Ack, App

from bot.core.permissions import Action
from bot.services.answer_cards import AnswerCards, ClickAnswer
from bot.services.authority import Permit
from bot.services.requests import Request
from bot.slack.blocks.actions import chosen_value, decode, decode_mute, decode_number
from bot.slack.blocks.clicked import click_message
from bot.slack.home.incidents import ACK, MUTE, OPEN, UNACK
from bot.slack.home.keeper import HomeKeeper
from bot.slack.home.silences import UNMUTE
from bot.slack.home.view import REFRESH
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.events import IsNew, is_home_tab
from bot.slack.work import Json


@dataclass(frozen=True, slots=True)
class HomeListeners:
    keeper: HomeKeeper
    cards: AnswerCards
    answering: Answering

    def register(self, app: App, is_new: IsNew) -> None:
        app.event("app_home_opened", matchers=[is_home_tab, is_new])(self.on_opened)
        app.action(REFRESH)(self.on_refresh)
        app.action(ACK)(self.on_acknowledge)
        app.action(UNACK)(self.on_undo_acknowledge)
        app.action(MUTE)(self.on_mute)
        app.action(UNMUTE)(self.on_unmute)
        app.action(OPEN)(self.on_link)

    def on_opened(self, body: Json) -> None:
        self.answering.work.start(body, lambda: self._show(self.answering.asking.request(body)))

    def on_refresh(self, ack: Ack, body: Json) -> None:
        ack()
        self.on_opened(body)

    def on_acknowledge(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self._do(body, lambda request: self.cards.acknowledge(request, decode(str(action.get("value")))))

    def on_undo_acknowledge(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self._do(body, lambda request: self.cards.undo_acknowledge(request, decode(str(action.get("value")))))

    def on_mute(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        ref, until = decode_mute(chosen_value(action)) or (None, "")
        self._do(body, lambda request: self.cards.mute(request, ref, until))

    def on_unmute(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self._do(body, lambda request: self.cards.unmute(request, decode_number(str(action.get("value")))))

    def on_link(self, ack: Ack) -> None:
        """The client has followed it by itself."""
        ack()

    def _show(self, request: Request) -> None:
        """Whoever opens it too often sees what it showed before."""
        if isinstance(self.cards.authority.check(request, Action.HOME), Permit):
            self.keeper.show(request.asker)

    def _do(self, body: Json, action: Callable[[Request], ClickAnswer]) -> None:
        """What came of it stands at the top of the tab: a click there has no other place for an answer."""

        def done() -> None:
            with self.answering.asked_by(body) as request:
                news = click_message(action(request), self.answering.links())
            self.keeper.show(request.asker, news)

        self.answering.work.start(body, done)
