"""From a card, with the whole bot between the stand-ins: a failure is looked after, and run again to its end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.demo.dataflow_server import Workflow
from bot.demo.dataflow_server.account import Course
from bot.demo.dataflow_server.model import TriggerKind
from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Message
from bot.slack.blocks.actions import ACK, RERUN
from tests.town import Town

NAME = "일별 매출 집계"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.chdir(tmp_path)
    with Town(tmp_path).open() as open_town:
        open_town.dataflow.account.course_when_executed = Course(waits_for=0.1, runs_for=0.5)
        yield open_town


@pytest.fixture
def workflow(town: Town) -> Workflow:
    """One that the API lets people start, with two jobs."""
    return town.dataflow.account.add_workflow(NAME, jobs=["적재", "집계"], trigger=TriggerKind.EVENT)


def card(town: Town) -> Message:
    """The card of the workflow's failure, once it is there."""
    town.wait_until(lambda: [one for one in town.cards() if NAME in one.text])
    return next(one for one in town.cards() if NAME in one.text)


def thread(town: Town) -> list[str]:
    return [reply.text.splitlines()[0] for reply in card(town).thread]


def press(town: Town, action_id: str) -> str:
    done = town.slack.user("mina").click(card(town), action_id)
    assert done.error is None
    return done.wait_for_response().text


def starts(town: Town) -> int:
    return sum(request.operation == "executeWorkflow" for request in town.dataflow.requests_seen)


def test_a_failure_is_looked_after_and_its_workflow_run_again_until_it_is_over(town: Town, workflow: Workflow) -> None:
    with town.running():
        town.dataflow.account.start(workflow.workflow_id, "FAILED", runs_for=0.1)
        assert "You look after" in press(town, ACK)
        town.wait_until(lambda: "Acknowledged" in card(town).text)
        assert "accepted a run" in press(town, RERUN)
        town.wait_until(lambda: any("COMPLETED in 2 jobs, run again by mina" in one for one in thread(town)))
    assert any("RUN AGAIN by mina, started" in one for one in thread(town))
    assert any("RECOVERED" in one for one in thread(town))
    assert starts(town) == 1


def test_a_lost_answer_starts_nothing_twice_and_its_run_is_found(town: Town, workflow: Workflow) -> None:
    with town.running():
        town.dataflow.account.start(workflow.workflow_id, "FAILED", runs_for=0.1)
        card(town)
        town.dataflow.faults.add(Fault(kind=FaultKind.RESET_AFTER, operation="executeWorkflow", times=1))
        assert "nobody knows whether" in press(town, RERUN)
        town.wait_until(lambda: any("COMPLETED in 2 jobs" in one for one in thread(town)))
    assert any("nobody knows whether it starts" in one for one in thread(town))
    assert starts(town) == 1


def test_what_a_schedule_starts_has_no_button_to_run_it_again(town: Town) -> None:
    with town.running():
        town.dataflow.account.start(town.orders, "FAILED", runs_for=0.1)
        town.wait_until(town.cards)
        elements = [one for block in town.cards()[0].blocks for one in block.get("elements", [])]
        actions = {element.get("action_id") for element in elements}
    assert ACK in actions
    assert RERUN not in actions


def test_with_nobody_configured_nothing_is_changed_and_it_is_said_how_to_allow_it(
    town: Town, workflow: Workflow
) -> None:
    with town.running(operator_users=""):
        town.dataflow.account.start(workflow.workflow_id, "FAILED", runs_for=0.1)
        card(town)
        assert "OPERATOR_USERS" in press(town, RERUN)
    assert starts(town) == 0
