"""The boundary to the API's JSON: what is understood, what is left out, and that nothing else ever comes out."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.model import Execution, ExecutionStatus, Job, Trigger, TriggerRule, Workflow
from bot.dataflow import payloads
from bot.dataflow.model import AcceptedRun, DailyCounts, ExecutionCounts, Skipped, StartCount
from bot.dataflow.payloads import Page
from bot.errors import ApiMalformed

# The item of the guide's example (getWorkflowExecutions), shortened to the fields that matter.
ITEM: dict[str, Any] = {
    "jobExecutionId": "3tfNLPexec01",
    "jobId": "3tfNLPjob001",
    "jobName": "일별 매출 집계",
    "jobCondition": {
        "workerType": "DEFAULT",
        "numWorker": 2,
        "timeout": 360,
        "scriptPath": "bucket/script.py",
        "logPath": "bucket/logs",
    },
    "status": "FAILED",
    "startDate": "2025-03-19T10:00:10+09:00",
    "endDate": "2025-03-19T10:01:45+09:00",
    "createdDate": "2025-03-19T10:00:00+09:00",
    "triggerId": "3tfNLPtrig01",
    "triggerName": "daily",
    "waitingTime": 36,
    "runningTime": 18,
    "executorNum": 2,
    "parsedParameters": [],
    "type": "WORKFLOW",
}
EXECUTION = Execution(
    job_execution_id="3tfNLPexec01",
    workflow_id="w1",
    job=Job("3tfNLPjob001", "일별 매출 집계", 360, "bucket/script.py", "bucket/logs"),
    status=ExecutionStatus.FAILED,
    reported_status="FAILED",
    created_at=datetime(2025, 3, 19, 1, 0, tzinfo=UTC),
    started_at=datetime(2025, 3, 19, 1, 0, 10, tzinfo=UTC),
    ended_at=datetime(2025, 3, 19, 1, 1, 45, tzinfo=UTC),
    trigger=Trigger("3tfNLPtrig01", "daily"),
    waiting_time=36,
    running_time=18,
    executor_num=2,
)


def read(*items: Any, **page: Any) -> Page[Execution]:
    return payloads.executions_page(json.dumps({"list": items, "count": len(items)} | page).encode(), "w1", "test")


def read_item(**changed: Any) -> Execution:
    [execution] = read(ITEM | changed).items
    return execution


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ITEM.items() if name not in names}


def test_the_guides_example_is_understood() -> None:
    assert read(ITEM, page=0, limit=4) == Page([EXECUTION], [], 4)


@pytest.mark.parametrize("parameters", [[], {}, {"a": [1]}, "text", None, 7])
def test_parameters_of_any_shape_are_of_no_interest(parameters: Any) -> None:
    assert read_item(parsedParameters=parameters) == EXECUTION


@pytest.mark.parametrize("status", ["TIMED_OUT", "failed", "", None, 7, ["FAILED"]])
def test_an_unknown_status_is_kept_as_reported(status: Any) -> None:
    execution = read_item(status=status)
    assert execution.status is ExecutionStatus.UNKNOWN
    assert execution.reported_status == (status if isinstance(status, str) else "")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2025-03-19T10:00:10+09:00", datetime(2025, 3, 19, 1, 0, 10, tzinfo=UTC)),
        ("2023-10-23T15:17:32.833", datetime(2023, 10, 23, 6, 17, 32, 833000, tzinfo=UTC)),
        ("2023-10-23T15:17:32", datetime(2023, 10, 23, 6, 17, 32, tzinfo=UTC)),
        ("2023-10-23T06:17:32.833999Z", datetime(2023, 10, 23, 6, 17, 32, 833000, tzinfo=UTC)),
        ("2023-10-23T06:17:32.8-01:00", datetime(2023, 10, 23, 7, 17, 32, 800000, tzinfo=UTC)),
        ("2023-10-23T15:17:32.833+0900", datetime(2023, 10, 23, 6, 17, 32, 833000, tzinfo=UTC)),
        ("", None),
        (None, None),
    ],
)
def test_dates_come_in_many_forms(date: str | None, expected: datetime | None) -> None:
    assert read_item(endDate=date).ended_at == expected


def test_an_absent_date_is_like_null() -> None:
    assert read(without("endDate")).items[0].ended_at is None


@pytest.mark.parametrize(
    "date",
    ["yesterday", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+09:00", "2025-02-30T00:00:00", "1742454000000"],
)
@pytest.mark.parametrize("name", ["startDate", "endDate", "createdDate"])
def test_an_item_with_an_impossible_date_is_left_out_and_reported(name: str, date: str) -> None:
    page = read(ITEM, ITEM | {name: date})
    assert page.items == [EXECUTION]
    assert page.skipped == [Skipped(f"list[1].{name}", f"is not a date that can be kept: {date!r}")]


@pytest.mark.parametrize("identifier", ["", None, 7, ["x"], "x" * 256, "nul\0", "line\n", "\ud800"])
def test_an_item_without_a_usable_id_is_left_out_and_reported(identifier: Any) -> None:
    page = read(ITEM, ITEM | {"jobExecutionId": identifier}, ITEM)
    assert page.items == [EXECUTION, EXECUTION]
    assert [skipped.path for skipped in page.skipped] == ["list[1].jobExecutionId"]


@pytest.mark.parametrize("item", [None, 7, "text", [], [ITEM]])
def test_what_is_no_object_is_left_out_and_reported(item: Any) -> None:
    page = read(item, ITEM)
    assert page.items == [EXECUTION]
    assert [skipped.path for skipped in page.skipped] == ["list[0]"]


def test_an_id_alone_is_enough() -> None:
    assert read({"jobExecutionId": "3tfNLPexec01"}).items == [
        Execution("3tfNLPexec01", "w1", Job("", ""), ExecutionStatus.UNKNOWN)
    ]


def test_what_has_no_name_is_called_by_its_id() -> None:
    execution = read_item(jobName="", triggerName=None)
    assert (execution.job.name, execution.trigger) == ("3tfNLPjob001", Trigger("3tfNLPtrig01", "3tfNLPtrig01"))


@pytest.mark.parametrize("trigger_id", ["", None, 5])
def test_without_a_trigger_id_it_was_a_direct_run(trigger_id: Any) -> None:
    assert read_item(triggerId=trigger_id).trigger is None


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        *((0, 0), (36, 36), ("36", 36), (36.0, 36), (2**31 - 1, 2**31 - 1)),
        *((-1, None), (2**31, None), (2**63, None), (10**30, None), (1.5, None), (float("nan"), None)),
        *((float("inf"), None), ("many", None), ("\ud800", None), ("", None), (None, None), ([], None)),
    ],
)
def test_counts_are_whole_and_fit_into_a_column(reported: Any, expected: int | None) -> None:
    assert read_item(waitingTime=reported).waiting_time == expected


def test_an_integer_of_thousands_of_digits_costs_only_itself() -> None:
    body = b'{"list": [{"jobExecutionId": "a", "waitingTime": ' + b"9" * 5000 + b"}]}"
    assert payloads.executions_page(body, "w1", "test").items[0].waiting_time is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a\0b", "ab"), ("\0", "3tfNLPjob001"), ("a\ud83d", "a?"), ("x" * 300, "x" * 255), ("😀", "😀")],
)
def test_texts_are_made_fit_for_both_databases(name: str, expected: str) -> None:
    assert read_item(jobName=name).job.name == expected


def test_bytes_that_are_not_utf8_cost_only_their_own_letter() -> None:
    body = json.dumps({"list": [ITEM]}).encode().replace(b"daily", b"da\xffly")
    [execution] = payloads.executions_page(body, "w1", "test").items
    assert execution.trigger == Trigger("3tfNLPtrig01", "da\ufffdly")


@pytest.mark.parametrize("condition", [None, [], "x", {}, {"timeout": "long"}])
def test_a_missing_job_condition_is_survived(condition: Any) -> None:
    job = read_item(jobCondition=condition).job
    assert job == Job("3tfNLPjob001", "일별 매출 집계")


@pytest.mark.parametrize("limit", [None, "4", 0, -1, True, 1.5, []])
def test_a_limit_that_is_no_page_size_counts_as_not_said(limit: Any) -> None:
    assert read(ITEM, limit=limit).limit is None


WORKFLOW: dict[str, Any] = {
    "workflowId": "3tfNLPabcdef",
    "name": "orders",
    "triggerRuleType": "RECURRING",
    "isTemp": False,
    "disabled": False,
    "lastExecutionDate": "2025-03-19T10:00:00+09:00",
    "nodes": [{"id": "t", "type": "TRIGGER"}],
}


def read_workflow(**changed: Any) -> Workflow:
    [workflow] = payloads.workflows_page(json.dumps({"list": [WORKFLOW | changed]}).encode(), "test").items
    return workflow


def test_a_workflow_is_understood() -> None:
    last_execution_at = datetime(2025, 3, 19, 1, 0, tzinfo=UTC)
    assert read_workflow() == Workflow(
        "3tfNLPabcdef", "orders", TriggerRule.RECURRING, last_execution_at=last_execution_at, trigger_id="t"
    )


@pytest.mark.parametrize(
    ("disabled", "is_viewable"),
    [(True, False), ("true", False), ("True", False), (False, True), ("false", True), ("", True), (None, True)],
)
def test_whether_a_workflow_may_be_viewed_comes_as_a_boolean_or_a_text(disabled: Any, is_viewable: bool) -> None:
    assert read_workflow(disabled=disabled).is_viewable is is_viewable


@pytest.mark.parametrize("date", ["", None, "yesterday", "9999-12-31T23:59:59-01:00", 7])
def test_a_workflow_is_not_lost_for_the_date_of_its_last_run(date: Any) -> None:
    assert read_workflow(lastExecutionDate=date) == Workflow(
        "3tfNLPabcdef", "orders", TriggerRule.RECURRING, trigger_id="t"
    )


@pytest.mark.parametrize("nodes", [None, [], 7, [{"type": "JOB", "id": "j"}], [{"type": "TRIGGER"}], [None]])
def test_a_workflow_is_not_lost_for_the_nodes_of_its_flow(nodes: Any) -> None:
    assert read_workflow(nodes=nodes).trigger_id is None


@pytest.mark.parametrize("rule", ["HOURLY", "", None, 7])
def test_an_unknown_trigger_rule_is_unknown(rule: Any) -> None:
    assert read_workflow(triggerRuleType=rule).trigger_rule is TriggerRule.UNKNOWN


@pytest.mark.parametrize(
    ("nodes", "rule"),
    [
        ([{"type": "JOB"}, {"type": "TRIGGER", "triggerRule": "ONE_TIME"}], TriggerRule.ONE_TIME),
        ([{"type": "TRIGGER"}], TriggerRule.UNKNOWN),
        ([], TriggerRule.UNKNOWN),
        (None, TriggerRule.UNKNOWN),
        ("nodes", TriggerRule.UNKNOWN),
    ],
)
def test_the_trigger_rule_of_a_single_workflow_stands_in_its_nodes(nodes: Any, rule: TriggerRule) -> None:
    body = json.dumps({"workflowId": "3tfNLPabcdef", "name": "orders", "nodes": nodes}).encode()
    assert payloads.single_workflow(body, "test") == Workflow("3tfNLPabcdef", "orders", rule)


def test_an_accepted_run_is_understood() -> None:
    body = b'{"workflowId": "w1", "triggerId": "t1", "status": "ACCEPTED"}'
    assert payloads.accepted_run(body, "w1", "test") == AcceptedRun("w1", "t1", "ACCEPTED")


def test_statistics_are_understood() -> None:
    counts = b'{"totalCount": 10, "completedCount": 7, "failedCount": "2"}'
    days = b'{"result": [{"totalCount": 3, "startDate": "2025-03-19T00:00:01", "endDate": "2025-03-20T00:00:00"}]}'
    starts = b'{"result": [{"time": 1742342400000, "value": 4}]}'
    assert payloads.execution_counts(counts, "test") == ExecutionCounts(10, 7, 2)
    assert payloads.daily_counts(days, "test") == [
        DailyCounts(datetime(2025, 3, 18, 15, 0, 1, tzinfo=UTC), datetime(2025, 3, 19, 15, 0, tzinfo=UTC), 3)
    ]
    assert payloads.start_counts(starts, "test") == [StartCount(datetime(2025, 3, 19, tzinfo=UTC), 4)]


@pytest.mark.parametrize(
    ("decode", "body"),
    [
        (payloads.execution_counts, b'{"totalCount": 10, "completedCount": 7}'),
        (payloads.execution_counts, b'{"totalCount": -1, "completedCount": 7, "failedCount": 2}'),
        (payloads.daily_counts, b'{"result": [{"totalCount": 3, "startDate": "2025-03-19T00:00:01"}]}'),
        (payloads.daily_counts, b'{"result": [7]}'),
        (payloads.daily_counts, b'{"result": null}'),
        (payloads.start_counts, b'{"result": [{"value": 4}]}'),
        (payloads.start_counts, b'{"result": [{"time": 1e300, "value": 4}]}'),
        (payloads.start_counts, b'{"result": [{"time": 10000000000000000000, "value": 4}]}'),
    ],
)
def test_a_statistic_with_a_part_missing_is_malformed(decode: Any, body: bytes) -> None:
    with pytest.raises(ApiMalformed, match=r"^test: "):
        decode(body, "test")
