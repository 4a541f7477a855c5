"""One request to Slack's Web API, with a total deadline, and exact knowledge of whether it may have been sent.

What posts the bot's own messages goes through here and not through slack_sdk's WebClient: its time-out counts each
read instead of the whole call, and its errors do not say whether the request had left. Nothing is tried again here.
"""

import base64
import http.client
import json
import math
import socket
import ssl
import struct
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

BODY_LIMIT = 10_000_000
LONGEST_RETRY_AFTER = 3600.0
"""Slack asks for seconds, rarely minutes; a proxy's nonsense must not silence a channel for good."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP. `body` is empty when it was not a JSON object; `retry_after` is in seconds."""

    status: int
    body: Mapping[str, Any]
    retry_after: float | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def is_ok(self) -> bool:
        return self.status == http.client.OK and self.body.get("ok") is True

    @property
    def error(self) -> str:
        """Slack's own word for what is wrong, else what kind of answer it was."""
        error = self.body.get("error")
        return error if isinstance(error, str) and error else f"HTTP {self.status} without a usable answer"


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer. `was_sent` is true when Slack may have got the request all the same."""

    was_sent: bool
    error: str


@dataclass(frozen=True, slots=True)
class Wire:
    """`api_url` ends in a slash; `timeout` is in seconds, for the whole call."""

    api_url: str
    token: str = field(repr=False)
    timeout: float = 10.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def call(self, method: str, arguments: Mapping[str, Any], *, as_json: bool = False) -> Reply | Lost:
        """POST once. Every method takes a form; those that write take JSON, too (Slack docs, "Web API")."""
        deadline = monotonic() + self.timeout
        connection = _connection(self.api_url, self.timeout, self.tls)
        try:
            connection.connect()
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            return Lost(False, _reason(error))
        try:
            if monotonic() >= deadline:
                return Lost(False, f"no connection within {self.timeout:g} s")
            with _cut_at(deadline, connection.sock):
                self._send(connection, method, arguments, as_json)
                reply = _receive(connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            _discard_unsent(connection.sock)
            late = monotonic() >= deadline
            return Lost(True, f"no answer within {self.timeout:g} s" if late else _reason(error))
        finally:
            connection.close()
        if not reply.body and monotonic() >= deadline:
            return Lost(True, f"no whole answer within {self.timeout:g} s")
        return reply

    def _send(
        self, connection: http.client.HTTPConnection, method: str, arguments: Mapping[str, Any], as_json: bool
    ) -> None:
        kind = "application/json; charset=utf-8" if as_json else "application/x-www-form-urlencoded"
        body = json.dumps(arguments) if as_json else urlencode(arguments)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, "Connection": "close"}
        connection.request("POST", urlsplit(self.api_url).path + method, body.encode(), headers)


def _connection(api_url: str, timeout: float, tls: ssl.SSLContext) -> http.client.HTTPConnection:
    """Directly, or through the proxy that HTTPS_PROXY names, as slack_sdk does. Not connected yet."""
    address = urlsplit(api_url)
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=timeout)
    proxy = urllib.request.getproxies().get("https")
    if not proxy or urllib.request.proxy_bypass(host):
        return http.client.HTTPSConnection(host, address.port, timeout=timeout, context=tls)
    via = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = http.client.HTTPSConnection(via.hostname or "", via.port, timeout=timeout, context=tls)
    credentials = base64.b64encode(unquote(f"{via.username}:{via.password or ''}").encode()).decode()
    headers = {"Proxy-Authorization": f"Basic {credentials}"} if via.username else {}
    connection.set_tunnel(host, address.port, headers)
    return connection


@contextmanager
def _cut_at(deadline: float, connected: socket.socket) -> Iterator[None]:
    """Shut the connection down at the deadline, whatever it is doing: an answer that drips never times out."""

    def cut() -> None:
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = Timer(deadline - monotonic(), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _receive(response: http.client.HTTPResponse) -> Reply:
    content = response.read(BODY_LIMIT)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    scopes = response.headers.get("x-oauth-scopes", "")
    return Reply(
        status=response.status,
        body=body if isinstance(body, dict) else {},
        retry_after=_retry_after(response.headers.get("Retry-After")),
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def _retry_after(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


def _discard_unsent(connected: socket.socket | None) -> None:
    """Reset instead of closing: the kernel would go on delivering what it still holds long after we gave up."""
    if connected is not None:
        with suppress(OSError):
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
