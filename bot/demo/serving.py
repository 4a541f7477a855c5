"""Runs an aiohttp application on loopback in a thread of its own. Owns the port, the event loop and their ends.

Knows nothing of what is served, so that both stand-ins share it.
"""

import asyncio
import concurrent.futures
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

T = TypeVar("T")

LOOPBACK = "127.0.0.1"
SHUTDOWN_GRACE = 0.2  # seconds that requests under way get before they are cancelled
RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER on, zero seconds: closing sends RST instead of FIN


class Serving:
    """One server on one port. The application is made anew at each start, because aiohttp binds it to its loop."""

    def __init__(self, make_app: Callable[[], web.Application], *, port: int = 0) -> None:
        self._make_app = make_app
        self._port = port
        self._reserved: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._drop_connections = False

    @property
    def base_url(self) -> str:
        """The address, known from the first start on and the same after every restart."""
        if not self._port:
            raise RuntimeError("the server has not been started")
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def is_up(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """Listen; returns when connections are accepted. Also ends an outage begun by `go_down`."""
        if self.is_up:
            raise RuntimeError("the server is already running")
        listener = self._reserved or _bind(self._port)
        self._reserved = None
        self._port = listener.getsockname()[1]
        ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._drop_connections = False
        self._thread = threading.Thread(target=self._run, args=(listener, ready), name="serving", daemon=True)
        self._thread.start()
        with ExitStack() as undo:
            undo.callback(self.stop)
            ready.result()
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
        self._drop_connections = True
        self._end()
        self._reserved = _bind(self._port)

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the server's loop and wait for its result, from any other thread."""
        if self._loop is None:
            work.close()
            raise RuntimeError("the server is not running")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, listener: socket.socket, ready: concurrent.futures.Future[None]) -> None:
        try:
            asyncio.run(self._serve(listener, ready))
        except BaseException as error:
            if ready.done():
                raise
            ready.set_exception(error)  # raised by start(), in the thread that waits there
        finally:
            listener.close()

    async def _serve(self, listener: socket.socket, ready: concurrent.futures.Future[None]) -> None:
        runner = web.AppRunner(self._make_app(), access_log=None, shutdown_timeout=SHUTDOWN_GRACE)
        await runner.setup()
        try:
            await web.SockSite(runner, listener).start()
            self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
            ready.set_result(None)
            await self._stopping.wait()
            if self._drop_connections and runner.server is not None:
                for connection in runner.server.connections:
                    reset(connection.transport)
        finally:
            await runner.cleanup()

    def _end(self) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join()
        self._thread = self._loop = self._stopping = None


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
    except OSError:
        listener.close()
        raise
    return listener
