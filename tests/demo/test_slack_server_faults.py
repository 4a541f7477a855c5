"""Faults ordered from the Slack stand-in, as a client meets them and as they leave the channel."""

from collections.abc import Iterator

import pytest
import requests

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import Happening, SlackServer, unhurried

POST = "chat.postMessage"


class Slack(SlackServer):
    def __init__(self) -> None:
        super().__init__(unhurried())
        self.alerts = self.workspace.add_channel("data-alerts").id

    def post(self, text: str = "alert") -> requests.Response:
        headers = {"Authorization": f"Bearer {self.workspace.bot_token}"}
        body = {"channel": self.alerts, "text": text}
        return requests.post(self.api_url + POST, json=body, headers=headers, timeout=5)

    def count(self) -> int:
        return len(self.workspace.messages("data-alerts"))


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as slack:
        yield slack


@pytest.mark.parametrize(
    ("kind", "visible"),
    [
        pytest.param(FaultKind.RESET_BEFORE, 0, id="the request is lost"),
        pytest.param(FaultKind.RESET_AFTER, 1, id="the reply is lost"),
        pytest.param(FaultKind.TRUNCATED, 1, id="the reply is cut off"),
    ],
)
def test_a_broken_connection_hides_from_the_client_whether_the_message_is_there(
    slack: Slack, kind: FaultKind, visible: int
) -> None:
    slack.faults.add(Fault(kind=kind, operation=POST, times=1))
    with pytest.raises(requests.RequestException):
        slack.post()
    assert slack.count() == visible


@pytest.mark.parametrize(
    ("kind", "body", "visible"),
    [
        (FaultKind.HTML, "<!DOCTYPE html>", 0),
        (FaultKind.WRONG_SHAPE, "[", 1),
        (FaultKind.CUT_JSON, '{"ok": true', 1),
        (FaultKind.EMPTY, "", 1),
    ],
)
def test_a_spoiled_body_comes_with_status_200(slack: Slack, kind: FaultKind, body: str, visible: int) -> None:
    slack.faults.add(Fault(kind=kind, operation=POST, times=1))
    answer = slack.post()
    assert answer.status_code == 200
    assert answer.text.startswith(body)
    assert slack.count() == visible


def test_an_error_after_the_work_leaves_the_message_in_the_channel(slack: Slack) -> None:
    slack.faults.add(Fault(kind=FaultKind.ERROR_AFTER, operation=POST, times=1, status=200, error="fatal_error"))
    assert slack.post().json() == {"ok": False, "error": "fatal_error"}
    assert slack.count() == 1


@pytest.mark.parametrize(
    ("status", "error"), [(429, "ratelimited"), (500, "internal_error"), (503, "service_unavailable")]
)
def test_an_http_error_has_slacks_body_and_posts_nothing(slack: Slack, status: int, error: str) -> None:
    slack.faults.add(Fault(kind=FaultKind.STATUS, operation=POST, times=1, status=status, retry_after=7))
    answer = slack.post()
    assert (answer.status_code, answer.json()["error"], answer.headers["Retry-After"]) == (status, error, "7")
    assert slack.count() == 0


def test_any_error_by_name_is_given_until_the_faults_are_cleared(slack: Slack) -> None:
    slack.refuse("chat.*", "is_archived")
    assert [slack.post().json()["error"] for _ in range(2)] == ["is_archived", "is_archived"]
    slack.faults.clear()
    assert slack.post().json()["ok"]


@pytest.mark.parametrize("kind", [FaultKind.SLOW, FaultKind.DRIP])
def test_a_slow_answer_outlasts_an_impatient_client_though_the_message_is_there(slack: Slack, kind: FaultKind) -> None:
    slack.faults.add(Fault(kind=kind, operation=POST, times=1, delay=0.001 if kind is FaultKind.DRIP else 0.1))
    assert slack.post().json()["ok"]
    assert slack.count() == 1


def test_a_message_that_lands_late_has_the_ts_of_its_landing(slack: Slack) -> None:
    slack.faults.add(Fault(kind=FaultKind.LANDS_LATE, operation=POST, times=1, delay=0.1))
    with pytest.raises(requests.RequestException):
        slack.post("first")
    assert slack.post("second").json()["ok"]
    slack.workspace.wait_for(lambda: slack.count() == 2)
    assert [message.text for message in slack.workspace.messages("data-alerts")] == ["second", "first"]


def test_the_journal_names_the_fault_beside_what_was_done(slack: Slack) -> None:
    slack.faults.add(Fault(kind=FaultKind.RESET_AFTER, operation=POST, times=1))
    with pytest.raises(requests.RequestException):
        slack.post()
    told = [(entry.what, entry.outcome) for entry in slack.log.entries()]
    assert told == [(Happening.SPOILED, "reset after"), (Happening.APPEARED, ""), (Happening.CALLED, "ok")]


def test_slack_down_refuses_connections_and_comes_back_with_everything_in_place(slack: Slack) -> None:
    slack.post()
    slack.go_down()
    with pytest.raises(requests.ConnectionError):
        slack.post()
    slack.start()
    assert slack.post().json()["ok"]
    assert slack.count() == 2
