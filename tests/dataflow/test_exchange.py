"""One request over a real socket: what is sent, and the limits that every answer is held to."""

import gzip
import json
import logging
from datetime import timedelta

import pytest

from bot.dataflow.exchange import Call
from bot.dataflow.signing import signature
from bot.errors import (
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiRefused,
    ApiUnauthorized,
    ApiUnreachable,
    BotError,
    SettingsError,
)
from tests.dataflow.scripted_server import (
    KEYS,
    NOON,
    READ,
    UNAVAILABLE,
    WRITE,
    Answer,
    Client,
    Connect,
    Handler,
    Server,
    answer,
    cut,
    drip,
    drip_headers,
    drop,
    flood,
    silence,
)


@pytest.mark.parametrize(
    "target",
    [
        "/api/v1/workflows?page=0&limit=1000",
        "/api/v1/workflows/%2E%2E/executions",
        "/api/v1/workflows/a%2Fb%3Fc%23d%20e%25/executions?page=0&limit=1",
        "/api/v1/workflows/%EC%9D%BC%EB%B3%84~._-%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C",
        "/api/v1/stats/executions?startDate=2025-03-19T00%3A00%3A00&endDate=2025-03-20T23%3A59%3A59",
    ],
)
@pytest.mark.parametrize("prefix", ["", "/gateway"])
def test_what_is_signed_is_what_is_sent(connect: Connect, server: Server, target: str, prefix: str) -> None:
    server.script = [answer()]
    client = connect(server.base_url + prefix)
    client.fetch(Call("test", target))
    [request] = server.seen
    assert request.path == prefix + target
    timestamp = int(request.headers["x-ncp-apigw-timestamp"])
    assert request.headers["x-ncp-apigw-signature-v2"] == signature(KEYS, "GET", request.path, timestamp)
    assert timestamp == NOON.timestamp() * 1000


@pytest.mark.parametrize("base", ["", "/", "/api/v1", "/api/v1/"])
def test_the_version_in_an_old_base_url_is_not_doubled(connect: Connect, server: Server, base: str) -> None:
    server.script = [answer()]
    client = connect(server.base_url + base)
    client.fetch(READ)
    assert server.seen[0].path == READ.target


def test_a_write_announces_its_empty_body(server: Server, client: Client) -> None:
    server.script = [answer(202)]
    client.fetch(WRITE)
    assert (server.seen[0].command, server.seen[0].headers["Content-Length"]) == ("POST", "0")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dataflow.example",
        "ftp://host",
        "https://",
        "https://host:x",
        "https://CANARY@host",
        "https://h?q",
        "http://[",
    ],
)
def test_a_base_url_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Client(url)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize("minutes", [-60, -6, 6, 60])
@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_request_refused_for_our_clock_is_repeated_at_once_with_the_right_time(
    server: Server, client: Client, call: Call, minutes: int
) -> None:
    server.now = NOON + timedelta(minutes=minutes)
    server.script = [answer(401), answer()]
    client.fetch(call)
    stamps = [int(request.headers["x-ncp-apigw-timestamp"]) / 1000 for request in server.seen]
    assert stamps[0] == NOON.timestamp()
    assert abs(stamps[1] - server.now.timestamp()) < 2
    assert client.pauses == []


@pytest.mark.parametrize(("minutes", "requests"), [(0, 1), (6, 2)])
def test_a_401_that_our_clock_does_not_explain_is_final(
    server: Server, client: Client, minutes: int, requests: int
) -> None:
    server.now = NOON + timedelta(minutes=minutes)
    server.script = [answer(401)]
    with pytest.raises(ApiUnauthorized):
        client.fetch(READ)
    assert len(server.seen) == requests


def test_a_redirect_is_not_followed(server: Server, client: Client) -> None:
    server.script = [answer(302, Location=f"{server.base_url}/elsewhere"), answer()]
    with pytest.raises(ApiRefused, match="HTTP 302"):
        client.fetch(READ)
    assert [request.path for request in server.seen] == [READ.target]


def test_no_cookie_is_kept(server: Server, client: Client) -> None:
    server.script = [answer(Set_Cookie="session=1"), answer()]
    client.fetch(READ)
    client.fetch(READ)
    assert [request.headers["Cookie"] for request in server.seen] == [None, None]


