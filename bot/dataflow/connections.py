"""Connections to the API, kept for the next request; their answers obey one deadline, and end with the client.

The time-outs of requests and urllib3 count from the last byte read, so that an answer that drips a byte at a time would
outlive any of them, and their way from a URL to a response takes three times as long as the request itself. So of what
they open this uses the socket only.
"""

import io
import socket
from collections import deque
from contextlib import suppress
from http.client import HTTPException
from threading import Event
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.util import wait_for_read

from bot.dataflow.way import Way

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
