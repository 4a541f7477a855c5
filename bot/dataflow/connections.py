"""Connections to the API, kept for the next request; their answers obey one deadline, and end with the client.

requests and urllib3 open them, by way of the proxy and with the certificates that the environment names. Their
time-outs count from the last byte read, so that an answer that drips a byte at a time would outlive any of them, and
their way from a URL to a response takes three times as long as the request itself: hence a socket, and no more.
"""

import io
import socket
from collections import deque
from contextlib import suppress
from functools import cached_property
from http.client import HTTPException
from threading import Event
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.util import wait_for_read

NETWORK_ERRORS = (OSError, HTTPError, HTTPException)
"""Whatever requests, urllib3 and http.client raise; a RequestException is an OSError."""
STOP_CHECK_EVERY = 0.25
"""Seconds until a closed client notices in the middle of an answer; a stop of the process has five."""
BUFFER_BYTES = 64 * 1024
"""A page of fifty executions is read at once."""


class NotConnectedError(OSError):
    """There was no connection, so that nothing can have been sent on it. The cause says why."""


class Connection:
    """One that stands, for one request at a time. `is_reusable` is for the reader of the answer to say."""

    def __init__(self, opened: HTTPConnection, stopping: Event) -> None:
        self._opened = opened
        self._incoming = _Incoming(opened.sock, stopping)
        self.stream: io.BufferedReader = _Stream(self._incoming, BUFFER_BYTES)
        self.is_reusable = False

    def send(self, request: bytes, deadline: float) -> None:
        """The answer is to be read until the deadline, which is by the monotonic clock."""
        self.is_reusable = False
        self._incoming.deadline = deadline
        self._opened.sock.sendall(request)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client wants of a socket."""
        return self.stream

    def is_quiet(self) -> bool:
        """Open, and without a byte that nobody asked for, which would pass for the next answer."""
        self._incoming.deadline = None
        return not self.stream.peek() and not wait_for_read(self._opened.sock, timeout=0.0)

    def close(self) -> None:
        self._opened.close()


class _Incoming(io.RawIOBase):
    """Reads from a socket until a deadline; without one, nothing."""

    def __init__(self, connected: socket.socket, stopping: Event) -> None:
        self._socket = connected
        self._stopping = stopping
        self._wait = STOP_CHECK_EVERY
        self._socket.settimeout(self._wait)
        self.deadline: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.deadline is None:
            return None
        while True:
            if self._stopping.is_set():
                raise ConnectionAbortedError("the client was closed")
            self._wait_until(self.deadline)
            with suppress(TimeoutError):
                return self._socket.recv_into(buffer)

    def _wait_until(self, deadline: float) -> None:
        """The time-out of the socket is changed, which asks the kernel, only when the deadline is near."""
        left = deadline - monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        if (wait := min(left, STOP_CHECK_EVERY)) != self._wait:
            self._wait = wait
            self._socket.settimeout(wait)


class _Stream(io.BufferedReader):
    def close(self) -> None:
        """Not with an answer that ends: the next one is read from here, too."""


class Connections:
    """To one origin. Safe to share between threads; as many as ask at the same time."""

    def __init__(self, origin: str, stopping: Event) -> None:
        self.way = Way(origin)
        self._stopping = stopping
        self._idle: deque[Connection] = deque()

    def take(self, connect_timeout: float) -> Connection:
        """The one that was used last, if it still stands, or a new one. Raises NotConnectedError."""
        with suppress(IndexError):
            while not (idle := self._idle.pop()).is_quiet():
                idle.close()
            return idle
        try:
            return Connection(self.way.connect(connect_timeout), self._stopping)
        except (*NETWORK_ERRORS, ValueError) as error:  # a ValueError: urllib3's own about a certificate
            raise NotConnectedError("no connection") from error

    def give_back(self, connection: Connection) -> None:
        if not connection.is_reusable:
            connection.close()
            return
        self._idle.append(connection)
        if self._stopping.is_set():  # asked afterwards, since whoever sets it closes what is here by then
            self.close()

    def close(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()


class Way(HTTPAdapter):
    """The way to an origin: what requests knows of the environment, and its pool, of which only the connecting is used.

    Both of the pool's methods are urllib3's for its subclasses; nothing public opens a connection through a proxy.
    """

    def __init__(self, origin: str) -> None:
        super().__init__()
        self._origin = origin

    @property
    def prefix(self) -> str:
        """Of the target in a request line: a proxy that forwards is told the whole URL."""
        return self._origin if self._is_forwarded else ""

    @property
    def headers(self) -> dict[str, str]:
        """The proxy's credentials, where it sees our headers."""
        return dict(self._pool.proxy_headers) if self._is_forwarded else {}

    def connect(self, timeout: float) -> HTTPConnection:
        opened: Any = self._pool._new_conn()
        opened.timeout = timeout
        try:
            if self._pool.proxy is None or self._is_forwarded:
                opened.connect()
            else:
                self._pool._prepare_proxy(opened)
        except BaseException:
            opened.close()
            raise
        return opened  # type: ignore[no-any-return]

    @cached_property
    def _is_forwarded(self) -> bool:
        return self._pool.proxy is not None and self._pool.scheme == "http"

    @cached_property
    def _pool(self) -> Any:
        settings = requests.Session().merge_environment_settings(self._origin, {}, True, None, None)
        verify = settings["verify"] or True  # a path where REQUESTS_CA_BUNDLE names one
        request = requests.PreparedRequest()
        request.url = self._origin
        pool: Any = self.get_connection_with_tls_context(request, verify, settings["proxies"])
        self.cert_verify(pool, self._origin, verify, None)  # type: ignore[no-untyped-call]
        return pool
