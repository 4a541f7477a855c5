"""One signed request and its answer, within limits of time and size. Decides nothing about trying again.

The environment's settings apply (proxies, REQUESTS_CA_BUNDLE, read once); its netrc does not.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPException
from threading import Event
from urllib.parse import urlsplit

import urllib3

from bot.dataflow.connections import DirectAdapter
from bot.dataflow.refusals import refusal, retry_after
from bot.dataflow.server_clock import ServerClock
from bot.dataflow.signing import AccessKey, signed_headers
from bot.errors import ApiRefused, ApiUnauthorized, ApiUnreachable, SettingsError

CHUNK = 64 * 1024
"""Bytes per read: small enough that a compressed chunk which decodes to a thousand times its size does no harm."""
MAX_ERROR_BYTES = 64 * 1024
NETWORK_ERRORS = (OSError, urllib3.exceptions.HTTPError, HTTPException)
"""Whatever requests and urllib3 raise; a RequestException is an OSError."""


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
        self._origin, self._prefix = _split(base_url)
        self._keys = keys
        self._server_clock = server_clock
        self._options = options
        self._stopping = stopping
        self._adapter = DirectAdapter(self._origin, stopping)

    def close(self) -> None:
        self._adapter.close()

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
        timeout = self._time_left(call, deadline)
        target = self._prefix + call.target
        headers = self._headers(call.method, target, offset)
        sent_at = self._server_clock.our_time()
        try:
            response = self._adapter.ask(call.method, target, headers, timeout)
            try:
                self._server_clock.observe(response.headers.get("Date"), sent_at)
                if not 200 <= response.status < 300:
                    raise self._refusal(call, response)
                return _read_whole(response, self._options.max_body_bytes)
            finally:
                response.close()
                response.release_conn()
        except (*NETWORK_ERRORS, _TooLargeError) as error:
            raise ApiUnreachable(f"{call}: {_in_words(error)}") from error

    def _time_left(self, call: Call, deadline: float) -> urllib3.Timeout:
        """The time-outs of the next request: to connect, and for the whole answer."""
        if self._stopping.is_set():
            raise ApiUnreachable(f"{call}: the client is closed")
        left = deadline - time.monotonic()
        if left <= 0:
            raise ApiUnreachable(f"{call}: no answer within {self._options.total_timeout:g} s")
        return urllib3.Timeout(min(self._options.connect_timeout, left), min(self._options.attempt_timeout, left))

    def _headers(self, method: str, target: str, offset: timedelta) -> dict[str, str]:
        signed = signed_headers(self._keys, method, target, self._server_clock.timestamp_ms(offset))
        return signed | {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "dataflow-bot"}

    def _refusal(self, call: Call, response: urllib3.BaseHTTPResponse) -> ApiRefused:
        """The status says enough when the body cannot be read."""
        try:
            body = _read(response, MAX_ERROR_BYTES)
        except NETWORK_ERRORS:
            body = b""
        error = refusal(str(call), response.status, body)
        now = self._server_clock.our_time() + self._server_clock.offset
        error.retry_after = retry_after(response.headers.get("Retry-After"), now)
        return error


class _TooLargeError(Exception):
    """Unlike the network's own errors it is not worth a second attempt."""


def _read_whole(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    if (response.length_remaining or 0) > limit:
        raise _TooLargeError(f"the answer exceeds {limit} bytes")
    body = _read(response, limit)
    if len(body) > limit:
        raise _TooLargeError(f"the answer exceeds {limit} bytes")
    return body


def _read(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    """The decoded body; of a longer one than `limit` only a little more than that."""
    is_encoded = "Content-Encoding" in response.headers
    pieces: list[bytes] = []
    left = limit + 1
    while left > 0 and (piece := response.read(CHUNK if is_encoded else left, decode_content=is_encoded)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)  # of one piece, as most are, without a copy


def _in_words(error: BaseException) -> str:
    """The innermost error, which says "Connection refused" where the outermost prints objects."""
    while (inner := error.__cause__ or (None if error.__suppress_context__ else error.__context__)) is not None:
        error = inner
    return f"{type(error).__name__.strip('_')}: {error}"[:200]


def _split(base_url: str) -> tuple[str, str]:
    """Origin and path prefix. An old page of the guide has `/api/v1` in the base URL: it is not doubled."""
    try:
        parts = urlsplit(base_url.strip())
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_usable = False
    if not is_usable or "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError("The Data Flow API's URL must look like https://host, with nothing behind but a path")
    return f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/").removesuffix("/api/v1").rstrip("/")
