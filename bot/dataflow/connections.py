"""The HTTP adapter: pooled connections whose answers obey one deadline and stop when the client is closed.

The time-outs of requests and urllib3 count from the last byte read, so an answer that drips a byte at a time would
outlive any of them. Owns the sockets' behaviour; knows nothing of what is asked.
"""

import io
import socket
import time
from http.client import HTTPResponse
from threading import Event
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MAX_CONNECTIONS = 32
STOP_CHECK_EVERY = 0.25
"""Seconds until a closed client notices in the middle of an answer; a stop of the process has five."""


class DirectAdapter(HTTPAdapter):
    """What requests sends with. Used without a session, which would follow redirects, whereas a signature is good for
    one URL only, keep cookies, and take half the time of a request for what we do not need."""

    def __init__(self, stopping: Event) -> None:
        self._pool_classes = _pool_classes(stopping)
        self._pool: Any = None
        super().__init__(pool_maxsize=MAX_CONNECTIONS)

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """Always to the same origin, so it is worked out once: it takes longer than the request itself."""
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **kwargs)
        return self._pool

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def _pool_classes(stopping: Event) -> dict[str, type[HTTPConnectionPool]]:
    """urllib3 takes classes, not factories, hence classes made around the event."""

    class Response(HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(_DeadlineReader(sock, self.fp, stopping))

    class PlainConnection(HTTPConnection):
        response_class = Response

    class TlsConnection(HTTPSConnection):
        response_class = Response

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}


class _DeadlineReader(io.RawIOBase):
    """Reads one answer from a socket, and makes the time-out that the socket had at its start the limit for all of it.

    `keeper` is http.client's own file on the socket: while it is open, the socket outlives its connection.
    """

    def __init__(self, sock: socket.socket, keeper: io.BufferedReader, stopping: Event) -> None:
        self._socket = sock
        self._keeper = keeper
        self._stopping = stopping
        timeout = sock.gettimeout()
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._stopping.is_set():
                raise ConnectionAbortedError("the client was closed")
            self._socket.settimeout(self._next_wait())
            try:
                return self._socket.recv_into(buffer)
            except TimeoutError:
                continue

    def _next_wait(self) -> float:
        if self._deadline is None:
            return STOP_CHECK_EVERY
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        return min(left, STOP_CHECK_EVERY)

    def close(self) -> None:
        self._keeper.close()
        super().close()
