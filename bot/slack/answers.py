"""An answer of HTTP/1.1, read off a connection. Knows limits of size, and nothing of what the answer means."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from types import SimpleNamespace

BODY_LIMIT = 10_000_000


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
    source = SimpleNamespace(makefile=lambda _mode: stream)
    answer = HTTPResponse(source, method="POST")  # type: ignore[arg-type]  # of a socket it wants no more than that
    answer.begin()
    body = answer.read(BODY_LIMIT)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, headers, body, is_last=answer.will_close or not answer.isclosed())
