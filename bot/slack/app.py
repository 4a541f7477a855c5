"""The Bolt application: what is acknowledged, what becomes of errors. The listeners themselves are beside."""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk import WebClient

from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.listeners import Desk, Listeners, register
from bot.slack.replies import Replies
from bot.slack.wire import Wire

log = logging.getLogger(__name__)

THREADS = 10
"""As many as the Socket Mode client has. Bolt's own default of five could leave a command without its ack.

A listener acknowledges first and then works, in these threads; Bolt looks every 10 ms whether it has acknowledged.
`process_before_response` would save those and delay every ack by the whole answer instead.
"""


def build_app(wire: Wire, desk: Desk, links: Callable[[], Links]) -> App:
    """Needs no network: Bolt learns who it is with the first thing that happens."""
    client = WebClient(
        token=wire.token, base_url=wire.api_url, timeout=round(wire.timeout) or 1, ssl=wire.tls, retry_handlers=[]
    )
    app = App(
        client=client,
        logger=logging.getLogger("bot.slack.bolt"),
        token_verification_enabled=False,
        raise_error_for_unhandled_request=True,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="slack"),
    )
    replies = Replies(wire)
    app.error(ErrorHandler(replies).handle)
    register(app, Listeners(desk, replies, links))
    return app


class ErrorHandler:
    """The last resort of every listener."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def handle(self, error: Exception, request: BoltRequest, response: BoltResponse | None) -> None:
        """Acknowledge in any case, since Slack tells people of a missing ack as if the bot were down.

        What nothing listens to (an old button, the news of an edit) only needs that. Everything else is our mistake:
        whoever asked is told, with a reference to find it by in the log. `response` is None after an ack.
        """
        if response is not None:
            response.status, response.body = 200, ""
        if isinstance(error, BoltUnhandledRequestError):
            log.debug("nothing listens to this: %s", request.body.get("type"))
            return
        reference = secrets.token_hex(4)
        log.error("reference %s: a listener failed", reference, exc_info=error)
        self._apologise(request, reference)

    def _apologise(self, request: BoltRequest, reference: str) -> None:
        text = f"Something went wrong on our side, not yours. Whoever runs this bot finds it in its log: {reference}."
        event = request.body.get("event") or {}
        if url := request.body.get("response_url"):
            self._replies.to_url(url, Message(text))
        elif event.get("type") in ("message", "app_mention"):
            self._replies.to_event(event, Message(text))
