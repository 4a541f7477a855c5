"""A connection serves many requests, and never makes the fate of one of them less clear than a new one would."""

import gc
import os
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from bot.core.delivery import Unclear
from bot.slack.connections import KEEP_FOR, TLS_RECORD, Connection, Connections
from bot.slack.outcomes import outcome_of
from bot.slack.wire import Lost, Reply, Wire
from tests.doubles import FakeClock
from tests.slack.scripted import HOST, Act, ScriptedServer, answer, scripted

FAR_AWAY = 60.0
"""Seconds that no test waits for."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certified(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


@pytest.fixture(scope="module")
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority.configure_trust(context)
    return context


@pytest.fixture(params=["http", "https"])
def server(request: pytest.FixtureRequest, certified: ssl.SSLContext) -> Iterator[ScriptedServer]:
    with scripted(certified if request.param == "https" else None) as serving:
        yield serving


@pytest.fixture
def wire(server: ScriptedServer, trusting: ssl.SSLContext) -> Wire:
    return Wire(server.url, "xoxb-1", FAR_AWAY, trusting)


def post(wire: Wire, number: int) -> Reply | Lost:
    return wire.call("chat.postMessage", {"number": number}, as_json=True)


def answered(number: int) -> Reply:
    """By the server, when it follows no script."""
    return Reply(200, {"ok": True, "heard": {"number": number}})


def heard(server: ScriptedServer) -> list[str]:
    return [text.partition(": ")[2].strip("}") for text in server.heard]


def test_one_connection_serves_many_requests(server: ScriptedServer, wire: Wire) -> None:
    assert [post(wire, number) for number in range(20)] == [answered(number) for number in range(20)]
    assert len(server.accepted) == 1


def test_copies_of_a_wire_share_its_connections(server: ScriptedServer, wire: Wire) -> None:
    post(wire, 1)
    assert post(replace(wire, timeout=4.0), 2) == answered(2)
    assert len(server.accepted) == 1


def test_a_large_request_arrives_whole(server: ScriptedServer, wire: Wire) -> None:
    text = "x" * (5 * TLS_RECORD)
    assert wire.call("chat.postMessage", {"number": text}, as_json=True) == Reply(
        200, {"ok": True, "heard": {"number": text}}
    )


def test_a_chunked_answer_ends_where_it_says(server: ScriptedServer, wire: Wire) -> None:
    chunks = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n'
    server.script.append(Act(chunks))
    assert post(wire, 1) == Reply(200, {"ok": True})
    assert post(wire, 2) == answered(2)
    assert len(server.accepted) == 1


def test_a_server_that_hung_up_meanwhile_leaves_nothing_unclear(server: ScriptedServer, wire: Wire) -> None:
    post(wire, 1)
    server.hang_up()
    assert post(wire, 2) == answered(2)
    assert len(server.accepted) == 2
    assert heard(server) == ["1", "2"]


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 200 O", answer()[:-15], b"\x00\x01"])
def test_a_request_without_a_whole_answer_is_unclear_and_not_sent_again(
    server: ScriptedServer, wire: Wire, says: bytes
) -> None:
    post(wire, 1)
    server.script.append(Act(says, hangs_up=True))
    assert isinstance(outcome_of(post(wire, 2), "C1"), Unclear)
    assert post(wire, 3) == answered(3)
    assert heard(server) == ["1", "2", "3"]


@pytest.mark.parametrize(
    "act",
    [
        Act(answer(), hangs_up=True),
        Act(answer('{"ok":true}', "Connection: close")),
        Act(answer(version="1.0")),
        Act(answer('{"ok":true}', "Keep-Alive: timeout=1")),
        Act(answer(status="503 Service Unavailable")),
        Act(answer(status="429 Too Many Requests")),
        Act(answer(status="103 Early Hints") + answer()),
        Act(answer() + answer('{"ok":true,"heard":"somebody else"}')),
        Act(answer() + b"\r\n"),
        Act(answer()[:-3], hangs_up=True),
        Act(b'HTTP/1.1 200 OK\r\n\r\n{"ok":true}', hangs_up=True),
    ],
    ids=lambda act: str(act.says[-40:]),
)
def test_a_connection_that_may_not_be_what_it_was_is_not_used_again(
    server: ScriptedServer, wire: Wire, act: Act
) -> None:
    server.script.append(act)
    assert isinstance(post(wire, 1), Reply)
    assert not act.hangs_up or server.has_hung_up.wait(FAR_AWAY)
    assert post(wire, 2) == answered(2)
    assert len(server.accepted) == 2
    assert heard(server) == ["1", "2"]


def test_what_is_said_unasked_answers_nothing(trusting: ssl.SSLContext) -> None:
    with scripted() as server:
        wire = Wire(server.url, "xoxb-1", tls=trusting)
        post(wire, 1)
        server.accepted[0].sendall(answer('{"ok":false,"error":"request_timeout"}', status="408 Request Timeout"))
        assert post(wire, 2) == answered(2)
        assert len(server.accepted) == 2


@pytest.mark.parametrize(
    ("announced", "lasts"), [("timeout=3", 2.0), ("timeout=75, max=100", KEEP_FOR), ("", KEEP_FOR)]
)
@pytest.mark.parametrize("is_by_wall_clock", [False, True])
def test_an_idle_connection_is_given_up_before_the_server_does(
    server: ScriptedServer, trusting: ssl.SSLContext, announced: str, lasts: float, is_by_wall_clock: bool
) -> None:
    """A suspended machine stops one of its clocks."""
    clock = FakeClock(datetime(2026, 3, 20, tzinfo=UTC))
    seconds = [0.0]
    wire = Wire(server.url, "xoxb-1", FAR_AWAY, trusting, Connections(clock, lambda: seconds[0]))
    accepted = []
    for idle_for in (0.0, lasts - 0.01, lasts):
        if is_by_wall_clock:
            clock.advance(timedelta(seconds=idle_for))
        else:
            seconds[0] += idle_for
        server.script.append(Act(answer('{"ok":true}', *([f"Keep-Alive: {announced}"] if announced else []))))
        assert post(wire, 1) == Reply(200, {"ok": True})
        accepted.append(len(server.accepted))
    assert accepted == [1, 1, 2]


@pytest.mark.parametrize("says", [b"", answer()[:-3]])
def test_the_deadline_holds_on_a_connection_that_is_used_again(server: ScriptedServer, wire: Wire, says: bytes) -> None:
    post(wire, 1)
    server.script.append(Act(says))
    assert post(replace(wire, timeout=0.2), 2) == Lost(True, "no answer within 0.2 s")
    assert post(wire, 3) == answered(3)
    assert len(server.accepted) == 2
    assert heard(server) == ["1", "2", "3"]


def test_nothing_is_sent_after_the_deadline(server: ScriptedServer, wire: Wire) -> None:
    post(wire, 1)
    assert post(replace(wire, timeout=0.0), 2) == Lost(False, "no connection within 0 s")
    assert heard(server) == ["1"]


def test_a_request_of_which_no_byte_left_was_not_sent() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    connection = Connection(ours)
    with pytest.raises(BrokenPipeError):
        connection.exchange(b"POST", time.monotonic() + FAR_AWAY)
    connection.abort()
    assert not connection.has_sent


def test_a_request_that_stuck_half_way_may_have_been_sent() -> None:
    ours, theirs = socket.socketpair()
    connection = Connection(ours)
    with theirs, pytest.raises(TimeoutError):
        connection.exchange(b"x" * 10_000_000, time.monotonic() + 0.1)
    connection.abort()
    assert connection.has_sent


def test_a_token_that_no_header_can_hold_is_not_sent(server: ScriptedServer, wire: Wire) -> None:
    lost = post(replace(wire, token="xoxb-1\n"), 1)
    assert lost == Lost(False, "ValueError: the token holds what no header can")
    assert server.heard == []


def test_each_of_several_threads_gets_its_own_answers(server: ScriptedServer, wire: Wire) -> None:
    threads, posts = 4, 60
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(lambda number: post(wire, number), range(posts)))
    assert answers == [answered(number) for number in range(posts)]
    assert len(server.accepted) <= threads
    assert sorted(heard(server), key=int) == [str(number) for number in range(posts)]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forking with threads, from Python 3.12 on
def test_a_forked_process_makes_connections_of_its_own(server: ScriptedServer, wire: Wire) -> None:
    post(wire, 1)
    child = os.fork()
    if child == 0:
        os._exit(post(wire, 2) != answered(2))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(server.accepted) == 2
    assert post(wire, 3) == answered(3)
    assert len(server.accepted) == 2


def test_connections_end_with_their_last_wire(server: ScriptedServer, trusting: ssl.SSLContext) -> None:
    wire = Wire(server.url, "xoxb-1", FAR_AWAY, trusting)
    post(wire, 1)
    del wire
    gc.collect()
    assert server.has_hung_up.wait(FAR_AWAY)
