"""The Socket Mode connection: made in the background, kept, and closed in time. Bolt does the talking."""

import logging
import threading
from http.client import HTTPException
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient

from bot.clock import system_clock

log = logging.getLogger(__name__)

PING_EVERY = 2.0
"""Seconds. The client gives a silent link up after four of these: 12 s, measured; Bolt's default makes it a minute."""

LONGEST_WAIT = 60.0


class SocketLink:
    """Commands and events come in here, so what is lost while Slack is down is for Slack to repeat."""

    def __init__(self, app: App, app_token: str, *, ping_every: float = PING_EVERY) -> None:
        self._app = app
        self._app_token = app_token
        self._ping_every = ping_every
        self._handler: SocketModeHandler | None = None
        self._stopping = threading.Event()
        self._closing = threading.Lock()

    @property
    def is_connected(self) -> bool:
        return self._handler is not None and self._handler.client.is_connected()

    def start(self) -> None:
        """Returns at once. Until the first connection stands, it is tried again; from then on the client sees to it."""
        threading.Thread(target=self._connect, name="slack-socket", daemon=True).start()

    def stop(self, grace: float = 3.5) -> None:
        """Close, for at most `grace` seconds: the client may wait three for a read that nobody answers."""
        self._stopping.set()
        self._app.listener_runner.listener_executor.shutdown(wait=False, cancel_futures=True)
        closing = threading.Thread(target=self._close, name="slack-socket-close", daemon=True)
        closing.start()
        closing.join(grace)

    def _connect(self) -> None:
        self._handler = SocketModeHandler(self._app, self._app_token, ping_interval=self._ping_every)
        self._handler.client.message_listeners.append(_take_note)
        wait = 1.0
        while not self._stopping.is_set():
            try:
                self._handler.client.connect_to_new_endpoint(force=True)
                break
            except (SlackClientError, OSError, HTTPException, ValueError, AttributeError) as error:
                # AttributeError is what slack_sdk makes of an answer that is JSON but no object.
                log.warning("no Socket Mode connection yet: %s", error)
            self._stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)
        if self._stopping.is_set():
            self._close()

    def _close(self) -> None:
        """One at a time, for the client's sake. A connection that comes up meanwhile is closed by whoever made it."""
        with self._closing:
            if self._handler is not None:
                self._handler.client.close()


def _take_note(client: BaseSocketModeClient, _message: dict[str, Any], _raw: str | None = None) -> None:
    """The client counts the silence from the first pong on: a link that fell silent before would never be given up.
    Let it count from the greeting, with which every connection begins."""
    session = client.current_session if isinstance(client, SocketModeClient) else None
    if session is not None and session.last_ping_pong_time is None:
        session.last_ping_pong_time = system_clock().timestamp()
