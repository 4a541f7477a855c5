"""One request to Slack's Web API, with a total deadline, and exact knowledge of whether it may have been sent.

What posts the bot's own messages goes through here and not through slack_sdk's WebClient: its time-out counts each
read instead of the whole call, its errors do not say whether the request had left, and it connects anew each time.
Nothing is tried again here.
"""

import http.client
import json
import math
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from urllib.parse import urlencode, urlsplit

from bot.slack.answers import Answer
from bot.slack.connections import Connections, connect

LONGEST_RETRY_AFTER = 3600.0
"""Slack asks for seconds, rarely minutes; a proxy's nonsense must not silence a channel for good."""


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
    """`api_url` ends in a slash; `timeout` is in seconds, for the whole call. A copy shares the connections."""

    api_url: str
    token: str = field(repr=False)
    timeout: float = 10.0
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)
    connections: Connections = field(default_factory=Connections, repr=False)

    def call(self, method: str, arguments: Mapping[str, Any], *, as_json: bool = False) -> Reply | Lost:
        """POST once. Every method takes a form; those that write take JSON, too (Slack docs, "Web API").

        A connection that breaks takes the answer to "was it sent?" with it, so it is never replaced half-way.
        """
        deadline = monotonic() + self.timeout
        try:
            request = self._request(method, arguments, as_json)
            connection = self.connections.take() or connect(self.api_url, self.timeout, self.tls)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Lost(False, _reason(error))
        try:
            answer = connection.exchange(request, deadline)
        except (OSError, http.client.HTTPException) as error:
            connection.abort()
            lacking = "answer" if connection.has_sent else "connection"
            late = monotonic() >= deadline
            return Lost(connection.has_sent, f"no {lacking} within {self.timeout:g} s" if late else _reason(error))
        self.connections.give(connection, answer)
        return _reply(answer)

    def _request(self, method: str, arguments: Mapping[str, Any], as_json: bool) -> bytes:
        """In one piece: a system call and a TLS record less than http.client needs."""
        if not self.token.isprintable():
            raise ValueError("the token holds what no header can")
        kind = "application/json; charset=utf-8" if as_json else "application/x-www-form-urlencoded"
        body = (json.dumps(arguments) if as_json else urlencode(arguments)).encode()
        address = urlsplit(self.api_url)
        head = (
            f"POST {address.path}{method} HTTP/1.1",
            f"Host: {address.netloc.rpartition('@')[2].encode('idna').decode()}",
            f"Authorization: Bearer {self.token}",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
            "Accept-Encoding: identity",
        )
        return "\r\n".join((*head, "", "")).encode("latin-1") + body


def _reply(answer: Answer) -> Reply:
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        body = None
    scopes = answer.headers.get("x-oauth-scopes", "")
    return Reply(
        status=answer.status,
        body=body if isinstance(body, dict) else {},
        retry_after=_retry_after(answer.headers.get("retry-after")),
        scopes=frozenset(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )


def _retry_after(header: str | None) -> float | None:
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER) if math.isfinite(seconds) else None


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
