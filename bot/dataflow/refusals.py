"""Error answers: from status, headers and body to the typed error. Never raises anything itself, whatever the body.

Two documented shapes: the gateway's {"error": {"errorCode", "message", "details"}} (NCP API guide, response codes), and
{"detail", "errorType"} at the top, which the service answers in public samples. Text, HTML, nothing: all may come.
"""

import re
from datetime import datetime
from typing import Any

import msgspec

from bot.dataflow.server_clock import parse_http_date
from bot.errors import ApiFailed, ApiNotFound, ApiRefused, ApiThrottled, ApiUnauthorized

LONGEST_TEXT = 300
LONGEST_RETRY_AFTER = 3600.0


def refusal(what: str, status: int, body: bytes) -> ApiRefused:
    """The error for an answer other than 2xx."""
    code, message, details = _parts(body)
    return _class_of(status)(what, status, code=code or None, message=message, details=details)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait, from a Retry-After of either kind (RFC 9110, 10.2.3); `now` is the server's time."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header.strip()):
        return min(float(header), LONGEST_RETRY_AFTER)
    until = parse_http_date(header)
    if until is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)


def _class_of(status: int) -> type[ApiRefused]:
    if status >= 500:
        return ApiFailed
    return {401: ApiUnauthorized, 403: ApiUnauthorized, 404: ApiNotFound, 429: ApiThrottled}.get(status, ApiRefused)


def _parts(body: bytes) -> tuple[str, str, str]:
    """Code, message and details, each "" where absent."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", _plain(body), ""
    if not isinstance(decoded, dict):
        return "", _text(decoded), ""
    inner = decoded.get("error")
    fields: dict[str, Any] = inner if isinstance(inner, dict) else decoded
    code = _text(fields.get("errorCode")) or _text(fields.get("errorType"))
    message = _text(fields.get("message")) or _text(fields.get("detail"))
    return code, message, _text(fields.get("details"))


def _plain(body: bytes) -> str:
    if body.lstrip()[:1] == b"<":
        return "an HTML page instead of an error"
    return _text(body[: 4 * LONGEST_TEXT].decode(errors="replace"))


def _text(value: Any) -> str:
    """One printable line, cut: it ends in logs and in Slack."""
    if value is None:
        return ""
    words = " ".join(str(value).split())
    return "".join(letter for letter in words if letter.isprintable())[:LONGEST_TEXT]
