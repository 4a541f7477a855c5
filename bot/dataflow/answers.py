"""An answer of HTTP/1.1, read off a connection. Knows limits of size, and nothing of what the answer means.

What a server usually says, 200 and a body of a length that it announces, is read directly: http.client reads headers
with the parser for e-mail, which takes longer than all else that a request costs. Anything else is left to it.
"""

import re
from collections.abc import Mapping
from http.client import HTTPResponse, IncompleteRead
from typing import Protocol

import urllib3

from bot.dataflow.connections import Connection

CHUNK = 64 * 1024
"""Bytes per read: small enough that a compressed chunk which decodes to a thousand times its size does no harm."""
_LENGTH = re.compile(r"[0-9]{1,18}")


class Headers(Protocol):
    def get(self, name: str, /) -> str | None: ...


class Answer(Protocol):
    """`headers` are asked for by their names in lower case. `length` is what the body has been announced to take on the
    wire, None where it was not."""

    @property
    def status(self) -> int: ...

    @property
    def headers(self) -> Headers: ...

    @property
    def length(self) -> int | None: ...

    def read(self, limit: int) -> bytes:
        """The decoded body; of a longer one than `limit` only a little more than that."""


def receive(connection: Connection, method: str) -> Answer:
    """The answer up to its body. When that has been read whole, the connection is reusable."""
    start = connection.stream.peek()
    end = start.find(b"\r\n\r\n")
    headers = _usual_headers(start[:end].decode("latin-1")) if end > 0 else None
    if headers is None:
        return _AnyAnswer(connection, method)
    connection.stream.read(end + 4)
    return _UsualAnswer(connection, headers)


def _usual_headers(head: str) -> Mapping[str, str] | None:
    """None unless it is certain that the body follows as it is, and that the connection stays."""
    status, *lines = head.split("\r\n")
    try:
        headers = {name.lower(): value for name, value in [line.split(": ", 1) for line in lines]}
    except ValueError:
        return None
    is_usual = (
        status.startswith("HTTP/1.1 200 ")
        and len(headers) == len(lines)
        and _LENGTH.fullmatch(headers.get("content-length", ""))
        and "transfer-encoding" not in headers
        and "content-encoding" not in headers
        and headers.get("connection", "keep-alive").lower() == "keep-alive"
    )
    return headers if is_usual else None


class _UsualAnswer:
    status = 200

    def __init__(self, connection: Connection, headers: Mapping[str, str]) -> None:
        self._connection = connection
        self.headers = headers
        self.length = int(headers["content-length"])

    def read(self, limit: int) -> bytes:
        wanted = min(self.length, limit + 1)
        body = self._connection.stream.read(wanted)
        if len(body) < wanted:
            raise IncompleteRead(body, wanted - len(body))
        self._connection.is_reusable = wanted == self.length
        return body


class _AnyAnswer:
    def __init__(self, connection: Connection, method: str) -> None:
        self._connection = connection
        self._answer = HTTPResponse(connection, method=method)  # type: ignore[arg-type]  # of a socket it wants makefile
        self._answer.begin()
        self.status = self._answer.status
        self.headers: Headers = self._answer.headers
        self.length = self._answer.length

    def read(self, limit: int) -> bytes:
        headers = dict(self._answer.headers.items())
        decoded = urllib3.HTTPResponse(self._answer, headers, self.status, preload_content=False)
        is_encoded = "Content-Encoding" in self._answer.headers
        pieces: list[bytes] = []
        left = limit + 1
        while left > 0 and (piece := decoded.read(CHUNK if is_encoded else left, decode_content=is_encoded)):
            pieces.append(piece)
            left -= len(piece)
        self._connection.is_reusable = self._answer.isclosed() and not self._answer.will_close
        return b"".join(pieces)
