"""The modal of settings: opened by a command or a button, previewed, saved, and what was saved undone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from bot.core.permissions import Action, ChannelKind
from bot.core.rule_editing import RuleEdit
from bot.services.authority import Permit, Refused
from bot.services.commands.line import read_line
from bot.services.commands.table import PHRASES
from bot.services.requests import Request
from bot.slack.blocks.actions import chosen_value, decode_number
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.elements import Message
from bot.slack.blocks.refused import refused_message
from bot.slack.blocks.settings import OPEN, UNDO, decode_undo, rules_message
from bot.slack.listeners.answering import Answering
from bot.slack.modals.settings import CALLBACK, CHOOSE, PREVIEW, note_view
from bot.slack.modals.settings_dialog import SettingsDialog, View, from_another_version
from bot.slack.modals.settings_entries import Entered
from bot.slack.modals.settings_metadata import Whence, decode
from bot.slack.text import typed
from bot.slack.work import Json

NAME = "settings"


def asks_for_settings(command: Json) -> bool:
    """The one command that is answered by a modal."""
    asked = read_line(_typed(command), PHRASES, "help").command
    return asked is not None and asked.name == NAME


@dataclass(frozen=True, slots=True)
class SettingsListeners:
    dialog: SettingsDialog
    answering: Answering

    def register(self, app: App) -> None:
        """Before whatever else listens to the command."""
        app.command(COMMAND, matchers=[asks_for_settings])(self.on_command)
        app.action(OPEN)(self.on_button)
        app.action(CHOOSE)(self.on_chosen)
        app.action(PREVIEW)(self.on_preview)
        app.action(UNDO)(self.on_undo)
        app.view(CALLBACK)(self.on_save)

    def on_command(self, ack: Ack, body: Json) -> None:
        ack()
        wanted = " ".join(read_line(_typed(body), PHRASES, "help").words)
        places = {body["user_id"]} if body["channel_id"].startswith("D") else {body["channel_id"], _name(body)}
        self._open(body, lambda: self.dialog.of_places(places, wanted, _whence(body)))

    def on_button(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self._open(body, lambda: self.dialog.of_subscription(decode_number(str(action.get("value"))), _whence(body)))

    def on_chosen(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        number, whence = decode_number(chosen_value(action)), _opened_at(body["view"])
        self._update(body, Action.SETTINGS, lambda: self.dialog.of_subscription(number, whence))

    def on_preview(self, ack: Ack, body: Json) -> None:
        ack()
        self._update(body, Action.SIMULATE, lambda: self.dialog.preview(body["view"]))

    def on_save(self, ack: Ack, body: Json, view: Json) -> None:
        submitted = self.dialog.submitted(view)
        if isinstance(submitted, Entered):
            ack()
            whence = submitted.opened.whence
            self._work({**body, "response_url": whence.response_url}, lambda: self._save(body, submitted.edit, whence))
        else:
            ack(**submitted)

    def on_undo(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        edit = decode_undo(str(action.get("value")))
        self._work(body, lambda: self._save(body, edit, _whence(body), replace_answer=True))

    def _open(self, body: Json, view: Callable[[], View]) -> None:
        permitted = partial(self._permitted, Action.SETTINGS, view)
        self.answering.in_modal(body, note_view("…"), permitted)

    def _update(self, body: Json, action: Action, view: Callable[[], View]) -> None:
        def updated() -> None:
            with self.answering.asked_by(body) as request:
                self.answering.screen.update(body["view"]["id"], self._permitted(action, view, request))

        self._work(body, updated)

    def _permitted(self, action: Action, view: Callable[[], View], request: Request) -> View:
        permit = self.dialog.rules.authority.check(request, action)
        return view() if isinstance(permit, Permit) else note_view(refused_message(permit).text)

    def _save(self, body: Json, edit: RuleEdit | None, whence: Whence, *, replace_answer: bool = False) -> None:
        """In the modal they are alone, wherever they opened it; the log has that place all the same."""
        with self.answering.asked_by(body) as asked:
            request = replace(asked, channel_kind=ChannelKind.DIRECT, channel_id=whence.channel_id)
            saved = self._saved(request, edit)
        self.answering.replies.back(request.user_id, whence.response_url, saved, replace=replace_answer)

    def _saved(self, request: Request, edit: RuleEdit | None) -> Message:
        if edit is None:
            return Message(from_another_version())
        answer = self.dialog.rules.save(request, edit)
        return refused_message(answer) if isinstance(answer, Refused) else rules_message(answer)

    def _work(self, body: Json, task: Callable[[], None]) -> None:
        self.answering.work.start(body, task)


def _typed(command: Json) -> str:
    return typed(command.get("text") or "")


def _whence(body: Json) -> Whence:
    """A command names its channel itself, a click in a message has it beside; App Home has none."""
    channel: Any = body.get("channel_id") or (body.get("channel") or {}).get("id")
    return Whence(channel, body.get("response_url"))


def _opened_at(view: Json) -> Whence:
    opened = decode(str(view.get("private_metadata")))
    return opened.whence if opened else Whence()


def _name(body: Json) -> str:
    return f"#{body.get('channel_name')}"
