"""A server that answers each request with what the test wants. Keeps all that it hears, and how often it was called."""

import socket
import socketserver
import ssl
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

HOST = "127.0.0.1"


def answer(body: str = '{"ok":true}', *headers: str, status: str = "200 OK", version: str = "1.1") -> bytes:
    lines = (f"HTTP/{version} {status}", f"Content-Length: {len(body)}", *headers, "", body)
    return "\r\n".join(lines).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Act:
    """What is said to a request, and whether the server then hangs up."""

    says: bytes
    hangs_up: bool = False


class ScriptedServer(socketserver.ThreadingTCPServer):
    """Plays `script`, an act for each request; what comes afterwards is answered with its own text."""

    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        super().__init__((HOST, 0), _Talk)
        self._tls = tls
        self.script: deque[Act] = deque()
        self.heard: list[str] = []
        self.accepted: list[socket.socket] = []
        self.has_hung_up = threading.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{HOST}:{self.server_address[1]}/api/"

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connected, address = super().get_request()
        if self._tls:
            connected = self._tls.wrap_socket(connected, server_side=True)
        self.accepted.append(connected)
        return connected, address

    def hang_up(self) -> None:
        """On everybody. Whoever looks afterwards sees it."""
        for connected in self.accepted:
            with suppress(OSError):
                # Not TLS's own, which is not made for a second thread.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no trouble."""


class _Talk(socketserver.StreamRequestHandler):
    server: ScriptedServer

    def handle(self) -> None:
        while (text := self._request()) is not None:
            self.server.heard.append(text)
            act = self.server.script.popleft() if self.server.script else Act(answer(f'{{"ok":true,"heard":{text}}}'))
            self.wfile.write(act.says)
            if act.hangs_up:
                break

    def finish(self) -> None:
        super().finish()
        with suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)
        self.server.has_hung_up.set()

    def _request(self) -> str | None:
        """Its body; None when the client has gone."""
        length = 0
        while line := self.rfile.readline().strip().lower():
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        return self.rfile.read(length).decode() if length else None


@contextmanager
def scripted(tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
    with ScriptedServer(tls) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.hang_up()
        server.shutdown()
        thread.join()
