"""The App Home: published when somebody opens it."""

from dataclasses import dataclass

from slack_bolt import App

from bot.slack.home import home_view
from bot.slack.listeners.answering import Answering
from bot.slack.listeners.events import IsNew, is_home_tab
from bot.slack.listeners.services import Desk
from bot.slack.work import Json


@dataclass(frozen=True, slots=True)
class HomeListeners:
    desk: Desk
    answering: Answering

    def register(self, app: App, is_new: IsNew) -> None:
        app.event("app_home_opened", matchers=[is_home_tab, is_new])(self.on_opened)

    def on_opened(self, body: Json, event: Json) -> None:
        self.answering.work.start(body, lambda: self.answering.replies.to_home(event["user"], self._view(body)))

    def _view(self, body: Json) -> Json:
        request = self.answering.asking.request(body)
        return home_view(self.desk.answer("status", request), self.desk.answer("help", request))
