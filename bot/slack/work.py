"""What goes on after an ack, and what becomes of its errors.

Slack wants its ack within three seconds, whatever the answer takes. Bolt could run listeners in threads itself, but
forgets an ack when the listener fails right after it.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError

from bot.language import Locale, _, speaking
from bot.slack.blocks.elements import Message
from bot.slack.replies import Replies

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Work:
    """Runs tasks in threads of its own. When one fails, whoever asked for it is told, in the bot's own language:
    nothing is asked of Slack for that."""

    pool: Executor
    replies: Replies
    locale: Locale

    def start(self, body: Json, task: Callable[[], None]) -> None:
        """`body` is what Slack sent, to know whom to answer if the task fails."""
        self.pool.submit(task).add_done_callback(partial(self._finished, body))

    def on_error(self, error: Exception, request: BoltRequest, response: BoltResponse | None) -> None:
        """Bolt's error handler: acknowledge all the same, or Slack says that the bot is down.

        What nothing listens to (a button that is no more, the news of an edit) needs nothing else.
        """
        if response is not None:
            response.status, response.body = 200, ""
        if isinstance(error, BoltUnhandledRequestError):
            log.debug("nothing listens to this %s", request.body.get("type"))
        else:
            self._apologise(request.body, error)

    def _finished(self, body: Json, task: Future[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._apologise(body, error)

    def _apologise(self, body: Json, error: BaseException) -> None:
        """Everything that comes here is our mistake. The reference leads from the person to the log."""
        reference = secrets.token_hex(4)
        log.error("reference %s: a listener failed", reference, exc_info=error)
        with speaking(self.locale.language):
            apology = _(
                "Something went wrong on our side, not yours. Whoever runs this bot finds it in its log: {reference}"
            )
        text = apology.format(reference=reference)
        event = body.get("event") or {}
        if url := body.get("response_url"):
            self.replies.to_url(url, Message(text))
        elif event.get("type") in ("message", "app_mention"):
            self.replies.to_event(event, Message(text))
        elif user_id := (body.get("user") or {}).get("id"):  # in a modal or in App Home
            self.replies.to_event({"channel": user_id, "channel_type": "im"}, Message(text))