def test_a_connection_serves_many_calls(server: Server, client: Client) -> None:
    server.script = [answer(), answer(404, b"{}"), answer(body=gzip.compress(b"{}"), Content_Encoding="gzip"), answer()]
    client.fetch(READ)
    with pytest.raises(ApiNotFound):
        client.fetch(READ)
    client.fetch(READ)
    client.fetch(READ)
    assert len({request.client_address for request in server.seen}) == 1


def test_a_compressed_answer_is_decoded(server: Server, client: Client) -> None:
    body = json.dumps({"list": list(range(100_000))}).encode()
    server.script = [answer(body=gzip.compress(body), Content_Encoding="gzip")]
    assert client.fetch(READ) == body
    assert server.seen[0].headers["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize("is_compressed", [True, False])
def test_an_answer_beyond_the_limit_is_given_up_once_and_for_all(
    connect: Connect, server: Server, is_compressed: bool
) -> None:
    body = b" " * 1_000_000
    compressed = answer(body=gzip.compress(body), Content_Encoding="gzip")
    server.script = [compressed if is_compressed else answer(body=body)]
    client = connect(server.base_url, max_body_bytes=999_999)
    with pytest.raises(ApiUnreachable, match="exceeds 999999 bytes"):
        client.fetch(READ)
    assert len(server.seen) == 1


def test_no_more_of_an_answer_is_read_than_the_limit_allows(connect: Connect, server: Server) -> None:
    server.script = [flood]
    client = connect(server.base_url, max_body_bytes=300_000, attempt_timeout=1.0)
    with pytest.raises(ApiUnreachable, match="exceeds 300000 bytes"):
        client.fetch(READ)


def test_an_answer_just_within_the_limit_is_read(connect: Connect, server: Server) -> None:
    server.script = [answer(body=b" " * 1_000_000)]
    client = connect(server.base_url, max_body_bytes=1_000_000)
    assert len(client.fetch(READ)) == 1_000_000


def test_garbage_in_place_of_gzip_is_no_answer(server: Server, client: Client) -> None:
    server.script = [answer(body=b"garbage", Content_Encoding="gzip")]
    with pytest.raises(ApiUnreachable):
        client.fetch(READ)


@pytest.mark.parametrize("slowness", [drip, drip_headers, silence])
def test_an_answer_that_never_ends_is_given_up(connect: Connect, server: Server, slowness: Answer) -> None:
    server.script = [slowness]
    client = connect(server.base_url, total_timeout=0.2, attempts=1)
    with pytest.raises(ApiUnreachable, match="TimeoutError"):
        client.fetch(READ)


@pytest.mark.parametrize("status", [302, 404, 429])
def test_a_refusal_keeps_its_status_when_its_body_never_ends(connect: Connect, server: Server, status: int) -> None:
    def refuse(handler: Handler) -> None:
        answer(status, body=b"", Content_Length="1000", Location="/elsewhere")(handler)
        silence(handler)

    server.script = [refuse]
    client = connect(server.base_url, attempt_timeout=0.2, attempts=1)
    with pytest.raises(ApiRefused) as refused:
        client.fetch(READ)
    assert refused.value.status == status


@pytest.mark.parametrize("slowness", [drip, silence])
@pytest.mark.parametrize("call", [READ, WRITE])
def test_closing_ends_an_answer_under_way(connect: Connect, server: Server, slowness: Answer, call: Call) -> None:
    client = connect(server.base_url, attempts=1)

    def close_then(handler: Handler) -> None:
        client.close()
        slowness(handler)

    server.script = [close_then]
    with pytest.raises(ApiUnreachable if call.is_read else ApiOutcomeUnknown, match="the client was closed"):
        client.fetch(call)


@pytest.mark.parametrize("trouble", [UNAVAILABLE, answer(401), answer(200, b"x" * 100), drop, cut])
def test_the_secret_key_appears_nowhere(
    connect: Connect, server: Server, trouble: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [trouble]
    client = connect(server.base_url, max_body_bytes=10)
    with pytest.raises(BotError) as failed:
        client.fetch(READ)
    error: BaseException | None = failed.value
    while error is not None:
        assert "CANARY" not in f"{error!r} {error}"
        error = error.__cause__ or error.__context__
    assert "CANARY" not in caplog.text
    assert "CANARY" not in str([dict(request.headers) for request in server.seen])
