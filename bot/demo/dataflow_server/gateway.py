"""The API gateway in front of the service: keys, signature, clock window, rate limit, and its own error bodies.

Sources: API guide, Ncloud API common (signature v2, five-minute window) and the gateway's table of common errors.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from aiohttp import web

from bot.demo.dataflow_server.account import Clock
from bot.demo.faults import Fault

TIMESTAMP_HEADER = "x-ncp-apigw-timestamp"
ACCESS_KEY_HEADER = "x-ncp-iam-access-key"
SIGNATURE_HEADER = "x-ncp-apigw-signature-v2"
CLOCK_WINDOW = timedelta(minutes=5)

ACCESS_KEY = "STANDINACCESSKEY0001"
SECRET_KEY = "StandInSecretKey000000000000000000000001"  # noqa: S105 -- opens nothing but this stand-in

# The gateway's code and message by HTTP status. 429 has two more codes: 400 Quota Exceeded, 410 Throttle Limited.
ERRORS = {
    400: ("100", "Bad Request Exception"),
    401: ("200", "Authentication Failed"),
    404: ("300", "Not Found Exception"),
    413: ("430", "Request Entity Too Large"),
    429: ("420", "Rate Limited"),
    500: ("900", "Unexpected Error"),
    503: ("500", "Endpoint Error"),
    504: ("510", "Endpoint Timeout"),
}
PERMISSION_DENIED = ("210", "Permission Denied")  # sent with 401, not 403


@dataclass(frozen=True, slots=True)
class Key:
    secret: str
    is_read_only: bool = False


class RateLimit:
    """So many requests a second, and `burst` at once after a pause."""

    def __init__(self, clock: Clock, per_second: float, burst: int = 1) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst = burst
        self._allowance: float = burst
        self._refilled_at = clock()

    def has_room(self) -> bool:
        """Whether one more request fits; if so, it is counted."""
        now = self._clock()
        earned = (now - self._refilled_at).total_seconds() * self._per_second
        self._allowance, self._refilled_at = min(self._burst, self._allowance + earned), now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True


class Gateway:
    """Lets a request through or says why not. Its clock may be wrong (`skew`), its rate may be limited."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rate_limit: RateLimit | None = None
        self.keys = {ACCESS_KEY: Key(SECRET_KEY)}
        self.skew = timedelta()
        self.retry_after: float | None = None  # seconds, sent with 429 when set; the guide promises no such header

    def limit_rate(self, per_second: float, burst: int = 1) -> None:
        self._rate_limit = RateLimit(self._clock, per_second, burst)

    def now(self) -> datetime:
        return self._clock() + self.skew

    def date_header(self) -> str:
        return format_datetime(self.now(), usegmt=True)

    def objection(self, request: web.Request, *, is_write: bool) -> web.Response | None:
        """The refusal of a request, or None when it may pass."""
        if self._rate_limit is not None and not self._rate_limit.has_room():
            return refusal(429, retry_after=self.retry_after)
        key = self.keys.get(request.headers.get(ACCESS_KEY_HEADER, ""))
        if key is None:
            return refusal(401, details="Invalid authentication information.")
        if not self._is_timely(request.headers.get(TIMESTAMP_HEADER, "")):
            return refusal(401, details="Expired timestamp.")
        given = request.headers.get(SIGNATURE_HEADER, "")
        expected = signature(request.method, request.raw_path, request.headers, key.secret)
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return refusal(401, details="Invalid authentication information.")
        if is_write and key.is_read_only:
            return error_answer(401, *PERMISSION_DENIED)
        return None

    def _is_timely(self, timestamp: str) -> bool:
        if not (timestamp.isascii() and timestamp.isdigit()):
            return False
        return abs(int(timestamp) / 1000 - self.now().timestamp()) <= CLOCK_WINDOW.total_seconds()


def signature(method: str, path_and_query: str, headers: Mapping[str, str], secret: str) -> str:
    """Signature v2 of a request with these headers; `path_and_query` byte for byte as it stood in the request line."""
    timestamp, access_key = headers.get(TIMESTAMP_HEADER, ""), headers.get(ACCESS_KEY_HEADER, "")
    message = f"{method} {path_and_query}\n{timestamp}\n{access_key}"
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def error_answer(
    status: int, code: str, message: str, *, details: str = "", retry_after: float | None = None
) -> web.Response:
    """The documented error body, used by the gateway and by the service."""
    error = {"errorCode": code, "message": message, "details": details or message}
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return web.json_response({"error": error}, status=status, headers=headers)


def refusal(
    status: int, *, message: str | None = None, details: str = "", retry_after: float | None = None
) -> web.Response:
    """The gateway's answer with its usual code and words for a status, or another message."""
    code, usual = ERRORS.get(status, ("900", "Unexpected Error"))
    return error_answer(status, code, message or usual, details=details, retry_after=retry_after)


def fault_answer(fault: Fault) -> web.Response:
    return refusal(fault.status, message=fault.error, retry_after=fault.retry_after)
