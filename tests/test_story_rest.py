"""A workflow that rests, between the two clouds' stand-ins: it is not asked about, and still told of."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.town import Town


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        yield open_town


def requests_about_runs(town: Town) -> int:
    return sum(request.operation == "getWorkflowExecutions" for request in town.dataflow.requests_seen)


def lists_of_workflows(town: Town) -> int:
    return sum(request.operation == "getWorkflows" for request in town.dataflow.requests_seen)


def let_ten_lists_pass(town: Town) -> int:
    """Returns how often its runs were asked for meanwhile."""
    lists, asked = lists_of_workflows(town), requests_about_runs(town)
    town.wait_until(lambda: lists_of_workflows(town) >= lists + 10)
    return requests_about_runs(town) - asked


def test_a_resting_workflow_is_not_asked_about_and_its_next_failure_is_told(town: Town) -> None:
    long_ago = town.clock() - timedelta(hours=1)
    with town.running(full_sweep_interval="1800"):
        town.dataflow.account.put_execution(town.orders, "COMPLETED", created_at=long_ago, ended_at=long_ago)
        town.wait_until(lambda: let_ten_lists_pass(town) == 0)

        run = town.dataflow.account.start(town.orders, "FAILED", runs_for=0.3)
        town.wait_until(town.alerts)
        town.wait_until(lambda: let_ten_lists_pass(town) == 0)

    (alert,) = town.alerts()
    assert run.execution_id in alert.text
