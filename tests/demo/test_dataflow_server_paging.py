"""Execution lists of the Data Flow stand-in: pages, order, the choices the guide leaves open, and disturbed paging."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from bot.demo.dataflow_server import DataFlowServer, Dialect, Order
from bot.demo.faults import Fault, FaultKind


class Cloud(DataFlowServer):
    """The stand-in with one workflow, whose runs are known by their age: 0 is the newest."""

    def __init__(self) -> None:
        super().__init__()
        self.workflow_id = self.account.add_workflow("orders-daily-load").workflow_id
        self.ids: list[str] = []

    def start_runs(self, count: int) -> None:
        now = datetime.now(UTC)
        runs = [self.account.start(self.workflow_id, at=now - timedelta(minutes=age)) for age in range(count)]
        self.ids = [run.execution_id for run in runs]

    def get(self, query: str) -> requests.Response:
        path = f"/api/v1/workflows/{self.workflow_id}/executions?{query}"
        return requests.get(self.base_url + path, headers=self.signed_headers("GET", path), timeout=5)

    def ages(self, query: str) -> list[int]:
        return self.ages_in(self.get(query).json())

    def ages_in(self, answer: dict[str, Any]) -> list[int]:
        return [self.ids.index(item["jobExecutionId"]) for item in answer["list"]]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def test_pages_hold_every_run_once_newest_first(cloud: Cloud) -> None:
    cloud.start_runs(7)
    assert [cloud.ages(f"page={page}&limit=3") for page in range(4)] == [[0, 1, 2], [3, 4, 5], [6], []]


def test_a_page_holds_a_thousand_runs_when_nobody_says_how_many(cloud: Cloud) -> None:
    cloud.start_runs(1001)
    answer = cloud.get("page=0").json()
    assert (len(answer["list"]), answer["count"], answer["page"], answer["limit"]) == (1000, 1000, 0, 1000)


@pytest.mark.parametrize(
    ("dialect", "query", "shown", "count", "limit"),
    [
        (Dialect(order=Order.OLDEST_FIRST), "limit=2", [4, 3], 2, 2),
        (Dialect(is_count_total=True), "limit=2", [0, 1], 5, 2),
        (Dialect(page_cap=2), "limit=1000&page=1", [2, 3], 2, 2),
        (Dialect(), "limit=0", [], 0, 0),
    ],
)
def test_what_the_guide_leaves_open_about_lists_can_be_chosen(
    cloud: Cloud, dialect: Dialect, query: str, shown: list[int], count: int, limit: int
) -> None:
    cloud.start_runs(5)
    cloud.dialect = dialect
    answer = cloud.get(query).json()
    assert (cloud.ages_in(answer), answer["count"], answer["limit"]) == (shown, count, limit)


def test_a_shuffled_order_is_the_same_on_every_page(cloud: Cloud) -> None:
    cloud.start_runs(30)
    cloud.dialect = Dialect(order=Order.SHUFFLED)
    paged = [age for page in range(3) for age in cloud.ages(f"page={page}&limit=10")]
    assert paged != sorted(paged)
    assert sorted(paged) == list(range(30))


@pytest.mark.parametrize("query", ["page=-1", "limit=ten", "limit=", "page=1.5"])
def test_bad_paging_is_refused(cloud: Cloud, query: str) -> None:
    response = cloud.get(query)
    assert (response.status_code, response.json()["error"]["message"]) == (400, "bad-parameter")


@pytest.mark.parametrize(
    ("kind", "second_page"),
    [
        (FaultKind.REORDERED_PAGE, [3, 2]),
        (FaultKind.REPEATED_PAGE, [0, 1]),
        (FaultKind.SHIFTED_PAGES, [1, 2]),
    ],
)
def test_pages_can_be_disturbed(cloud: Cloud, kind: FaultKind, second_page: list[int]) -> None:
    cloud.start_runs(5)
    cloud.faults.add(Fault(kind=kind, operation="getWorkflowExecutions"))
    assert cloud.ages("page=1&limit=2") == second_page


def test_a_forgotten_run_leaves_its_list(cloud: Cloud) -> None:
    cloud.start_runs(3)
    cloud.account.forget(cloud.ids[1])
    assert cloud.ages("page=0") == [0, 2]
