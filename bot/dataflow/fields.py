"""Cleans single fields from outside: texts, ids, counts, flags, dates. Knows no payload.

Both databases set limits that JSON does not: PostgreSQL refuses NUL, neither takes lone surrogates or any integer.
"""

from datetime import UTC, datetime, timedelta, timezone

KST = timezone(timedelta(hours=9), "KST")
LONGEST_TEXT = 255
LONGEST_PATH = 2048
LARGEST_COUNT = 2**31 - 1
"""What PostgreSQL's INTEGER holds; as seconds or minutes it also still fits into a timedelta."""


class BadFieldError(Exception):
    """A field without which, or with which, its item makes no sense."""

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self.reason = reason
        super().__init__(f"{name}: {reason}")


def text(value: str | None, longest: int = LONGEST_TEXT) -> str:
    """Without NUL, with "?" for lone surrogates, cut; "" when absent."""
    if not value:
        return ""
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\0", "")[:longest]


def path(value: str | None) -> str | None:
    return text(value, LONGEST_PATH) or None


def identifier(name: str, value: str | None) -> str:
    """An id as it is, since a mended one would not be found again; the API's are 12 letters and digits."""
    if not value:
        raise BadFieldError(name, "is missing, empty or not a text")
    if len(value) > LONGEST_TEXT:
        raise BadFieldError(name, f"is {len(value)} characters long")
    if not value.isprintable() or "\ufffd" in value:
        raise BadFieldError(name, "has characters that no id has")
    return value


def count(value: int | None) -> int | None:
    return value if value is not None and 0 <= value <= LARGEST_COUNT else None


def flag(value: bool | str | None, default: bool) -> bool:
    """A Boolean, or its name as an old page of the guide has it."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), default)
    return default if value is None else value


def date(name: str, value: str | None) -> datetime | None:
    """ISO 8601 to aware UTC, cut to milliseconds. Without an offset it means KST, as in old examples of the guide.

    Absent, null and "" alike mean "not yet": the guide does not say which the API uses.
    """
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=KST)
        if moment.microsecond % 1000:  # `replace` takes longer than all the rest
            moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadFieldError(name, f"is not a date that can be kept: {value[:40]!r}") from None
