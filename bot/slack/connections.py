"""Connections to Slack's Web API, kept for the next request for as long as they are sure to be open.

Owns the sockets, the deadline of each request, and whether any of it has left. Sends nothing twice, and knows nothing
of what is asked.
"""

import base64
import http.client
import io
import os
import re
import socket
import ssl
import struct
import urllib.request
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.clock import Clock, system_clock
from bot.slack.answers import Answer, read_answer

KEEP_FOR = 4.0
"""Seconds without a request. Who hangs up just as a request arrives leaves nobody sure of its fate, so we are to be the
first: Apache's KeepAliveTimeout and Node's keepAliveTimeout are 5 s by default, those of other servers and of load
balancers longer. Little is lost: alerts come in bursts, and one that comes alone has the time for a handshake."""

TLS_RECORD = 16_384
"""Bytes at the most (RFC 8446, 5.1). A part of a record cannot be read, so this much leaves whole or not at all."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_ANNOUNCED_LIMIT = re.compile(r"timeout=(\d{1,9})", re.ASCII)


class Connection:
    """A connection that stands, for one request at a time. `has_sent` is true once some of a request has left."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._incoming = _Incoming(connected)
        self._answers = _Answers(self._incoming)
        self.has_sent = False

    def exchange(self, request: bytes, deadline: float) -> Answer:
        """Send, and read the answer, until the deadline, by the monotonic clock. Raises OSError, TimeoutError among
        them, and HTTPException."""
        self.has_sent = False
        self._incoming.deadline = deadline
        waiting = memoryview(request)
        while waiting:
            self._socket.settimeout(_left_until(deadline))
            waiting = waiting[self._socket.send(waiting[:TLS_RECORD]) :]
            self.has_sent = True
        return read_answer(self._answers)

    def is_quiet(self) -> bool:
        """Open, with nothing to read: not in the buffer, nor in TLS, nor in the kernel. Does not wait."""
        self._incoming.deadline = None
        try:
            return not self._answers.peek() and not self._incoming.has_ended
        except OSError:
            return False

    def close(self) -> None:
        self._socket.close()

    def abort(self) -> None:
        """Reset instead of closing: the kernel would go on delivering what it still holds long after we gave up."""
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._socket.close()


class _Incoming(io.RawIOBase):
    """Reads from a socket until a deadline; without one, only what is there already. A socket's own time-out counts
    from the last byte, so that an answer that drips would outlive it."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self.deadline: float | None = None
        self.has_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(0.0 if self.deadline is None else _left_until(self.deadline))
        try:
            count = self._socket.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        self.has_ended = count == 0
        return count


class _Answers(io.BufferedReader):
    def close(self) -> None:
        """Not with an answer that ends: the next one is read from here, too."""


def _left_until(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


@dataclass(frozen=True, slots=True)
class _Kept:
    connection: Connection
    process: int
    limit: float
    since: float
    since_by_wall_clock: datetime


class Connections:
    """Those that wait for a next request. Any thread may take one and give it back, whoever made it.

    They are closed with the last reference to this object, and when the process ends.
    """

    def __init__(self, clock: Clock = system_clock, stopwatch: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._stopwatch = stopwatch
        self._kept: deque[_Kept] = deque()
        weakref.finalize(self, _close_all, self._kept)

    def take(self) -> Connection | None:
        """The one that was used last, if any can still be trusted; those that cannot are closed."""
        with suppress(IndexError):
            while True:
                kept = self._kept.pop()
                if self._is_fresh(kept) and kept.connection.is_quiet():
                    return kept.connection
                kept.connection.close()
        return None

    def give(self, connection: Connection, answer: Answer) -> None:
        """After an answer: keep the connection for the next request, or close it."""
        limit = _limit_after(answer)
        if limit > 0:
            self._kept.append(_Kept(connection, os.getpid(), limit, self._stopwatch(), self._clock()))
        else:
            connection.close()

    def _is_fresh(self, kept: _Kept) -> bool:
        """A suspended machine may stop either clock, so both are asked. Of a forked process, the parent's are not
        ours."""
        by_stopwatch = self._stopwatch() - kept.since
        by_wall_clock = (self._clock() - kept.since_by_wall_clock).total_seconds()
        return kept.process == os.getpid() and max(by_stopwatch, by_wall_clock) < kept.limit


def _limit_after(answer: Answer) -> float:
    """Seconds; 0 when something is left of the answer, the server will hang up, or is in trouble."""
    if answer.status != http.client.OK or answer.is_last:
        return 0.0
    announced = _ANNOUNCED_LIMIT.search(answer.headers.get("keep-alive", ""))
    return min(KEEP_FOR, float(announced[1]) - 1) if announced else KEEP_FOR


def _close_all(kept: deque[_Kept]) -> None:
    while kept:
        kept.pop().connection.close()


def connect(api_url: str, timeout: float, tls: ssl.SSLContext) -> Connection:
    """Directly, or through the proxy that HTTPS_PROXY names, as slack_sdk does. Raises OSError and HTTPException, and
    UnicodeError for a host that cannot be one."""
    client = _client(api_url, timeout, tls)
    client.connect()
    return Connection(client.sock)


def _client(api_url: str, timeout: float, tls: ssl.SSLContext) -> http.client.HTTPConnection:
    address = urlsplit(api_url)
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=timeout)
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(host):
        return http.client.HTTPSConnection(host, address.port, timeout=timeout, context=tls)
    via = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    client = http.client.HTTPSConnection(via.hostname or "", via.port, timeout=timeout, context=tls)
    credentials = base64.b64encode(unquote(f"{via.username}:{via.password or ''}").encode()).decode()
    headers = {"Proxy-Authorization": f"Basic {credentials}"} if via.username else {}
    client.set_tunnel(host, address.port, headers)
    return client
