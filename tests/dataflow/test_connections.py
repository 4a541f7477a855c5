"""The wire below a request: the ways of writing one answer, when a connection is kept, TLS and proxies."""

import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator

import pytest
import trustme

from bot.dataflow.exchange import Call
from bot.errors import ApiUnreachable, SettingsError
from tests.dataflow.scripted_server import READ, WRITE, Answer, Client, Connect, Handler, Server, answer, silence

BODY = b'{"list": []}'


def raw(*pieces: bytes) -> Answer:
    """Written as it is, a packet at a time, upon which the connection stays."""

    def send(handler: Handler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)

    return send


def raw_then_close(*pieces: bytes) -> Answer:
    def send(handler: Handler) -> None:
        raw(*pieces)(handler)
        handler.close_connection = True

    return send


LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY
UNASKED = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nunasked"
KEPT = [
    (ANSWER,),
    (b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n", BODY),
    (b"HTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + BODY[:5], BODY[5:]),
    (b"HTTP/1.1 200 OK\r\nContent-", b"Length: 12\r\n\r\n", BODY),
    (b"HTTP/1.1 200 OK\r\ncontent-length:12\r\n\r\n" + BODY,),
    (b"HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 12\r\nConnection: Keep-Alive\r\n\r\n" + BODY,),
    (b"HTTP/1.1 200 OK\r\nX: 1\r\nX: 2\r\n" + LENGTH + b"\r\n" + BODY,),
    (b"HTTP/1.1 200 OK\r\nX: a\r\n  folded: b\r\n" + LENGTH + b"\r\n" + BODY,),
    (b"HTTP/1.1 203 Elsewhere\r\n" + LENGTH + b"\r\n" + BODY,),
    (b"HTTP/1.1 100 Continue\r\n\r\n", ANSWER),
    (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5],
        b"\r\n7\r\n" + BODY[5:] + b"\r\n0\r\n\r\n",
    ),
    (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + LENGTH + b"\r\nc\r\n" + BODY + b"\r\n0\r\n\r\n",),
]
CLOSED = [
    (b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + LENGTH + b"\r\n" + BODY,),
    (b"HTTP/1.1 200 OK\r\n\r\n" + BODY,),
    (b"HTTP/1.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY,),
    (b"HTTP/1.1 200 OK\r\nContent-Length: twelve\r\n\r\n" + BODY,),
]


@pytest.mark.parametrize("pieces", KEPT)
def test_an_answer_may_be_written_in_many_ways(server: Server, client: Client, pieces: tuple[bytes, ...]) -> None:
    server.script = [raw(*pieces)]
    assert [client.fetch(READ), client.fetch(READ)] == [BODY, BODY]
    assert len({request.client_address for request in server.seen}) == 1


@pytest.mark.parametrize("pieces", CLOSED)
def test_a_connection_is_not_kept_after_an_answer_that_ends_with_it(
    server: Server, client: Client, pieces: tuple[bytes, ...]
) -> None:
    server.script = [raw_then_close(*pieces)]
    assert [client.fetch(READ), client.fetch(READ)] == [BODY, BODY]
    assert len({request.client_address for request in server.seen}) == 2
    assert client.pauses == []


@pytest.mark.parametrize("pieces", [(ANSWER + UNASKED,), (ANSWER, UNASKED)])
def test_what_is_said_unasked_is_not_the_next_answer(server: Server, client: Client, pieces: tuple[bytes, ...]) -> None:
    has_said_it = threading.Event()

    def chatter(handler: Handler) -> None:
        raw(*pieces)(handler)
        has_said_it.set()

    server.script = [chatter, answer(body=BODY)]
    assert client.fetch(READ) == BODY
    has_said_it.wait()
    assert client.fetch(READ) == BODY


def test_a_connection_that_ended_while_it_was_idle_is_not_written_to(server: Server, client: Client) -> None:
    has_ended = threading.Event()

    def answer_and_end(handler: Handler) -> None:
        raw_then_close(ANSWER)(handler)
        handler.connection.shutdown(socket.SHUT_RDWR)
        has_ended.set()

    server.script = [answer_and_end, answer(202)]
    client.fetch(READ)
    has_ended.wait()
    assert client.fetch(WRITE) == b"{}"
    assert client.pauses == []


def test_a_body_that_announces_itself_as_too_long_is_not_waited_for(connect: Connect, server: Server) -> None:
    def announce(handler: Handler) -> None:
        answer(body=b"", Content_Length="1001")(handler)
        silence(handler)

    server.script = [announce]
    client = connect(server.base_url, max_body_bytes=1000)
    with pytest.raises(ApiUnreachable, match="exceeds 1000 bytes"):
        client.fetch(READ)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "api.example").configure_cert(context)
    return context


@pytest.fixture
def tls_server(tls: ssl.SSLContext) -> Iterator[Server]:
    server = Server()
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with server:
        yield server


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with authority.cert_pem.tempfile() as bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
        yield


def secure(server: Server) -> str:
    return f"https://127.0.0.1:{server.server_address[1]}"


@pytest.mark.usefixtures("trusted")
def test_an_encrypted_connection_serves_many_calls(connect: Connect, tls_server: Server) -> None:
    long = b" " * 1_000_000
    tls_server.script = [answer(body=long)]
    client = connect(secure(tls_server))
    assert [client.fetch(READ) for _ in range(3)] == [long] * 3
    assert len({request.client_address for request in tls_server.seen}) == 1


@pytest.mark.usefixtures("trusted")
def test_an_encrypted_answer_that_never_ends_is_given_up(connect: Connect, tls_server: Server) -> None:
    tls_server.script = [silence]
    client = connect(secure(tls_server), total_timeout=0.6, attempts=1)
    with pytest.raises(ApiUnreachable, match="TimeoutError"):
        client.fetch(READ)


@pytest.mark.parametrize("call", [READ, WRITE])
def test_nothing_is_said_to_a_server_that_cannot_be_trusted(connect: Connect, tls_server: Server, call: Call) -> None:
    client = connect(secure(tls_server), attempts=2)
    with pytest.raises(ApiUnreachable, match="certificate verify failed"):
        client.fetch(call)
    assert tls_server.seen == []


@pytest.mark.usefixtures("trusted")
def test_nothing_is_said_to_a_server_of_another_name(connect: Connect, tls_server: Server) -> None:
    client = connect(secure(tls_server).replace("127.0.0.1", "localhost"), attempts=1)
    with pytest.raises(ApiUnreachable, match="certificate is not valid for 'localhost'"):
        client.fetch(READ)
    assert tls_server.seen == []


def test_certificates_that_are_not_there_are_named(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(SettingsError, match=r"no certificates can be read from /nowhere/bundle\.pem"):
        connect("https://127.0.0.1:9")


@pytest.fixture
def proxied(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server as the proxy that the environment names."""
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", f"http://user:pass@127.0.0.1:{server.server_address[1]}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return server


AUTHORIZATION = "Basic " + b64encode(b"user:pass").decode()


def test_a_proxy_that_forwards_is_told_the_whole_url(connect: Connect, proxied: Server) -> None:
    proxied.script = [answer(body=BODY)]
    assert connect("http://api.example/gateway").fetch(READ) == BODY
    [request] = proxied.seen
    assert request.path == f"http://api.example/gateway{READ.target}"
    assert request.headers["Host"] == "api.example"
    assert request.headers["Proxy-Authorization"] == AUTHORIZATION


@pytest.mark.usefixtures("trusted")
def test_an_encrypted_connection_goes_through_the_proxy(connect: Connect, proxied: Server, tls: ssl.SSLContext) -> None:
    inside: list[ssl.SSLSocket] = []

    def tunnel(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        inside.append(tls.wrap_socket(handler.connection, server_side=True))
        handler.request = inside[-1]
        handler.setup()
        handler.close_connection = False

    proxied.script = [tunnel, answer(body=BODY)]
    client = connect("https://api.example")
    assert [client.fetch(READ), client.fetch(READ)] == [BODY, BODY]
    asked, *requests = proxied.seen
    assert (asked.command, asked.path) == ("CONNECT", "api.example:443")
    assert asked.headers["Proxy-Authorization"] == AUTHORIZATION
    assert [request.path for request in requests] == [READ.target] * 2
    assert {request.headers["Proxy-Authorization"] for request in requests} == {None}
    inside[0].close()


@pytest.mark.usefixtures("trusted")
def test_a_proxy_that_opens_no_tunnel_is_tried_again_even_for_a_write(connect: Connect, proxied: Server) -> None:
    proxied.script = [answer(502, b"")]
    client = connect("https://api.example", attempts=2)
    with pytest.raises(ApiUnreachable, match="502"):
        client.fetch(WRITE)
    assert [request.command for request in proxied.seen] == ["CONNECT"] * 2
