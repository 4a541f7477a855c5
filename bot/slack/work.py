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

from bot.language import N_, Locale, _, speaking
from bot.slack.blocks.elements import Message
from bot.slack.replies import Replies

log = logging.getLogger(__name__)

Json = Mapping[str, Any]

APOLOGY = N_("Something went wrong on our side, not yours. Whoever runs this bot finds it in its log: {reference}")
OLD_BUTTON = N_("This button is from an earlier version of the bot. Ask again, and use the new one.")
CLICKS = ("block_actions", "view_submission")


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

        What nothing listens to, such as the news of an edit, needs nothing else, unless somebody clicked it.
        """
        if response is not None:
            response.status, response.body = 200, ""
        if isinstance(error, BoltUnhandledRequestError):
            log.debug("nothing listens to this %s", request.body.get("type"))
            if request.body.get("type") in CLICKS:
                self.start(request.body, partial(self._tell, request.body, OLD_BUTTON))
        else:
            self._apologise(request.body, error)

    def _finished(self, body: Json, task: Future[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            self._apologise(body, error)

    def _apologise(self, body: Json, error: BaseException) -> None:
        """Everything that comes here is our mistake. The reference leads from the person to the log."""
        reference = secrets.token_hex(4)
        log.error("reference %s: a listener failed", reference, exc_info=error)
        self._tell(body, APOLOGY, reference)

    def _tell(self, body: Json, sentence: str, reference: str = "") -> None:
        with speaking(self.locale.language):
            message = Message(_(sentence).format(reference=reference))
        event, user = body.get("event") or {}, body.get("user") or {}
        if event.get("type") in ("message", "app_mention"):
            self.replies.to_event(event, message)
        elif user_id := body.get("user_id") or user.get("id"):
            self.replies.back(user_id, body.get("response_url"), message)
