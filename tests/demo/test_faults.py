"""The faults as a client sees them on the wire, and whether the request was carried out all the same."""

import http.client
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from aiohttp import web

from bot.demo.faults import Fault, FaultKind, FaultPlan, answer_with
from bot.demo.serving import Serving

ANSWER = {"answer": "x" * 50}


class Counter:
    """A server with one operation, `count`, that says how often it was carried out."""

    def __init__(self) -> None:
        self.faults = FaultPlan()
        self.carried_out = 0
        self.serving = Serving(self.make_app)

    def make_app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/count", self.answer)
        return app

    async def answer(self, request: web.Request) -> web.StreamResponse:
        return await answer_with(self.faults.take("count"), request, self.carry_out, self.refuse)

    async def carry_out(self) -> web.Response:
        self.carried_out += 1
        return web.json_response(ANSWER)

    def refuse(self, fault: Fault) -> web.Response:
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return web.json_response({"error": fault.error}, status=fault.status, headers=headers)

    def get(self, timeout: float = 5) -> requests.Response:
        return requests.get(f"{self.serving.base_url}/count", timeout=timeout)


@pytest.fixture
def counter() -> Iterator[Counter]:
    counter = Counter()
    with counter.serving:
        yield counter


def test_without_a_fault_the_answer_arrives(counter: Counter) -> None:
    assert counter.get().json() == ANSWER
    assert counter.carried_out == 1


@pytest.mark.parametrize(
    ("fault", "status", "body", "carried_out"),
    [
        (Fault(kind=FaultKind.STATUS, status=503, error="busy"), 503, '{"error": "busy"}', 0),
        (Fault(kind=FaultKind.ERROR_AFTER, error="fatal_error"), 500, '{"error": "fatal_error"}', 1),
        (Fault(kind=FaultKind.WRONG_SHAPE), 200, '["unexpected", {"list": {"0": null}}]', 1),
        (Fault(kind=FaultKind.CUT_JSON), 200, '{"answer": "xxxxxxxxxxxxxxxxxxxx', 1),
        (Fault(kind=FaultKind.EMPTY), 200, "", 1),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else "",
)
def test_a_fault_replaces_the_answer(counter: Counter, fault: Fault, status: int, body: str, carried_out: int) -> None:
    counter.faults.add(fault)
    answer = counter.get()
    assert (answer.status_code, answer.text, counter.carried_out) == (status, body, carried_out)


def test_a_proxy_page_is_html_with_status_200(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.HTML))
    answer = counter.get()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert counter.carried_out == 0


@pytest.mark.parametrize("retry_after", [None, 7])
def test_retry_after_is_sent_only_when_asked_for(counter: Counter, retry_after: int | None) -> None:
    counter.faults.add(Fault(kind=FaultKind.STATUS, status=429, retry_after=retry_after))
    assert counter.get().headers.get("Retry-After") == (None if retry_after is None else "7")


@pytest.mark.parametrize(("kind", "carried_out"), [(FaultKind.RESET_BEFORE, 0), (FaultKind.RESET_AFTER, 1)])
def test_a_reset_drops_the_connection(counter: Counter, kind: FaultKind, carried_out: int) -> None:
    counter.faults.add(Fault(kind=kind))
    with pytest.raises(requests.ConnectionError):
        counter.get()
    assert counter.carried_out == carried_out


def test_a_late_landing_is_carried_out_after_the_client_saw_an_error(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.LANDS_LATE, delay=0.3))
    with pytest.raises(requests.ConnectionError):
        counter.get()
    assert counter.carried_out == 0
    while not counter.carried_out:
        time.sleep(0.01)


def test_a_held_request_is_carried_out_after_its_client_has_left(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.HELD, delay=0.3))
    with pytest.raises(requests.ReadTimeout):
        counter.get(timeout=0.05)
    assert counter.carried_out == 0
    while not counter.carried_out:
        time.sleep(0.01)


def test_a_truncated_answer_is_shorter_than_announced(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.TRUNCATED))
    address = urlsplit(counter.serving.base_url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("GET", "/count")
    with pytest.raises(http.client.IncompleteRead) as cut:
        connection.getresponse().read()
    connection.close()
    assert cut.value.partial.startswith(b'{"answer": "x')
    assert counter.carried_out == 1


def test_a_slow_answer_outlasts_an_impatient_client_and_is_carried_out_all_the_same(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.SLOW, delay=60))
    with pytest.raises(requests.ReadTimeout):
        counter.get(timeout=0.05)
    while not counter.carried_out:
        time.sleep(0.01)


def test_a_dripping_body_never_runs_into_a_read_timeout_but_takes_its_time(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.DRIP, delay=0.01))
    started = time.monotonic()
    assert counter.get(timeout=0.5).json() == ANSWER
    assert time.monotonic() - started > 0.5


def test_an_outage_refuses_connections_and_ends_at_the_same_address(counter: Counter) -> None:
    address = counter.serving.base_url
    with requests.Session() as session:
        session.get(f"{address}/count", timeout=5)
        counter.serving.go_down()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{address}/count", timeout=5)
        counter.serving.start()
        assert session.get(f"{address}/count", timeout=5).json() == ANSWER
    assert counter.serving.base_url == address


def test_an_outage_resets_requests_under_way(counter: Counter) -> None:
    counter.faults.add(Fault(kind=FaultKind.SLOW, delay=60))
    address = urlsplit(counter.serving.base_url)
    with socket.create_connection((str(address.hostname), address.port)) as client:
        client.sendall(b"GET /count HTTP/1.1\r\nHost: x\r\n\r\n")
        while not counter.carried_out:
            time.sleep(0.01)
        counter.serving.go_down()
        with pytest.raises(ConnectionResetError):
            client.recv(1)


def test_a_fault_happens_as_often_as_planned_and_on_its_operation_only() -> None:
    plan = FaultPlan()
    twice = Fault(kind=FaultKind.EMPTY, operation="chat.*", times=2)
    plan.add(twice)
    assert [plan.take(name) for name in ("views.open", "chat.update", "chat.postMessage", "chat.update")] == [
        None,
        twice,
        twice,
        None,
    ]


def test_a_cleared_plan_is_empty() -> None:
    plan = FaultPlan()
    plan.add(Fault(kind=FaultKind.EMPTY))
    assert plan.take("anything") is not None
    plan.clear()
    assert plan.take("anything") is None


def test_chance_is_repeated_by_its_seed() -> None:
    plan = FaultPlan()
    plan.add(Fault(kind=FaultKind.EMPTY, probability=0.5))

    def throws() -> list[bool]:
        plan.seed(42)
        return [plan.take("anything") is not None for _ in range(200)]

    first = throws()
    assert first == throws()
    assert 60 < sum(first) < 140
