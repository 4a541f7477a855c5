"""The gateway of the Data Flow stand-in: whom it lets through, and with which documented error it turns others away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from bot.demo.dataflow_server import DataFlowServer
from bot.demo.dataflow_server.gateway import Key, signature

NOON = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)
WORKFLOWS = "/api/v1/workflows?page=0&limit=1000"
OWN_KEY = ("TESTACCESSKEY0000001", "TestSecretKey0000000000000000000000000001", "1742454000000")


class Cloud(DataFlowServer):
    """The stand-in on a clock that only the tests move."""

    def __init__(self) -> None:
        self.now = NOON
        super().__init__(clock=lambda: self.now)

    def send(self, path: str = WORKFLOWS, *, method: str = "GET", **changed: str) -> requests.Response:
        """A properly signed request, unless `timestamp`, `access_key`, `signature` or `signed_path` say otherwise."""
        headers = {
            "x-ncp-apigw-timestamp": changed.get("timestamp", self.timestamp()),
            "x-ncp-iam-access-key": changed.get("access_key", self.access_key),
        }
        proper = signature(method, changed.get("signed_path", path), headers, self.secret_key)
        headers["x-ncp-apigw-signature-v2"] = changed.get("signature", proper)
        return requests.request(method, self.base_url + path, headers=headers, timeout=5)

    def timestamp(self, **later: float) -> str:
        return str(round((self.now + timedelta(**later)).timestamp() * 1000))


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


@pytest.mark.parametrize(
    ("key", "method", "path", "expected"),
    [
        # Computed from the documented rule with made-up keys; none of them was tried against the live service.
        (OWN_KEY, "GET", "/api/v1/workflows?page=0&limit=1000", "HoSX9lLzOaxO/YW9oW+zChYK58El7IFViEN34t8EU/g="),
        (OWN_KEY, "GET", "/api/v1/workflows/3tfNLPabcdef", "baa6XbNrg1qFaMlrd/MiSeebwYkttrSswkApFIiBIBM="),
        (
            OWN_KEY,
            "GET",
            "/api/v1/workflows/3tfNLPabcdef/executions?page=0&limit=1000",
            "DDGqDAzV/6/BdXa2j7jiLvK8xRq0H01ROV/5IcR6iYk=",
        ),
        (
            OWN_KEY,
            "GET",
            "/api/v1/stats/executions?startDate=2025-03-19T00%3A00%3A00&endDate=2025-03-20T23%3A59%3A59",
            "BBvGh3zPLaiW2Y4cY9W2/lKQ71sxALbIqXMeHD/DMP0=",
        ),
        (
            OWN_KEY,
            "POST",
            "/api/v1/workflows/3tfNLPabcdef/executions",
            "fNz/F+p3gx+jcq5x6W0DbX9gS9YltV8YSrnCUu6ZzMw=",
        ),
        # Published with a public client of another service of the same gateway.
        (
            ("AK_TEST", "SK_TEST", "1700000000000"),
            "POST",
            "/vserver/v2/createServerInstances?regionCode=KR",
            "xBcE26XFU55BMjppdPT7ZY3oDrqoOedfPyAn3Cq4lUw=",
        ),
    ],
)
def test_signatures_follow_the_documented_rule(
    key: tuple[str, str, str], method: str, path: str, expected: str
) -> None:
    access_key, secret, timestamp = key
    headers = {"x-ncp-apigw-timestamp": timestamp, "x-ncp-iam-access-key": access_key}
    assert signature(method, path, headers, secret) == expected


def test_a_signed_request_passes(cloud: Cloud) -> None:
    assert cloud.send().status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"access_key": "SOMEBODYELSE00000000"},
        {"access_key": ""},
        {"signature": ""},
        {"signature": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
        {"timestamp": ""},
        {"timestamp": "noon"},
        {"signed_path": "/api/v1/workflows"},
        {"signed_path": "/api/v1/workflows?limit=1000&page=0"},
    ],
    ids=repr,
)
def test_anything_wrong_about_the_signature_is_an_authentication_failure(cloud: Cloud, changed: dict[str, str]) -> None:
    response = cloud.send(**changed)
    error = response.json()["error"]
    assert (response.status_code, error["errorCode"], error["message"]) == (401, "200", "Authentication Failed")


def test_the_signature_covers_the_query_as_sent_and_not_as_decoded(cloud: Cloud) -> None:
    encoded = "/api/v1/stats/executions?startDate=2025-03-19T00%3A00%3A00&endDate=2025-03-20T00%3A00%3A00"
    assert cloud.send(encoded).status_code == 200
    assert cloud.send(encoded, signed_path=encoded.replace("%3A", ":")).status_code == 401


@pytest.mark.parametrize(("minutes", "status"), [(-5.1, 401), (-5, 200), (5, 200), (5.1, 401)])
def test_a_timestamp_may_be_five_minutes_off(cloud: Cloud, minutes: float, status: int) -> None:
    assert cloud.send(timestamp=cloud.timestamp(minutes=minutes)).status_code == status


def test_a_gateway_whose_clock_is_wrong_says_so_in_its_date_header(cloud: Cloud) -> None:
    cloud.gateway.skew = timedelta(minutes=7)
    refused = cloud.send()
    assert refused.status_code == 401
    assert parsedate_to_datetime(refused.headers["Date"]) == NOON + timedelta(minutes=7)
    assert cloud.send(timestamp=cloud.timestamp(minutes=7)).status_code == 200


def test_a_read_only_key_reads_and_may_not_write(cloud: Cloud) -> None:
    workflow = cloud.account.add_workflow("manual")
    cloud.gateway.keys[cloud.access_key] = Key(cloud.secret_key, is_read_only=True)
    assert cloud.send().status_code == 200
    response = cloud.send(f"/api/v1/workflows/{workflow.workflow_id}/executions", method="POST")
    error = response.json()["error"]
    assert (response.status_code, error["errorCode"], error["message"]) == (401, "210", "Permission Denied")


def test_a_revoked_key_is_unknown_at_once(cloud: Cloud) -> None:
    del cloud.gateway.keys[cloud.access_key]
    assert cloud.send().status_code == 401


def test_requests_beyond_the_rate_are_refused_until_time_has_passed(cloud: Cloud) -> None:
    cloud.gateway.limit_rate(per_second=2, burst=3)
    assert [cloud.send().status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    cloud.now += timedelta(seconds=0.5)
    assert [cloud.send().status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (2, "2")])
def test_the_rate_limit_tells_when_to_come_back_only_if_told_to(
    cloud: Cloud, retry_after: float | None, header: str | None
) -> None:
    cloud.gateway.limit_rate(per_second=0)
    cloud.gateway.retry_after = retry_after
    cloud.send()
    assert cloud.send().headers.get("Retry-After") == header
