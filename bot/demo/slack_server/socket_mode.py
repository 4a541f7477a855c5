"""Socket Mode: the open WebSockets of the app, envelopes to one of them, and the wait for each ack.

What the envelopes hold is made in payloads.py.
"""

import asyncio
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import WSMessage, WSMsgType, web

from bot.demo.serving import reset
from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.workspace import Workspace

CLOSES_AFTER = 0.2  # seconds from a disconnect message until Slack closes the socket itself
CLOSING_TAKES_AT_MOST = 1.0  # seconds until a peer that does not answer the close is given up
CONNECTION_TIME = 18060  # seconds, as Slack announces it in hello


class Verdict(Enum):
    ACKED = "acked"
    LATE = "operation_timeout"
    NO_SOCKET = "dispatch_failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    verdict: Verdict
    seconds: float | None = None  # until the ack; None: there was none in time
    payload: Json = field(default_factory=dict)  # what came with the ack

    @property
    def error(self) -> str | None:
        """What Slack tells the person about it: nothing when it was acked."""
        return None if self.verdict is Verdict.ACKED else self.verdict.value


@dataclass(slots=True)
class Envelope:
    kind: str
    payload: Json
    is_retry_of: int = 0  # how many attempts there were before
    accepts_response: bool = True

    def render(self, envelope_id: str) -> Json:
        rendered = {
            "envelope_id": envelope_id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response,
        }
        if self.kind == "events_api":
            reason = "timeout" if self.is_retry_of else ""
            rendered |= {"retry_attempt": self.is_retry_of, "retry_reason": reason}
        return rendered


class SocketHub:
    """All open sockets. Its coroutines run in the server's event loop; `disconnect`, `drop`, … act on each."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._sockets: list[web.WebSocketResponse] = []
        self._transports: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._silent: set[web.WebSocketResponse] = set()
        self._acks: dict[str, asyncio.Future[Json]] = {}
        self._overdue: dict[str, str] = {}  # envelope id: kind
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """One socket from its handshake to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._workspace.tickets:
            return web.Response(status=403)
        self._workspace.tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False, timeout=CLOSING_TAKES_AT_MOST)
        await socket.prepare(request)
        if len(self._sockets) >= self._workspace.limits.sockets:
            await socket.send_json(_disconnect("too_many_websockets"))
            await socket.close()
            return socket
        self._transports[socket] = request.transport
        await self._greet(socket)
        try:
            async for message in socket:
                await self._receive(socket, message)
        finally:
            self._forget(socket)
        return socket

    async def deliver(self, envelope: Envelope) -> Delivery:
        """Send to one socket, the least recently used, and wait for the ack as long as Slack does."""
        envelope_id = f"{self._workspace.dice.getrandbits(128):032x}"
        acked: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = acked
        if not await self._send(envelope.render(envelope_id)):
            del self._acks[envelope_id]
            return Delivery(Verdict.NO_SOCKET)
        started = asyncio.get_running_loop().time()
        try:
            payload = await asyncio.wait_for(acked, self._workspace.limits.ack_within)
        except TimeoutError:
            self._overdue[envelope_id] = envelope.kind
            self._workspace.record(Happening.UNACKED, method=envelope.kind, outcome=envelope_id)
            return Delivery(Verdict.LATE)
        finally:
            del self._acks[envelope_id]
        self._workspace.record(Happening.ACKED, method=envelope.kind, outcome=envelope_id)
        return Delivery(Verdict.ACKED, asyncio.get_running_loop().time() - started, payload)

    async def deliver_event(self, event: Json) -> None:
        """Send an event in the background, again and again until it is acked or the retries are used up."""
        task = asyncio.get_running_loop().create_task(self._insist(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours, and close the old sockets a little later."""
        for socket in list(self._sockets):
            self._sockets.remove(socket)
            await socket.send_json(_disconnect(reason))
            asyncio.get_running_loop().call_later(CLOSES_AFTER, self._close, socket)

    async def drop(self) -> None:
        """Reset every connection."""
        for socket in list(self._transports):
            reset(self._transports[socket])

    async def go_half_open(self) -> None:
        """Let the open sockets look alive, but swallow what goes over them both ways. New ones are sound."""
        self._silent.update(self._transports)

    async def end(self) -> None:
        """Stop the deliveries under way and close the sockets: the server is stopping."""
        for task in list(self._tasks):
            task.cancel()
        for socket in list(self._transports):
            await socket.close(drain=False)

    async def _insist(self, event: Json) -> None:
        for attempt, delay in enumerate((None, *self._workspace.limits.event_retries)):
            if delay is not None:
                await asyncio.sleep(delay)
            envelope = Envelope("events_api", event, is_retry_of=attempt, accepts_response=False)
            if (await self.deliver(envelope)).verdict is Verdict.ACKED:
                return

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        self._sockets.append(socket)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self._sockets),
                "debug_info": {"host": "applink-demo", "approximate_connection_time": CONNECTION_TIME},
                "connection_info": {"app_id": self._workspace.app_id},
            }
        )
        self._workspace.record(Happening.CONNECTED, outcome=str(len(self._sockets)))

    async def _receive(self, socket: web.WebSocketResponse, message: WSMessage) -> None:
        if socket in self._silent:
            return
        if message.type is WSMsgType.PING:
            await socket.pong(message.data)
        elif message.type is WSMsgType.TEXT:
            self._take_ack(message.data)

    def _take_ack(self, text: str) -> None:
        try:
            ack: Any = json.loads(text)
        except ValueError:
            return
        if not isinstance(ack, dict):
            return
        envelope_id = str(ack.get("envelope_id"))
        if envelope_id in self._overdue:
            late = self._overdue.pop(envelope_id)
            self._workspace.record(Happening.ACKED_LATE, method=late, outcome=envelope_id)
        acked = self._acks.get(envelope_id)
        if acked is None or acked.done():
            return
        payload = ack.get("payload")
        acked.set_result(payload if isinstance(payload, dict) else {})

    async def _send(self, body: Json) -> bool:
        for socket in list(self._sockets):
            self._sockets.remove(socket)
            try:
                if socket not in self._silent:
                    await socket.send_json(body)
            except ConnectionError:
                continue
            self._sockets.append(socket)
            self._workspace.record(Happening.SENT, method=body["type"], outcome=body["envelope_id"])
            return True
        return False

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._transports.pop(socket, None)
        self._silent.discard(socket)
        if socket in self._sockets:
            self._sockets.remove(socket)
        self._workspace.record(Happening.DISCONNECTED, outcome=str(len(self._sockets)))

    def _close(self, socket: web.WebSocketResponse) -> None:
        task = asyncio.get_running_loop().create_task(_close_quietly(socket))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _close_quietly(socket: web.WebSocketResponse) -> None:
    if not socket.closed:
        await socket.close()


def _disconnect(reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-demo"}}
