"""What people do to the bot in Slack, each turned into a question to the desk and its answer into a message."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from slack_bolt import Ack, App

from bot.services.answers import Answer, Help, RunsQuery
from bot.slack.blocks.answer import COMMAND, answer_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.blocks.paging import NEWER, OLDER, decode
from bot.slack.home import home_view
from bot.slack.replies import Replies
from bot.slack.text import typed
from bot.slack.work import Json, Work

OLD_BUTTON = Help((), "This button is from an earlier version of the bot. Ask again, and use the new one.")


class Desk(Protocol):
    """Answers questions from the database, quickly enough for a person who waits."""

    def answer(self, text: str) -> Answer: ...
    def runs(self, query: RunsQuery) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Listeners:
    """`links` is asked each time: the workspace's address is known only once Slack has told it."""

    desk: Desk
    replies: Replies
    links: Callable[[], Links]
    work: Work

    def on_command(self, ack: Ack, body: Json) -> None:
        ack()
        self.work.start(body, lambda: self.replies.to_url(body["response_url"], self._answer(body)))

    def on_page(self, ack: Ack, body: Json, action: Json) -> None:
        ack()
        self.work.start(body, lambda: self.replies.to_url(body["response_url"], self._page(action), replace=True))

    def on_message(self, body: Json, event: Json) -> None:
        self.work.start(body, lambda: self.replies.to_event(event, self._answer(event)))

    def on_home(self, body: Json, event: Json) -> None:
        self.work.start(body, lambda: self.replies.to_home(event["user"], self._home()))

    def _answer(self, typed_in: Json) -> Message:
        return answer_message(self.desk.answer(typed(typed_in.get("text") or "")), self.links())

    def _page(self, action: Json) -> Message:
        query = decode(str(action.get("value")))
        return answer_message(self.desk.runs(query) if query else OLD_BUTTON, self.links())

    def _home(self) -> Json:
        return home_view(self.desk.answer("status"), self.desk.answer("help"))


@dataclass(slots=True)
class SeenEvents:
    """Remembers events by id: Slack sends one again, at once, after one minute and after five, when an ack got lost
    (Slack docs, "Events API", retries)."""

    keep_for: float = 15 * 60.0
    now: Callable[[], float] = monotonic
    _seen: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_new(self, body: Json) -> bool:
        """True the first time; as a Bolt matcher: the second time the event matches nothing."""
        event_id, now = str(body.get("event_id")), self.now()
        with self._lock:
            while self._seen and next(iter(self._seen.values())) < now - self.keep_for:
                del self._seen[next(iter(self._seen))]
            is_new = event_id not in self._seen
            self._seen.setdefault(event_id, now)
        return is_new


def is_direct(event: Json) -> bool:
    return event.get("channel_type") == "im"


def is_from_a_person(event: Json) -> bool:
    """Neither written by a bot, ourselves included, nor the news of an edit, a deletion or the like."""
    return not event.get("bot_id") and not event.get("subtype") and bool(event.get("user"))


def is_home_tab(event: Json) -> bool:
    return event.get("tab") == "home"


def register(app: App, listeners: Listeners) -> None:
    """Wire everything up. `is_new` comes last: it takes note of what it is asked about."""
    is_new = SeenEvents().is_new
    app.command(COMMAND)(listeners.on_command)
    app.action(NEWER)(listeners.on_page)
    app.action(OLDER)(listeners.on_page)
    app.event("app_mention", matchers=[is_from_a_person, is_new])(listeners.on_message)
    app.event("message", matchers=[is_direct, is_from_a_person, is_new])(listeners.on_message)
    app.event("app_home_opened", matchers=[is_home_tab, is_new])(listeners.on_home)
