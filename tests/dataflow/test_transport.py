"""What is tried again, how soon and how often."""

import socket
import threading
from datetime import timedelta

import pytest

from bot.dataflow import ClientOptions
from bot.dataflow.exchange import Call
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.transport import Transport
from bot.errors import (
    ApiFailed,
    ApiOutcomeUnknown,
    ApiRefused,
    ApiThrottled,
    ApiUnreachable,
    BotError,
)
from tests.dataflow.scripted_server import (
    KEYS,
    NOON,
    READ,
    THROTTLED,
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
    drop,
)


def test_each_attempt_is_signed_anew(server: Server, client: Client) -> None:
    def later(handler: Handler) -> None:
        client.now += timedelta(seconds=1)
        server.now += timedelta(seconds=1)
        UNAVAILABLE(handler)

    server.script = [later, later, answer()]
    client.fetch(READ)
    stamps = [int(request.headers["x-ncp-apigw-timestamp"]) for request in server.seen]
    assert [stamp - stamps[0] for stamp in stamps] == [0, 1000, 2000]
    assert len({request.headers["x-ncp-apigw-signature-v2"] for request in server.seen}) == 3


@pytest.mark.parametrize("trouble", [UNAVAILABLE, answer(500), answer(504), THROTTLED, drop, cut])
def test_a_read_survives_trouble_that_passes(server: Server, client: Client, trouble: Answer) -> None:
    server.script = [trouble, trouble, trouble, answer(body=b'{"list": []}')]
    assert client.fetch(READ) == b'{"list": []}'
    assert len(client.pauses) == 3


@pytest.mark.parametrize(
    ("trouble", "error"),
    [(UNAVAILABLE, ApiFailed), (THROTTLED, ApiThrottled), (drop, ApiUnreachable), (cut, ApiUnreachable)],
)
def test_trouble_that_lasts_ends_after_four_attempts(
    server: Server, client: Client, trouble: Answer, error: type[BotError]
) -> None:
    server.script = [trouble]
    with pytest.raises(error):
        client.fetch(READ)
    assert len(server.seen) == 4


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 413])
def test_other_refusals_are_final(server: Server, client: Client, status: int) -> None:
    server.script = [answer(status)]
    with pytest.raises(ApiRefused) as refused:
        client.fetch(READ)
    assert refused.value.status == status
    assert len(server.seen) == 1


def test_pauses_grow_within_their_bounds_and_are_drawn_at_random(connect: Connect, server: Server) -> None:
    server.script = [UNAVAILABLE]
    client = connect(server.base_url, attempts=12, backoff_base=0.5, backoff_max=2.0)
    with pytest.raises(ApiFailed):
        client.fetch(READ)
    assert all(0 <= pause <= min(0.5 * 2**attempt, 2.0) for attempt, pause in enumerate(client.pauses))
    assert len(set(client.pauses)) == 11


@pytest.mark.parametrize("header", ["12", "Thu, 20 Mar 2025 12:00:12 GMT"])
@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_that_an_answer_asks_for_is_kept(server: Server, client: Client, status: int, header: str) -> None:
    server.script = [answer(status, Retry_After=header), answer()]
    client.fetch(READ)
    assert client.pauses == [12.0]


def test_a_wait_longer_than_the_total_time_is_left_to_the_caller(server: Server, client: Client) -> None:
    server.script = [answer(429, Retry_After="120")]
    with pytest.raises(ApiThrottled) as refused:
        client.fetch(READ)
    assert refused.value.retry_after == 120
    assert client.pauses == []


@pytest.mark.parametrize("trouble", [drop, cut, UNAVAILABLE, answer(500), answer(504)])
def test_a_write_that_may_have_been_carried_out_is_not_repeated(
    server: Server, client: Client, trouble: Answer
) -> None:
    server.script = [trouble, answer(202)]
    with pytest.raises(ApiOutcomeUnknown) as unknown:
        client.fetch(WRITE)
    assert not unknown.value.is_retryable
    assert len(server.seen) == 1


def test_a_write_that_was_throttled_is_repeated(server: Server, client: Client) -> None:
    server.script = [THROTTLED, answer(202)]
    assert client.fetch(WRITE) == b"{}"


@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_refused_connection_is_tried_again_even_for_a_write(connect: Connect, call: Call) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        client = connect(f"http://127.0.0.1:{unheard.getsockname()[1]}")
        with pytest.raises(ApiUnreachable, match="ConnectionRefusedError"):
            client.fetch(call)
        assert len(client.pauses) == 3


def test_an_attempt_that_hangs_leaves_time_for_the_next(connect: Connect, server: Server) -> None:
    server.script = [drip, answer()]
    client = connect(server.base_url, attempt_timeout=0.2)
    assert client.fetch(READ) == b"{}"


def test_closing_wakes_whoever_waits_for_the_next_attempt(server: Server) -> None:
    transport = Transport(server.base_url, KEYS, ServerClock(lambda: NOON), ClientOptions(total_timeout=7200))

    def refuse_then_close(handler: Handler) -> None:
        answer(429, Retry_After="3600")(handler)
        threading.Timer(0.05, transport.close).start()

    server.script = [refuse_then_close]
    with pytest.raises(ApiUnreachable, match="the client is closed"):
        transport.fetch(READ)
    assert len(server.seen) == 1


def test_a_closed_transport_sends_nothing(server: Server, client: Client) -> None:
    client.close()
    with pytest.raises(ApiUnreachable, match="the client is closed"):
        client.fetch(WRITE)
    assert server.seen == []
