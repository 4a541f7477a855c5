"""An answer of HTTP/1.1, read off a connection. Knows limits of size, and nothing of what the answer means.

What Slack usually says, 200 and a body of a length that it announces, is read directly: http.client reads headers with
the parser for e-mail, which takes longer than all else here. Anything else is left to it.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from types import SimpleNamespace

BODY_LIMIT = 10_000_000
_LENGTH = re.compile(r"[0-9]{1,18}")
_FRAMING = ("content-length", "transfer-encoding", "connection")
"""What is said twice of these is not for us to make sense of."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have their names in lower case; a `body` beyond the limit, or behind which the connection ended too
    early, is cut. `is_last` when nothing more may be asked on the connection."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_last: bool


def read_answer(stream: io.BufferedReader) -> Answer:
    """Raises OSError and HTTPException."""
    start = stream.peek()
    end = start.find(b"\r\n\r\n")
    headers = _usual_headers(start[:end].decode("latin-1")) if end > 0 else None
    if headers is None:
        return _any_answer(stream)
    stream.read(end + 4)
    length = int(headers["content-length"])
    body = stream.read(min(length, BODY_LIMIT))
    return Answer(200, headers, body, is_last=len(body) < length)


def _usual_headers(head: str) -> Mapping[str, str] | None:
    """None unless it is certain that the body follows as it is, and that the connection stays."""
    status, *lines = head.split("\r\n")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        name = name.lower()
        if not colon or "\n" in line or (name in _FRAMING and name in headers):
            return None
        headers[name] = value
    is_usual = (
        status.startswith("HTTP/1.1 200 ")
        and _LENGTH.fullmatch(headers.get("content-length", ""))
        and "transfer-encoding" not in headers
        and headers.get("connection", "keep-alive").lower() == "keep-alive"
    )
    return headers if is_usual else None


def _any_answer(stream: io.BufferedReader) -> Answer:
    source = SimpleNamespace(makefile=lambda _mode: stream)
    answer = HTTPResponse(source, method="POST")  # type: ignore[arg-type]  # of a socket it wants no more than that
    answer.begin()
    body = answer.read(BODY_LIMIT)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, headers, body, is_last=answer.will_close or not answer.isclosed())
