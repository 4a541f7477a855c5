"""The buttons of cards, wherever a card or an answer about one shows them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from slack_bolt import Ack, App

from bot.clock import Clock
from bot.core.handles import CardRef
from bot.language import current_language, speaking
from bot.services.answer_cards import AnswerCards, ClickAnswer
from bot.services.manage_silences import is_end
from bot.services.mute_card import MuteOffer
from bot.services.requests import Request
from bot.slack.blocks.actions import (
    ACK,
    CONSOLE,
    HISTORY,
    MUTE,
    RERUN,
    START,
    UNACK,
    UNMUTE,
    UNTIL_A_DATE,
    WHY,
    chosen_value,
    decode,
    decode_mute,
    decode_number,
    decode_start,
)
from bot.slack.blocks.clicked import click_message
from bot.slack.blocks.elements import Message
from bot.slack.listeners.answering import Answering
from bot.slack.modals.mute_until import CALLBACK, MuteForm, chosen_end, mute_form, mute_view, note_view, wrong_end
from bot.slack.modals.settings_metadata import Whence
from bot.slack.screen import View
from bot.slack.work import Json

T = TypeVar("T")
Listener = Callable[[Ack, Json, Json], None]


def asks_for_a_date(action: Json) -> bool:
    """The one choice of the menu that is answered by a modal."""
    return _chosen(action)[1] == UNTIL_A_DATE


@dataclass(frozen=True, slots=True)
class CardListeners:
    cards: AnswerCards
    answering: Answering
    clock: Clock

    def register(self, app: App) -> None:
        of_card = {
            ACK: self.cards.acknowledge,
            UNACK: self.cards.undo_acknowledge,
            RERUN: self.cards.rerun,
            HISTORY: self.cards.history,
            WHY: self.cards.why,
        }
        for action_id, answer in of_card.items():
            app.action(action_id)(self._on_click(answer, decode))
        app.action(UNMUTE)(self._on_click(self.cards.unmute, decode_number))
        app.action(START)(self._on_click(self.cards.start, decode_start))
        app.action(MUTE, matchers=[asks_for_a_date])(self.on_mute_until)
        app.action(MUTE)(self.on_mute)
        app.action(CONSOLE)(self.on_link)
        app.view(CALLBACK)(self.on_end)

    def on_mute(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        ref, until = _chosen(action)
        self._answer(body, lambda request: self.cards.mute(request, ref, until))

    def on_mute_until(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        ref, _until = _chosen(action)
        url = body.get("response_url")
        self.answering.in_modal(body, note_view("…"), lambda request: self._form(request, ref, url))

    def on_end(self, ack: Ack, view: Json, body: Json) -> None:
        """What is wrong is said beside the input, at once; the rest is a matter of the database."""
        form, ends_at = mute_form(view), chosen_end(view)
        with speaking(form.language if form else None):
            problem = wrong_end() if form and not is_end(ends_at, self.clock()) else {}
        ack(**problem)
        if not problem:
            ref, whence = (form.ref, form.whence) if form else (None, Whence())
            at_card = {**body, "channel": {"id": whence.channel_id}, "response_url": whence.response_url}
            self._answer(at_card, lambda request: self.cards.mute_until(request, ref, ends_at))

    def on_link(self, ack: Ack) -> None:
        """The browser has opened it."""
        ack()

    def _on_click(
        self, answer: Callable[[Request, T | None], ClickAnswer], decoded: Callable[[str], T | None]
    ) -> Listener:
        def on_click(ack: Ack, body: Json, action: Json) -> None:
            ack()
            self._answer(body, lambda request: answer(request, decoded(str(action.get("value")))))

        return on_click

    def _answer(self, body: Json, answer: Callable[[Request], ClickAnswer]) -> None:
        def answered() -> None:
            with self.answering.asked_by(body) as request:
                self._tell(body, request, click_message(answer(request), self.answering.links()))

        self.answering.work.start(body, answered)

    def _tell(self, body: Json, request: Request, message: Message) -> None:
        """For the eyes of whoever clicked: in the place of the answer whose button it was, beside a card."""
        is_answer = bool((body.get("container") or {}).get("is_ephemeral"))
        self.answering.replies.back(request.user_id, body.get("response_url"), message, replace=is_answer)

    def _form(self, request: Request, ref: CardRef | None, response_url: str | None) -> View:
        offer = self.cards.offer_mute(request, ref)
        if not isinstance(offer, MuteOffer):
            return note_view(click_message(offer, self.answering.links()).text)
        form = MuteForm(offer.ref, Whence(request.channel_id, response_url), current_language())
        return mute_view(form, offer.proposed_end)


def _chosen(action: Json) -> tuple[CardRef | None, str]:
    """What a menu's choice names."""
    return decode_mute(chosen_value(action)) or (None, "")
