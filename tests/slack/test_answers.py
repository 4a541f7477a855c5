"""What is read directly is read as http.client reads it, whatever a server says."""

import io
from http.client import HTTPException, HTTPResponse
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.answers import BODY_LIMIT, Answer, read_answer

FOLLOWING = b"HTTP/1.1 200 OK\r\n"

STATUS = st.sampled_from(
    ["HTTP/1.1 200 OK", "HTTP/1.1 200 ", "HTTP/1.0 200 OK", "HTTP/1.1 429 Too Many", "HTTP/1.1 204 No"]
)
HEADERS = st.sampled_from(
    [
        "Content-Length: 11",
        "content-length: 5",
        "Content-Length:11",
        "Content-Length: +11",
        "Content-Length: 0",
        "Content-Length: 999",
        "Content-Length: x",
        "Transfer-Encoding: chunked",
        "Connection: close",
        "Connection: keep-alive",
        "Connection: Keep-Alive, close",
        "Keep-Alive: timeout=5",
        "X-OAuth-Scopes: chat:write, commands",
        "Set-Cookie: a=b",
        "Odd\nContent-Length: 3",
        "no colon",
        " folded: on",
        "",
    ]
)
CHUNKED = b'5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n'
BODIES = st.sampled_from([b"", b'{"ok":true}', CHUNKED])


def by_http_client(stream: io.BufferedReader) -> Answer:
    read = HTTPResponse(SimpleNamespace(makefile=lambda _mode: stream), method="POST")  # type: ignore[arg-type]
    read.begin()
    body = read.read(BODY_LIMIT)
    headers = {name.lower(): value for name, value in read.headers.items()}
    return Answer(read.status, headers, body, read.will_close or not read.isclosed())


class Lasting(io.BufferedReader):
    """http.client closes what it has read to the end."""

    def close(self) -> None: ...


@example("HTTP/1.1 200 OK", ["Content-Length: 11", "Odd\nContent-Length: 3"], b'{"ok":true}')
@example("HTTP/1.1 200 OK", ["Odd: x\nConnection: close", "Content-Length: 11"], b'{"ok":true}')
@example("HTTP/1.1 200 OK", ["Content-Length: 11", "Transfer-Encoding: chunked"], CHUNKED)
@example("HTTP/1.1 200 OK", ["Content-Length: 11", "Connection: close"], b'{"ok":true}')
@given(STATUS, st.lists(HEADERS, max_size=4), BODIES)
def test_the_two_ways_of_reading_agree(status: str, headers: list[str], body: bytes) -> None:
    raw = "\r\n".join((status, *headers, "", "")).encode() + body + FOLLOWING
    ours, theirs = Lasting(io.BytesIO(raw)), Lasting(io.BytesIO(raw))
    try:
        expected = by_http_client(theirs)
    except (HTTPException, OSError) as error:
        with pytest.raises(type(error)):
            read_answer(ours)
        return
    answer = read_answer(ours)
    assert (answer.status, answer.body, answer.is_last) == (expected.status, expected.body, expected.is_last)
    assert answer.headers.get("x-oauth-scopes") == expected.headers.get("x-oauth-scopes")
    assert answer.is_last or ours.read() == theirs.read()
