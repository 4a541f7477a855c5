"""What people do to the bot in Slack, each turned into a question to the desk and its answer into a message."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol

from slack_bolt import Ack, App

from bot.services.answers import Answer, Help, RunsQuery
from bot.slack.blocks.answer import COMMAND, answer_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.blocks.paging import NEWER, OLDER, decode
from bot.slack.home import home_view
from bot.slack.replies import Replies
from bot.slack.text import typed

OLD_BUTTON = Help((), "This button is from an earlier version of the bot. Ask again, and use the new one.")

Json = Mapping[str, Any]


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

    def on_command(self, ack: Ack, command: Json) -> None:
        ack()
        self.replies.to_url(command["response_url"], self._answer(command.get("text") or ""))

    def on_page(self, ack: Ack, action: Json, body: Json) -> None:
        ack()
        query = decode(str(action.get("value")))
        answer = self.desk.runs(query) if query else OLD_BUTTON
        self.replies.to_url(body["response_url"], answer_message(answer, self.links()), replace=True)

    def on_message(self, event: Json) -> None:
        self.replies.to_event(event, self._answer(event.get("text") or ""))

    def on_home(self, event: Json) -> None:
        view = home_view(self.desk.answer("status"), self.desk.answer("help"))
        self.replies.to_home(event["user"], view)

    def _answer(self, text: str) -> Message:
        return answer_message(self.desk.answer(typed(text)), self.links())


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


def is_direct(event: Json) -> bool:
    return event.get("channel_type") == "im"
