"""A server on loopback that plays a script, for what the stand-in of the cloud is too well-behaved to do."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from bot.dataflow import AccessKey, ClientOptions
from bot.dataflow.exchange import Call
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.transport import Transport

NOON = datetime(2025, 3, 20, 12, 0, tzinfo=UTC)
KEYS = AccessKey("ACCESSKEY", "CANARY-SECRET")
READ = Call("getWorkflows", "/api/v1/workflows?page=0&limit=1000")
WRITE = Call("executeWorkflow", "/api/v1/workflows/w1/executions", method="POST")


@dataclass(frozen=True)
class Seen:
    command: str
    path: str
    headers: "Message[str, str]"  # generic for the type checker only
    client_address: tuple[str, int]


class Server(ThreadingHTTPServer):
    """`script` holds the answers to come, one a request; the last one repeats. `now` is the time in its Date header."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Answer] = []
        self.seen: list[Seen] = []
        self.now = NOON
        self.is_closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up is what many tests are about."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.is_closing.set()
        self.shutdown()
        self._thread.join()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    client_address: tuple[str, int]

    def do_GET(self) -> None:
        self.server.seen.append(Seen(self.command, self.path, self.headers, self.client_address))
        script = self.server.script
        answer = script.pop(0) if len(script) > 1 else script[0]
        answer(self)

    do_POST = do_CONNECT = do_GET  # noqa: N815 - the names are http.server's

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the name is http.server's
        return format_datetime(self.server.now, usegmt=True)


Answer = Callable[[Handler], None]


class Client:
    """A transport on a clock that stands still, whose pauses are noted instead of slept."""

    def __init__(self, base_url: str, **options: float) -> None:
        self.pauses: list[float] = []
        self.now = NOON
        chosen = ClientOptions(**options)  # type: ignore[arg-type]
        self.transport = Transport(base_url, KEYS, ServerClock(lambda: self.now), chosen, self.pauses.append)
        self.fetch = self.transport.fetch
        self.close = self.transport.close


Connect = Callable[..., Client]


def answer(status: int = 200, body: bytes = b"{}", **headers: str) -> Answer:
    def send(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in ({"Content_Length": str(len(body))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def drop(handler: Handler) -> None:
    """End the connection without a word."""
    handler.close_connection = True


def cut(handler: Handler) -> None:
    answer(body=b"{", Content_Length="100")(handler)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """One byte of the body now and then, for as long as the client listens."""
    answer(body=b"", Content_Length="1000000")(handler)
    while not handler.server.is_closing.wait(0.02):
        handler.wfile.write(b" ")


def flood(handler: Handler) -> None:
    answer(body=b"", Content_Length="1000000000")(handler)
    while not handler.server.is_closing.wait(0.001):
        handler.wfile.write(b" " * 65536)


def drip_headers(handler: Handler) -> None:
    handler.send_response(200)
    handler.flush_headers()
    while not handler.server.is_closing.wait(0.02):
        handler.wfile.write(b"x")


def silence(handler: Handler) -> None:
    handler.server.is_closing.wait()
    handler.close_connection = True


UNAVAILABLE = answer(503)
THROTTLED = answer(429, b'{"error": {"errorCode": "420", "message": "Rate Limited"}}')
