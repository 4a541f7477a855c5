"""Signature v2 against vectors, and keys that stay out of sight."""

import pytest

from bot.dataflow import AccessKey
from bot.dataflow.signing import signature, signed_headers
from bot.errors import SettingsError

KEYS = AccessKey("TESTACCESSKEY0000001", "TestSecretKey0000000000000000000000000001")
TIMESTAMP = 1742454000000

# Computed from the rule in the NCP API guide with made-up keys, not taken from the live service.
VECTORS = [
    ("GET", "/api/v1/workflows?page=0&limit=1000", "HoSX9lLzOaxO/YW9oW+zChYK58El7IFViEN34t8EU/g="),
    ("GET", "/api/v1/workflows/3tfNLPabcdef", "baa6XbNrg1qFaMlrd/MiSeebwYkttrSswkApFIiBIBM="),
    (
        "GET",
        "/api/v1/workflows/3tfNLPabcdef/executions?page=0&limit=1000",
        "DDGqDAzV/6/BdXa2j7jiLvK8xRq0H01ROV/5IcR6iYk=",
    ),
    (
        "GET",
        "/api/v1/stats/executions?startDate=2025-03-19T00%3A00%3A00&endDate=2025-03-20T23%3A59%3A59",
        "BBvGh3zPLaiW2Y4cY9W2/lKQ71sxALbIqXMeHD/DMP0=",
    ),
    ("POST", "/api/v1/workflows/3tfNLPabcdef/executions", "fNz/F+p3gx+jcq5x6W0DbX9gS9YltV8YSrnCUu6ZzMw="),
]


@pytest.mark.parametrize(("method", "target", "expected"), VECTORS)
def test_requests_are_signed_by_the_documented_rule(method: str, target: str, expected: str) -> None:
    assert signature(KEYS, method, target, TIMESTAMP) == expected


def test_the_signature_agrees_with_one_published_for_another_service_of_the_gateway() -> None:
    keys = AccessKey("AK_TEST", "SK_TEST")
    signed = signature(keys, "POST", "/vserver/v2/createServerInstances?regionCode=KR", 1700000000000)
    assert signed == "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw="


def test_the_headers_carry_what_was_signed() -> None:
    method, target, expected = VECTORS[0]
    assert signed_headers(KEYS, method, target, TIMESTAMP) == {
        "x-ncp-apigw-timestamp": "1742454000000",
        "x-ncp-iam-access-key": "TESTACCESSKEY0000001",
        "x-ncp-apigw-signature-v2": expected,
    }


def test_the_secret_key_is_not_in_the_repr() -> None:
    assert "TestSecretKey" not in f"{KEYS!r} {KEYS}"


@pytest.mark.parametrize("broken", ["", "CANARY KEY", "CANARY\n", "CANARY\r\nX-Injected: 1", "카나리아", "CANARY\0"])
@pytest.mark.parametrize("which", ["access", "secret"])
def test_a_key_that_no_header_can_carry_is_refused_without_being_repeated(broken: str, which: str) -> None:
    pair = (broken, "secret") if which == "access" else ("access", broken)
    with pytest.raises(SettingsError, match=f"The {which} key") as refused:
        AccessKey(*pair)
    assert "CANARY" not in str(refused.value)
