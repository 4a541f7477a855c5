"""The HTTP adapter: pooled connections whose answers obey one deadline and stop when the client is closed.

The time-outs of requests and urllib3 count from the last byte read, so an answer that drips a byte at a time would
outlive any of them. Owns the sockets' behaviour; knows nothing of what is asked.
"""

import io
import socket
import ssl
import time
from collections.abc import Mapping
from http.client import HTTPResponse
from pathlib import Path
from threading import Event
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from bot.errors import SettingsError

MAX_CONNECTIONS = 32
STOP_CHECK_EVERY = 0.25
"""Seconds until a closed client notices in the middle of an answer; a stop of the process has five."""


class DirectAdapter(HTTPAdapter):
    """The way to one origin, as requests finds it: proxies and certificates by the environment, and a pool.

    The pool is asked directly, without a session, which would follow redirects, whereas a signature is good for one
    URL only, keep cookies, and take most of the time of a request for what we do not need.
    """

    def __init__(self, origin: str, stopping: Event) -> None:
        self._pool_classes = _pool_classes(stopping)
        super().__init__(pool_maxsize=MAX_CONNECTIONS)
        environment = requests.Session().merge_environment_settings(origin, {}, True, None, None)
        verify = environment["verify"] or True  # a path where REQUESTS_CA_BUNDLE names one
        request = requests.PreparedRequest()
        request.url = f"{origin}/"
        self._pool: Any = self.get_connection_with_tls_context(request, verify, environment["proxies"])
        # a proxy that forwards is told the whole URL
        self._before_target = self.request_url(request, environment["proxies"]).removesuffix("/")

    def ask(self, method: str, target: str, headers: Mapping[str, str], timeout: Timeout) -> BaseHTTPResponse:
        """The answer up to its body. Raises what urllib3 raises."""
        answer: BaseHTTPResponse = self._pool.urlopen(
            method,
            self._before_target + target,
            headers=headers,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=timeout,
            preload_content=False,
            decode_content=False,
        )
        return answer

    def build_connection_pool_key_attributes(self, request: Any, verify: bool | str, cert: Any = None) -> Any:
        """With the certificates loaded once: urllib3 would load them for each connection, which takes 27 ms, and
        servers close what is idle between two polls."""
        host, pool = super().build_connection_pool_key_attributes(request, True, cert)
        return host, pool | ({"ssl_context": _trusting(verify)} if host["scheme"] == "https" else {})

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pool_classes

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pool_classes
        return manager


def _trusting(verify: bool | str) -> ssl.SSLContext:
    """The authorities of this file or folder, else those that requests comes with."""
    path = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    context = create_urllib3_context()
    is_folder = Path(path).is_dir()
    try:
        context.load_verify_locations(cafile=None if is_folder else path, capath=path if is_folder else None)
    except OSError as error:
        raise SettingsError(f"REQUESTS_CA_BUNDLE: no certificates can be read from {path}: {error}") from error
    return context


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
        self._wait = timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._stopping.is_set():
                raise ConnectionAbortedError("the client was closed")
            self._set_wait(self._next_wait())
            try:
                return self._socket.recv_into(buffer)
            except TimeoutError:
                continue

    def _set_wait(self, wait: float) -> None:
        """Only where it differs: to change it asks the kernel, and gives other threads a turn."""
        if wait != self._wait:
            self._socket.settimeout(wait)
            self._wait = wait

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
