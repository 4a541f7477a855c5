"""The stand-in as one object: the workspace, its HTTP and WebSocket server, its faults, and the people in it."""

import time
from collections.abc import Callable

from aiohttp import web

from bot.demo.faults import Fault, FaultKind, FaultPlan
from bot.demo.serving import NotServing, Serving
from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.journal import Journal
from bot.demo.slack_server.limits import Limits
from bot.demo.slack_server.responses import Responses
from bot.demo.slack_server.socket_mode import Delivery, Envelope, SocketHub
from bot.demo.slack_server.web_api import WebApi
from bot.demo.slack_server.workspace import PATIENCE, Workspace

LARGEST_BODY = 20 * 1024 * 1024  # bytes; a whole file may come to the upload URL


class SlackServer(Serving):
    """Start it, point SLACK_API_URL at `api_url`, and look into `workspace` and `log`. Safe to use from any thread.

    The workspace outlives an outage."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        clock: Callable[[], float] = time.time,
        port: int = 0,
        seed: int = 0,
    ) -> None:
        self.faults = FaultPlan(seed)
        self.workspace = Workspace(limits or Limits(), clock, seed)
        self.sockets = SocketHub(self.workspace)
        super().__init__(self._make_app, port=port)

    @property
    def api_url(self) -> str:
        return f"{self.base_url}/api/"

    @property
    def log(self) -> Journal:
        """Everything that happened, in order: what a checker reads."""
        return self.workspace.journal

    def user(self, name: str) -> Actor:
        """The person with this name, ready to act. Raises NotServing while Slack is away: then nobody can."""
        if not self.is_up:
            raise NotServing
        return Actor(self.workspace, self.workspace.person(name), self)

    def refuse(self, method: str, error: str, times: int | None = None) -> None:
        """Let a method fail with one of Slack's errors, without doing its work, until the faults are cleared."""
        self.faults.add(Fault(kind=FaultKind.STATUS, operation=method, status=200, error=error, times=times))

    # Sockets

    def wait_for_socket(self, timeout: float = PATIENCE) -> None:
        """Wait until the app has connected. Raises TimeoutError."""
        self.workspace.wait_for(lambda: self.sockets.connections, timeout)

    def disconnect(self, reason: str = "refresh_requested") -> None:
        self.run(self.sockets.disconnect(reason))

    def drop_sockets(self) -> None:
        self.run(self.sockets.drop())

    def go_half_open(self) -> None:
        self.run(self.sockets.go_half_open())

    def deliver(self, envelope: Envelope) -> Delivery:
        """Send an envelope to the app and wait for its ack, as long as Slack waits. Raises NotServing when Slack goes
        away meanwhile."""
        return self.run(self.sockets.deliver(envelope))

    def announce(self, event: Json) -> None:
        """Send an event to the app in the background, with Slack's retries."""
        self.run(self.sockets.deliver_event(event))

    def _make_app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        WebApi(self.workspace, self.faults).add_routes(app)
        Responses(self.workspace, self.faults).add_routes(app)
        app.router.add_get("/link/", self.sockets.accept)
        app.on_shutdown.append(self._end_sockets)
        return app

    async def _end_sockets(self, _app: web.Application) -> None:
        await self.sockets.end()
