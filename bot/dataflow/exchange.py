"""One signed request and its answer, within limits of time and size. Decides nothing about trying again.

The environment's settings apply (proxies, REQUESTS_CA_BUNDLE, read once); its netrc does not.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from urllib.parse import urlsplit

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from bot.dataflow.answers import Answer, receive
from bot.dataflow.connections import NETWORK_ERRORS, Connection, Connections
from bot.dataflow.refusals import refusal, retry_after
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.signing import AccessKey, signed_headers
from bot.errors import ApiRefused, ApiUnauthorized, ApiUnreachable, SettingsError

MAX_ERROR_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class ClientOptions:
    """Times in seconds. `total_timeout` spans all attempts at one answer and the pauses between them, not the wait for
    its turn under `requests_per_second`."""

    connect_timeout: float = 3.05
    attempt_timeout: float = 15.0
    total_timeout: float = 30.0
    attempts: int = 4
    backoff_base: float = 0.5
    backoff_max: float = 8.0
    max_body_bytes: int = 64 * 1024 * 1024
    page_size: int = 1000
    requests_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of the API guide; `target` is the path with its query, percent-encoded, as signed and sent."""

    operation: str
    target: str
    method: str = "GET"

    @property
    def is_read(self) -> bool:
        return self.method == "GET"

    def __str__(self) -> str:
        return f"{self.operation} {self.target}"


class Exchange:
    """Safe to share between threads. Setting `stopping` ends a running exchange with ApiUnreachable."""

    def __init__(
        self, base_url: str, keys: AccessKey, server_clock: ServerClock, options: ClientOptions, stopping: Event
    ) -> None:
        origin, host, self._prefix = _split(base_url)
        self._keys = keys
        self._server_clock = server_clock
        self._options = options
        self._stopping = stopping
        self._connections = Connections(origin, stopping)
        self._headers = {
            "Host": host,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "dataflow-bot",
        }

    def close(self) -> None:
        self._connections.close()

    def attempt(self, call: Call, deadline: float) -> bytes:
        """The body of the 2xx answer. Asked twice when the first answer shows that it was our clock that it refused.

        `deadline` is by the monotonic clock.
        """
        offset = self._server_clock.offset
        try:
            return self._ask(call, offset, deadline)
        except ApiUnauthorized as error:
            corrected = self._server_clock.offset
            if error.status != 401 or corrected == offset:
                raise
        return self._ask(call, corrected, deadline)

    def _ask(self, call: Call, offset: timedelta, deadline: float) -> bytes:
        left = self._time_left(call, deadline)
        attempt_deadline = time.monotonic() + left
        try:
            connection = self._connections.take(min(self._options.connect_timeout, left))
            try:
                return self._exchange(connection, call, offset, attempt_deadline)
            finally:
                self._connections.give_back(connection)
        except (*NETWORK_ERRORS, _TooLargeError) as error:
            raise ApiUnreachable(f"{call}: {_in_words(error)}") from error

    def _exchange(self, connection: Connection, call: Call, offset: timedelta, deadline: float) -> bytes:
        sent_at = self._server_clock.our_time()
        connection.send(self._signed(call, offset), deadline)
        answer = receive(connection, call.method)
        self._server_clock.observe(answer.headers.get("date"), sent_at)
        if not 200 <= answer.status < 300:
            raise self._refusal(call, answer)
        return _read_whole(answer, self._options.max_body_bytes)

    def _time_left(self, call: Call, deadline: float) -> float:
        """Seconds for the next request."""
        if self._stopping.is_set():
            raise ApiUnreachable(f"{call}: the client is closed")
        left = deadline - time.monotonic()
        if left <= 0:
            raise ApiUnreachable(f"{call}: no answer within {self._options.total_timeout:g} s")
        return min(self._options.attempt_timeout, left)

    def _signed(self, call: Call, offset: timedelta) -> bytes:
        """The request, of which no library may normalise the target after we signed it."""
        target = self._prefix + call.target
        headers = self._headers | signed_headers(
            self._keys, call.method, target, self._server_clock.timestamp_ms(offset)
        )
        if not call.is_read:
            headers["Content-Length"] = "0"
        way = self._connections.way
        lines = [f"{name}: {value}" for name, value in (headers | way.headers).items()]
        return "\r\n".join([f"{call.method} {way.prefix}{target} HTTP/1.1", *lines, "", ""]).encode()

    def _refusal(self, call: Call, answer: Answer) -> ApiRefused:
        """The status says enough when the body cannot be read."""
        try:
            body = answer.read(MAX_ERROR_BYTES)
        except NETWORK_ERRORS:
            body = b""
        error = refusal(str(call), answer.status, body)
        now = self._server_clock.our_time() + self._server_clock.offset
        error.retry_after = retry_after(answer.headers.get("retry-after"), now)
        return error


class _TooLargeError(Exception):
    """Unlike the network's own errors it is not worth a second attempt."""


def _read_whole(answer: Answer, limit: int) -> bytes:
    if (answer.length or 0) > limit or len(body := answer.read(limit)) > limit:
        raise _TooLargeError(f"the answer exceeds {limit} bytes")
    return body


def _in_words(error: BaseException) -> str:
    """The innermost error, which says "Connection refused" where the outermost prints objects."""
    while (inner := error.__cause__ or (None if error.__suppress_context__ else error.__context__)) is not None:
        error = inner
    return f"{type(error).__name__.strip('_')}: {error}"[:200]


def _split(base_url: str) -> tuple[str, str, str]:
    """Origin, what the Host header says, and path prefix. An old page of the guide has `/api/v1` in the base URL: it is
    not doubled."""
    try:
        parts = urlsplit(base_url.strip())
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        url = parse_url(parts.geturl())
    except (ValueError, LocationParseError):
        is_usable = False
    if not is_usable or "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError("The Data Flow API's URL must look like https://host, with nothing behind but a path")
    prefix = (url.path or "").rstrip("/").removesuffix("/api/v1").rstrip("/")
    return f"{url.scheme}://{url.netloc}", url.netloc or "", prefix
