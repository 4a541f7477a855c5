"""The operations against the stand-in of the cloud, which checks signatures, clocks and parameters."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.core.model import ExecutionStatus, TriggerRule
from bot.core.recurrence import Interval, Recurrence
from bot.dataflow import AcceptedRun, AccessKey, ClientOptions, DailyCounts, DataFlowClient, ExecutionCounts, StartCount
from bot.demo.dataflow_server import DataFlowServer, Dialect, Order, TriggerKind
from bot.demo.dataflow_server.gateway import Key
from bot.demo.faults import Fault, FaultKind
from bot.errors import (
    ApiMalformed,
    ApiNotFound,
    ApiOutcomeUnknown,
    ApiRefused,
    ApiUnauthorized,
    ApiUnreachable,
    NotFound,
)

NOON = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)  # in Seoul
KEYS = AccessKey(DataFlowServer.access_key, DataFlowServer.secret_key)


class Cloud(DataFlowServer):
    """The stand-in on a clock that only the tests move, and a client of it that does not wait between attempts."""

    def __init__(self) -> None:
        self.now = NOON
        super().__init__(clock=lambda: self.now)

    def client(self, **options: float) -> DataFlowClient:
        chosen = ClientOptions(**options)  # type: ignore[arg-type]
        return DataFlowClient(self.base_url, KEYS, clock=lambda: NOON, options=chosen, sleep=lambda _seconds: None)

    @property
    def operations(self) -> list[str]:
        return [request.operation for request in self.requests_seen]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as cloud:
        yield cloud


@pytest.fixture
def client(cloud: Cloud) -> Iterator[DataFlowClient]:
    client = cloud.client()
    yield client
    client.close()


def add_runs(cloud: Cloud, count: int) -> tuple[str, list[str]]:
    workflow_id = cloud.account.add_workflow("orders").workflow_id
    runs = [cloud.account.start(workflow_id, at=NOON - timedelta(minutes=number + 5)) for number in range(count)]
    return workflow_id, [run.execution_id for run in runs]


def test_workflows_are_listed_over_all_pages(cloud: Cloud) -> None:
    added = [cloud.account.add_workflow(f"작업 {number}", trigger=TriggerKind.NONE) for number in range(25)]
    client = cloud.client(page_size=10)
    listing = client.workflows()
    client.close()
    assert {(item.workflow_id, item.name) for item in listing.items} == {
        (each.workflow_id, each.name) for each in added
    }
    assert {item.trigger_rule for item in listing.items} == {TriggerRule.NONE}
    assert (len(listing.items), listing.skipped) == (25, ())


def test_triggers_are_listed_over_all_pages_with_their_rules(cloud: Cloud) -> None:
    daily = [cloud.account.add_workflow(f"daily {number}") for number in range(15)]
    direct = [cloud.account.add_workflow(f"direct {number}", trigger=TriggerKind.NONE) for number in range(10)]
    client = cloud.client(page_size=10)
    rules = {item.trigger_id: item.recurrence for item in client.triggers().items}
    listed = client.workflows().items
    client.close()
    assert {workflow.trigger_id for workflow in listed} == rules.keys()
    at_ten = Recurrence(Interval.DAY, time(10))
    assert rules == {each.trigger.trigger_id: at_ten for each in daily} | {
        each.trigger.trigger_id: None for each in direct
    }


def test_one_workflow_is_read_with_its_trigger_rule(cloud: Cloud, client: DataFlowClient) -> None:
    added = cloud.account.add_workflow("orders", trigger=TriggerKind.RECURRING)
    workflow = client.workflow(added.workflow_id)
    assert (workflow.name, workflow.trigger_rule) == ("orders", TriggerRule.RECURRING)


def test_an_unknown_workflow_is_not_found(client: DataFlowClient) -> None:
    with pytest.raises(ApiNotFound, match="no such workflow"):
        client.workflow("3tfNLPabcdef")


@pytest.mark.parametrize("odd", ["a/b", "a?b", "a#b", "a b", "%41", "일별", "a\nb", "..a", "\ud800", "a;b=c", "*~'"])
def test_an_odd_id_is_signed_as_it_is_sent_and_reaches_the_service(client: DataFlowClient, odd: str) -> None:
    with pytest.raises(ApiNotFound, match="not-found"):
        client.workflow(odd)


@pytest.mark.parametrize("no_id", ["", ".", ".."])
def test_what_would_be_resolved_away_is_no_id(cloud: Cloud, client: DataFlowClient, no_id: str) -> None:
    with pytest.raises(NotFound):
        client.workflow(no_id)
    assert cloud.requests_seen == []


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("cap", [None, 4])
def test_executions_are_read_whole_in_any_order(cloud: Cloud, order: Order, cap: int | None) -> None:
    cloud.dialect = Dialect(order=order, page_cap=cap)
    workflow_id, runs = add_runs(cloud, 35)
    client = cloud.client(page_size=10)
    listing = client.executions(workflow_id)
    client.close()
    assert sorted(item.job_execution_id for item in listing.items) == sorted(runs)
    assert {item.workflow_id for item in listing.items} == {workflow_id}


@pytest.mark.parametrize("kind", [FaultKind.REORDERED_PAGE, FaultKind.REPEATED_PAGE, FaultKind.SHIFTED_PAGES])
def test_executions_are_read_whole_when_a_page_is_out_of_order(cloud: Cloud, kind: FaultKind) -> None:
    workflow_id, runs = add_runs(cloud, 35)
    client = cloud.client(page_size=20)
    cloud.faults.add(Fault(kind=kind, operation="getWorkflowExecutions"))
    listing = client.executions(workflow_id)
    client.close()
    assert {item.job_execution_id for item in listing.items} == set(runs)


def test_an_execution_says_what_became_of_it(cloud: Cloud, client: DataFlowClient) -> None:
    workflow_id = cloud.account.add_workflow("orders").workflow_id
    run = cloud.account.start(workflow_id, "FAILED", at=NOON - timedelta(minutes=5), runs_for=90)
    [execution] = client.executions(workflow_id).items
    assert execution.status is ExecutionStatus.FAILED
    assert execution.ran_for == timedelta(seconds=90)
    assert execution.started_at == NOON - timedelta(minutes=5)
    assert client.execution(workflow_id, run.job.job_id, run.execution_id) == execution


def test_an_execution_that_is_gone_is_not_found(cloud: Cloud, client: DataFlowClient) -> None:
    workflow_id, [run] = add_runs(cloud, 1)
    job_id = client.executions(workflow_id).items[0].job.job_id
    cloud.account.forget(run)
    with pytest.raises(ApiNotFound):
        client.execution(workflow_id, job_id, run)


def test_a_malformed_execution_is_reported_beside_the_good_ones(cloud: Cloud, client: DataFlowClient) -> None:
    workflow_id, runs = add_runs(cloud, 2)
    cloud.account.put_execution(workflow_id, "FAILED", endDate="tomorrow")
    listing = client.executions(workflow_id)
    assert {item.job_execution_id for item in listing.items} == set(runs)
    assert [skipped.path for skipped in listing.skipped] == ["list[0].endDate"]


@pytest.mark.parametrize("kind", [FaultKind.HTML, FaultKind.WRONG_SHAPE, FaultKind.CUT_JSON, FaultKind.EMPTY])
def test_a_malformed_page_fails_the_listing(cloud: Cloud, client: DataFlowClient, kind: FaultKind) -> None:
    workflow_id, _ = add_runs(cloud, 2)
    cloud.faults.add(Fault(kind=kind))
    with pytest.raises(ApiMalformed, match="getWorkflowExecutions"):
        client.executions(workflow_id)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.STATUS, FaultKind.RESET_BEFORE, FaultKind.RESET_AFTER, FaultKind.TRUNCATED, FaultKind.ERROR_AFTER],
)
def test_a_listing_survives_trouble_that_passes(cloud: Cloud, client: DataFlowClient, kind: FaultKind) -> None:
    workflow_id, runs = add_runs(cloud, 2)
    cloud.faults.add(Fault(kind=kind, times=3))
    assert {item.job_execution_id for item in client.executions(workflow_id).items} == set(runs)


def test_an_outage_is_told_and_ends(cloud: Cloud, client: DataFlowClient) -> None:
    cloud.account.add_workflow("orders")
    cloud.go_down()
    with pytest.raises(ApiUnreachable, match="ConnectionRefusedError"):
        client.workflows()
    cloud.start()
    assert len(client.workflows().items) == 1


@pytest.mark.parametrize("minutes", [-90, -4, 4, 1440])
def test_a_clock_that_is_wrong_here_does_not_stop_us(cloud: Cloud, client: DataFlowClient, minutes: int) -> None:
    cloud.gateway.skew = skew = timedelta(minutes=minutes)
    client.workflows()
    assert abs(client.clock_offset - skew) < timedelta(seconds=2)
    asked = len(cloud.requests_seen)
    client.workflows()
    assert len(cloud.requests_seen) == asked + 1


def test_a_run_is_started(cloud: Cloud, client: DataFlowClient) -> None:
    workflow = cloud.account.add_workflow("orders", trigger=TriggerKind.EVENT)
    assert client.execute(workflow.workflow_id) == AcceptedRun(
        workflow.workflow_id, workflow.trigger.trigger_id, "ACCEPTED"
    )
    assert len(cloud.account.executions(workflow.workflow_id)) == 1


def test_a_workflow_that_may_not_be_started_says_so(cloud: Cloud, client: DataFlowClient) -> None:
    workflow = cloud.account.add_workflow("orders", trigger=TriggerKind.RECURRING)
    with pytest.raises(ApiRefused, match="bad-state"):
        client.execute(workflow.workflow_id)


def test_a_read_only_key_may_not_start_a_run(cloud: Cloud, client: DataFlowClient) -> None:
    cloud.gateway.keys[KEYS.access_key] = Key(KEYS.secret_key, is_read_only=True)
    workflow = cloud.account.add_workflow("orders", trigger=TriggerKind.EVENT)
    with pytest.raises(ApiUnauthorized) as refused:
        client.execute(workflow.workflow_id)
    assert (refused.value.code, refused.value.message) == ("210", "Permission Denied")


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.RESET_BEFORE,
        FaultKind.RESET_AFTER,
        FaultKind.STATUS,
        FaultKind.ERROR_AFTER,
        FaultKind.TRUNCATED,
        FaultKind.HTML,
        FaultKind.CUT_JSON,
        FaultKind.EMPTY,
    ],
)
def test_a_run_is_never_started_twice(cloud: Cloud, client: DataFlowClient, kind: FaultKind) -> None:
    workflow = cloud.account.add_workflow("orders", trigger=TriggerKind.EVENT)
    cloud.faults.add(Fault(kind=kind, operation="executeWorkflow"))
    with pytest.raises(ApiOutcomeUnknown):
        client.execute(workflow.workflow_id)
    assert cloud.operations == ["executeWorkflow"]
    assert len(cloud.account.executions(workflow.workflow_id)) <= 1


def test_statistics_are_counted_over_the_account(cloud: Cloud, client: DataFlowClient) -> None:
    workflow_id = cloud.account.add_workflow("orders").workflow_id
    for outcome in ("COMPLETED", "COMPLETED", "FAILED", "CANCELED"):
        cloud.account.start(workflow_id, outcome, at=NOON - timedelta(hours=1))
    midnight = datetime(2025, 3, 19, 15, 0, tzinfo=UTC)
    end = midnight + timedelta(days=1, seconds=-1)
    assert client.execution_counts(midnight, end) == ExecutionCounts(total=4, completed=2, failed=1)
    assert client.daily_counts(midnight, end) == [
        DailyCounts(midnight + timedelta(seconds=1), midnight + timedelta(days=1), 4)
    ]
    assert client.start_times(midnight, end) == [StartCount(NOON - timedelta(hours=1), 4)]


def test_the_start_times_are_looked_for_at_both_their_addresses(cloud: Cloud, client: DataFlowClient) -> None:
    cloud.faults.add(Fault(kind=FaultKind.STATUS, operation="getExecutionTimes", status=404))
    with pytest.raises(ApiNotFound):
        client.start_times(NOON, NOON)
    assert [request.path.split("?")[0] for request in cloud.requests_seen] == [
        "/api/v1/stats/execution-times",
        "/api/v1/stats/executions-times",
    ]
