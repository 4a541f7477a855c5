"""The Data Flow stand-in over HTTP: operations, paging, dialects and faults, seen as a client sees them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from bot.demo.dataflow_server import (
    ABSENT,
    DataFlowServer,
    DateStyle,
    Dialect,
    Execution,
    Interval,
    Recurrence,
    TriggerKind,
)
from bot.demo.faults import Fault, FaultKind

NOON = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)  # in Seoul
MINUTE = timedelta(minutes=1)


class Cloud(DataFlowServer):
    """The stand-in on a clock that only the tests move, and a client for it that signs."""

    def __init__(self) -> None:
        self.now = NOON
        super().__init__(clock=lambda: self.now)
        self.workflow_id = self.account.add_workflow("orders-daily-load").workflow_id
        self.listing = f"/api/v1/workflows/{self.workflow_id}/executions"

    def send(self, method: str, path: str) -> requests.Response:
        return requests.request(method, self.base_url + path, headers=self.signed_headers(method, path), timeout=5)

    def get(self, path: str) -> Any:
        response = self.send("GET", path)
        assert response.status_code == 200, response.text
        return response.json()

    def item(self) -> dict[str, Any]:
        """The newest execution of the workflow."""
        newest: dict[str, Any] = self.get(f"{self.listing}?limit=1")["list"][0]
        return newest


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


def test_an_execution_moves_through_its_states_as_the_clock_moves(cloud: Cloud) -> None:
    cloud.account.start(cloud.workflow_id, "FAILED", waits_for=60, runs_for=120)
    seen = []
    for _ in range(4):
        item = cloud.item()
        seen.append((item["status"], item["waitingTime"], item["runningTime"], "startDate" in item, "endDate" in item))
        cloud.now += MINUTE
    assert seen == [
        ("READY", 0, 0, False, False),
        ("RUNNING", 60, 0, True, False),
        ("RUNNING", 60, 60, True, False),
        ("FAILED", 60, 120, True, True),
    ]


def test_a_run_planned_for_later_is_not_there_before(cloud: Cloud) -> None:
    cloud.account.start(cloud.workflow_id, at=NOON + MINUTE)
    assert cloud.get(cloud.listing)["list"] == []
    cloud.now += MINUTE
    assert cloud.item()["status"] == "RUNNING"


def test_an_item_has_the_documented_fields_and_size(cloud: Cloud) -> None:
    cloud.account.start(cloud.workflow_id, at=NOON - 10 * MINUTE)
    response = cloud.send("GET", cloud.listing)
    [item] = response.json()["list"]
    documented = (
        "jobExecutionId jobId jobName jobCondition status startDate endDate createdDate triggerId triggerName "
        "waitingTime runningTime executorNum parsedParameters type"
    )
    assert set(item) == set(documented.split())
    assert len(item["jobExecutionId"]) == 12
    assert item["startDate"] == "2025-03-20T11:50:00+09:00"
    assert item["endDate"] == "2025-03-20T11:51:00+09:00"
    assert 750 < len(response.content) < 900


def test_an_execution_can_be_set_and_ended_to_the_second(cloud: Cloud) -> None:
    run = cloud.account.put_execution(cloud.workflow_id, "READY", created_at=NOON - 9 * MINUTE)
    cloud.account.begin(run.execution_id, started_at=NOON - 8 * MINUTE)
    assert cloud.item()["status"] == "RUNNING"
    cloud.account.finish(run.execution_id, "FAILED", ended_at=NOON - 5 * MINUTE)
    item = cloud.item()
    dates = [item[name][11:16] for name in ("createdDate", "startDate", "endDate")]
    assert (item["status"], *dates) == ("FAILED", "11:51", "11:52", "11:55")


def test_an_execution_can_carry_fields_that_nobody_documented(cloud: Cloud) -> None:
    run = cloud.account.put_execution(
        cloud.workflow_id, "FAILED", jobExecutionId="aaaaaaaaaaaA", status="EXPIRED", triggerId=ABSENT, jobName=None
    )
    item = cloud.item()
    assert (run.execution_id, item["jobExecutionId"], item["status"]) == ("aaaaaaaaaaaA", "aaaaaaaaaaaA", "EXPIRED")
    assert "triggerId" not in item
    assert item["jobName"] is None


def test_a_run_canceled_while_waiting_never_started(cloud: Cloud) -> None:
    run = cloud.account.start(cloud.workflow_id, waits_for=60)
    cloud.account.finish(run.execution_id, "CANCELED")
    item = cloud.item()
    assert item["status"] == "CANCELED"
    assert "startDate" not in item


@pytest.mark.parametrize(("unreached", "shown"), [(ABSENT, "absent"), (None, None), ("", "")])
def test_unreached_dates_are_absent_null_or_empty(cloud: Cloud, unreached: Any, shown: str | None) -> None:
    cloud.account.start(cloud.workflow_id)
    cloud.dialect = Dialect(unreached_date=unreached)
    assert cloud.item().get("endDate", "absent") == shown


def test_the_old_dates_are_korean_time_without_saying_so(cloud: Cloud) -> None:
    cloud.account.start(cloud.workflow_id, runs_for=0.5)
    cloud.dialect = Dialect(dates=DateStyle.BARE, parsed_parameters={"day": "20"})
    cloud.now += MINUTE
    item = cloud.item()
    assert (item["endDate"], item["parsedParameters"]) == ("2025-03-20T12:00:00.500", {"day": "20"})


def test_an_unknown_workflow_and_an_unknown_uri_are_refused_each_in_its_own_shape(cloud: Cloud) -> None:
    unknown_id = cloud.send("GET", "/api/v1/workflows/aaaaaaaaaaaa/executions")
    assert (unknown_id.status_code, set(unknown_id.json())) == (404, {"errorType", "detail"})
    for method, path in [("GET", "/api/v1/api/v1/workflows"), ("DELETE", f"/api/v1/workflows/{cloud.workflow_id}")]:
        unknown_uri = cloud.send(method, path)
        assert (unknown_uri.status_code, unknown_uri.json()["error"]["errorCode"]) == (404, "300")


def test_workflow_ids_are_case_sensitive(cloud: Cloud) -> None:
    cloud.account.add_workflow("twin", workflow_id="aaaaaaaaaaaA")
    assert cloud.send("GET", "/api/v1/workflows/aaaaaaaaaaaA").status_code == 200
    assert cloud.send("GET", "/api/v1/workflows/aaaaaaaaaaaa").status_code == 404


def test_workflows_tell_their_nodes_and_last_execution(cloud: Cloud) -> None:
    cloud.account.add_workflow("두 단계", jobs=("extract", "load"), trigger=TriggerKind.EVENT)
    cloud.account.start(cloud.workflow_id, at=NOON - MINUTE)
    first, second = cloud.get("/api/v1/workflows")["list"]
    assert first["lastExecutionDate"] == "2025-03-20T11:59:00+09:00"
    assert (first["triggerRuleType"], second["triggerRuleType"]) == ("RECURRING", "NONE")
    assert "lastExecutionDate" not in second
    trigger, extract, load = second["nodes"]
    assert [node["type"] for node in second["nodes"]] == ["TRIGGER", "JOB", "JOB"]
    assert [extract["parentNodeIds"], load["parentNodeIds"]] == [[trigger["id"]], [extract["id"]]]
    one = cloud.get(f"/api/v1/workflows/{second['workflowId']}")
    assert (one["name"], "lastExecutionDate" in one) == ("두 단계", False)


def test_workflows_can_be_renamed_and_removed(cloud: Cloud) -> None:
    cloud.account.start(cloud.workflow_id)
    cloud.account.rename_workflow(cloud.workflow_id, "주문 적재")
    assert [item["name"] for item in cloud.get("/api/v1/workflows")["list"]] == ["주문 적재"]
    cloud.account.remove_workflow(cloud.workflow_id)
    assert cloud.get("/api/v1/workflows")["list"] == []
    assert cloud.send("GET", cloud.listing).status_code == 404


def test_jobs_and_triggers_are_found_by_name_and_by_id(cloud: Cloud) -> None:
    run = cloud.account.start(cloud.workflow_id)
    cloud.account.add_workflow("manual", trigger=TriggerKind.NONE)
    [job] = cloud.get("/api/v1/jobs?name=orders")["list"]
    assert job == cloud.get(f"/api/v1/jobs/{job['jobId']}")
    assert (job["status"], job["lastExecutionStatus"]) == ("RUNNING", "RUNNING")
    [item] = cloud.get(f"/api/v1/jobs/{job['jobId']}/executions")["list"]
    assert item == cloud.get(f"/api/v1/jobs/{job['jobId']}/executions/{run.execution_id}")
    triggers = cloud.get("/api/v1/triggers")["list"]
    assert [trigger["type"] for trigger in triggers] == ["SCHEDULED", "NONE"]
    assert cloud.get(f"/api/v1/triggers/{triggers[0]['triggerId']}")["triggerRule"]["interval"] == "DAY"


@pytest.mark.parametrize(
    ("interval", "rule"),
    [
        (Interval.HOUR, {"interval": "HOUR", "time": "05"}),
        (Interval.DAY, {"interval": "DAY", "time": "12:05"}),
        (Interval.WEEK, {"interval": "WEEK", "time": "12:05", "dayOfWeek": ["THURSDAY"]}),
    ],
)
def test_a_recurring_trigger_tells_when_it_fires_in_korean_time(
    cloud: Cloud, interval: Interval, rule: dict[str, Any]
) -> None:
    cloud.account.reschedule(cloud.workflow_id, Recurrence(interval, NOON + 5 * MINUTE))
    [trigger] = cloud.get("/api/v1/triggers")["list"]
    assert trigger["triggerRule"] == {"type": "RECURRING", **rule}


def test_a_running_execution_can_be_canceled_once(cloud: Cloud) -> None:
    run = cloud.account.start(cloud.workflow_id)
    path = f"/api/v1/jobs/{run.job.job_id}/executions/{run.execution_id}/cancel"
    assert cloud.send("POST", path).json() is True
    assert cloud.item()["status"] == "CANCELED"
    assert cloud.send("POST", path).json()["error"]["message"] == "bad-state"


@pytest.mark.parametrize("trigger", [TriggerKind.NONE, TriggerKind.EVENT])
def test_executing_a_workflow_is_accepted_and_starts_each_of_its_jobs(cloud: Cloud, trigger: TriggerKind) -> None:
    workflow = cloud.account.add_workflow("two-steps", jobs=("extract", "load"), trigger=trigger)
    path = f"/api/v1/workflows/{workflow.workflow_id}/executions"
    response = cloud.send("POST", path)
    assert response.status_code == 202
    assert response.json() == {
        "workflowId": workflow.workflow_id,
        "triggerId": workflow.trigger.trigger_id,
        "status": "ACCEPTED",
    }
    items = cloud.get(path)["list"]
    assert {item["jobName"] for item in items} == {"extract", "load"}
    assert {item["status"] for item in items} == {"READY"}


@pytest.mark.parametrize("trigger", [TriggerKind.RECURRING, TriggerKind.ONE_TIME])
def test_a_scheduled_workflow_cannot_be_executed(cloud: Cloud, trigger: TriggerKind) -> None:
    workflow = cloud.account.add_workflow("scheduled", trigger=trigger)
    response = cloud.send("POST", f"/api/v1/workflows/{workflow.workflow_id}/executions")
    assert (response.status_code, response.json()["error"]["message"]) == (400, "bad-state")
    assert cloud.account.executions(workflow.workflow_id) == []


def test_a_fault_of_the_transport_hits_the_operation_it_is_planned_for(cloud: Cloud) -> None:
    cloud.faults.add(Fault(kind=FaultKind.STATUS, operation="getWorkflowExecutions", status=429, retry_after=3))
    response = cloud.send("GET", cloud.listing)
    assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
    assert response.json()["error"] == {"errorCode": "420", "message": "Rate Limited", "details": "Rate Limited"}
    assert cloud.send("GET", "/api/v1/workflows").status_code == 200


def test_an_execution_whose_acceptance_was_lost_runs_all_the_same(cloud: Cloud) -> None:
    workflow = cloud.account.add_workflow("manual", trigger=TriggerKind.NONE)
    cloud.faults.add(Fault(kind=FaultKind.RESET_AFTER, operation="executeWorkflow", times=1))
    with pytest.raises(requests.ConnectionError):
        cloud.send("POST", f"/api/v1/workflows/{workflow.workflow_id}/executions")
    assert len(cloud.account.executions(workflow.workflow_id)) == 1


def test_every_request_is_noted_with_its_fate(cloud: Cloud) -> None:
    cloud.faults.add(Fault(kind=FaultKind.RESET_BEFORE, operation="getJobs"))
    cloud.get(f"{cloud.listing}?page=0&limit=5")
    with pytest.raises(requests.ConnectionError):
        cloud.send("GET", "/api/v1/jobs")
    cloud.send("GET", "/favicon.ico")
    assert [(seen.operation, seen.path, seen.status, seen.fault) for seen in cloud.requests_seen] == [
        ("getWorkflowExecutions", f"{cloud.listing}?page=0&limit=5", 200, None),
        ("getJobs", "/api/v1/jobs", None, FaultKind.RESET_BEFORE),
        ("unknown", "/favicon.ico", 404, None),
    ]


def test_the_account_outlives_an_outage(cloud: Cloud) -> None:
    run = cloud.account.start(cloud.workflow_id)
    cloud.go_down()
    with pytest.raises(requests.ConnectionError):
        cloud.get(cloud.listing)
    cloud.start()
    assert cloud.item()["jobExecutionId"] == run.execution_id


def test_statistics_count_by_outcome_over_the_days_asked_for(cloud: Cloud) -> None:
    day = timedelta(days=1)
    for outcome, ago in [("COMPLETED", 0), ("FAILED", 0), ("CANCELED", 0), ("COMPLETED", 1), ("FAILED", 9)]:
        cloud.account.start(cloud.workflow_id, outcome, at=NOON - MINUTE - ago * day)
    period = "startDate=2025-03-19T00%3A00%3A00&endDate=2025-03-20T23%3A59%3A59"
    assert cloud.get(f"/api/v1/stats/executions?{period}") == {"totalCount": 4, "completedCount": 2, "failedCount": 1}
    assert cloud.get(f"/api/v1/stats/executions-interval?{period}")["result"] == [
        {"totalCount": 1, "startDate": "2025-03-19T00:00:01", "endDate": "2025-03-20T00:00:00"},
        {"totalCount": 3, "startDate": "2025-03-20T00:00:01", "endDate": "2025-03-21T00:00:00"},
    ]
    times = cloud.get(f"/api/v1/stats/execution-times?{period}")["result"]
    assert [entry["value"] for entry in times] == [1, 3]
    assert times[1]["time"] - times[0]["time"] == day.total_seconds() * 1000


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "startDate=2025-03-19T00:00:00",
        "startDate=yesterday&endDate=2025-03-20T00:00:00",
        "startDate=2025-03-19T00:00:00Z&endDate=2025-03-20T00:00:00Z",
        "startDate=2025-03-21T00:00:00&endDate=2025-03-20T00:00:00",
    ],
)
def test_statistics_want_two_dates_in_order_without_offset(cloud: Cloud, query: str) -> None:
    response = cloud.send("GET", f"/api/v1/stats/executions?{query}")
    assert (response.status_code, response.json()["error"]["message"]) == (400, "bad-parameter")


def test_an_ended_run_that_is_changed_again_is_shown_changed(cloud: Cloud) -> None:
    run: Execution = cloud.account.put_execution(cloud.workflow_id, "COMPLETED")
    assert cloud.item()["status"] == "COMPLETED"
    cloud.account.finish(run.execution_id, "FAILED")
    assert cloud.item()["status"] == "FAILED"
