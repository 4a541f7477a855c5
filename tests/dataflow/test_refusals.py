"""Error answers become typed errors, whatever their body."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dataflow.refusals import refusal, retry_after
from bot.errors import ApiFailed, ApiNotFound, ApiRefused, ApiThrottled, ApiUnauthorized

NOON = datetime(2025, 3, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind", "is_retryable"),
    [
        (302, ApiRefused, False),
        (400, ApiRefused, False),
        (401, ApiUnauthorized, False),
        (403, ApiUnauthorized, False),
        (404, ApiNotFound, False),
        (413, ApiRefused, False),
        (429, ApiThrottled, True),
        (500, ApiFailed, True),
        (503, ApiFailed, True),
        (504, ApiFailed, True),
    ],
)
def test_the_status_decides_the_kind_of_error(status: int, kind: type[ApiRefused], is_retryable: bool) -> None:
    error = refusal("getWorkflows", status, b"")
    assert type(error) is kind
    assert error.status == status
    assert error.is_retryable is is_retryable


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            b'{"error": {"errorCode": "200", "message": "Authentication Failed", "details": "Expired timestamp."}}',
            ("200", "Authentication Failed", "Expired timestamp."),
        ),
        (b'{"error": {"errorCode": 420, "message": "Rate Limited"}}', ("420", "Rate Limited", "")),
        (
            b'{"detail": "no such workflow", "errorType": "WORKFLOW_NOT_FOUND"}',
            ("WORKFLOW_NOT_FOUND", "no such workflow", ""),
        ),
        (b'{"error": "bad-state"}', (None, "", "")),
        (
            b'{"error": {"errorCode": null, "message": ["a", 1], "details": {"b": null}}}',
            (None, "['a', 1]", "{'b': None}"),
        ),
        (b"[1, 2]", (None, "[1, 2]", "")),
        (b"upstream connect error\r\nreset", (None, "upstream connect error reset", "")),
        (b"<html><body>503 Service Unavailable</body></html>", (None, "an HTML page instead of an error", "")),
        (b"\xff\xfe", (None, "\ufffd\ufffd", "")),
        (b"", (None, "", "")),
    ],
)
def test_both_documented_shapes_and_the_undocumented_ones_are_read(
    body: bytes, expected: tuple[str | None, str, str]
) -> None:
    error = refusal("getWorkflows", 400, body)
    assert (error.code, error.message, error.details) == expected


def test_a_text_from_outside_is_one_printable_short_line() -> None:
    error = refusal("getWorkflows", 400, b'{"detail": "a\\n\\u001b[31mb\\u0000' + b"x" * 10_000 + b'"}')
    assert error.message.startswith("a [31mbxxx")
    assert len(error.message) == 300


@given(st.binary(), st.integers(300, 599))
def test_no_body_is_too_strange(body: bytes, status: int) -> None:
    assert str(refusal("getWorkflows", status, body)).isprintable()


def test_a_body_nested_without_end_is_survived() -> None:
    assert refusal("getWorkflows", 500, b"[" * 60_000).status == 500


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("86400", 3600.0),
        ("Thu, 20 Mar 2025 12:00:30 GMT", 30.0),
        ("Thu, 20 Mar 2025 11:00:00 GMT", 0.0),
        ("Fri, 21 Mar 2025 12:00:00 GMT", 3600.0),
        ("-5", None),
        ("1e9", None),
        ("٣", None),
        ("soon", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOON) == seconds
