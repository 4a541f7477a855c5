"""Runs an aiohttp application on loopback in a thread of its own. Owns the port, the event loop and their ends.

Knows nothing of what is served: both stand-ins are such servers, and the demo's page has one.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
SHUTDOWN_GRACE = 0.2  # seconds that requests under way get before they are cancelled
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST instead of FIN


class NotServing(Exception):
    """The server is not up, or has gone down meanwhile."""


class PortTaken(OSError):
    """Somebody else listens there, or nobody may."""


class Serving:
    """One server on one port. The application is made anew at each start, because aiohttp binds it to its loop."""

    def __init__(self, make_app: Callable[[], web.Application], *, port: int = 0) -> None:
        self._new_app = make_app
        self._port = port
        self._reserved: socket.socket | None = None
        self._running: _Running | None = None

    @property
    def base_url(self) -> str:
        """The address, known from the first start on and the same after every restart."""
        if not self._port:
            raise RuntimeError("the server has not been started")
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def is_up(self) -> bool:
        return self._running is not None

    def start(self) -> None:
        """Listen; returns when connections are accepted. Also ends an outage begun by `go_down`."""
        if self.is_up:
            raise RuntimeError("the server is already running")
        listener = self._reserved or _bind(self._port)
        self._reserved = None
        self._port = listener.getsockname()[1]
        with ExitStack() as undo:
            undo.callback(listener.close)
            running = _Running()
            undo.callback(running.end)
            running.run(running.serve(self._new_app, listener))
            self._running = running
            undo.pop_all()

    def stop(self) -> None:
        """Let requests under way finish for a moment, then close everything. Harmless when not running."""
        self._end()
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def go_down(self) -> None:
        """An outage: reset every connection and refuse new ones until `start`.

        The port stays bound without listening; a free port could be taken by another process meanwhile, or by a
        client that picks it as its own source port and so talks to itself.
        """
        self._end(reset_connections=True)
        self._reserved = _bind(self._port)

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the server's loop and wait for its result, from any other thread.

        Raises NotServing when the server is not up, or goes down meanwhile.
        """
        running = self._running
        if running is None:
            work.close()
            raise NotServing
        try:
            return running.run(work, timeout)
        except CancelledError:
            raise NotServing from None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, *, reset_connections: bool = False) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end(reset_connections=reset_connections)


class _Running:
    """A loop in a thread of its own, from a start to the next stop, and what is served in it."""

    def __init__(self) -> None:
        self._runner: web.AppRunner | None = None
        self._end = asyncio.Event()
        born: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=asyncio.run, args=(self._live(born),), name="serving", daemon=True)
        self._thread.start()
        self._loop = born.result()

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    async def serve(self, make_app: Callable[[], web.Application], listener: socket.socket) -> None:
        self._runner = web.AppRunner(make_app(), access_log=None, shutdown_timeout=SHUTDOWN_GRACE)
        await self._runner.setup()
        await web.SockSite(self._runner, listener).start()

    def end(self, *, reset_connections: bool = False) -> None:
        try:
            self.run(self._close(reset_connections))
        finally:
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()

    async def _live(self, born: Future[asyncio.AbstractEventLoop]) -> None:
        born.set_result(asyncio.get_running_loop())
        await self._end.wait()

    async def _close(self, reset_connections: bool) -> None:
        if self._runner is None:
            return
        if reset_connections and self._runner.server is not None:
            for connection in self._runner.server.connections:
                reset(connection.transport)
        await self._runner.cleanup()


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Drop a connection the way a crashed peer does: what is unsent is lost, and the client sees a reset."""
    if not isinstance(transport, asyncio.Transport):
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    transport.abort()


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"port {port} cannot be had: {error.strerror}; choose another one, or leave it out") from error
    return listener
