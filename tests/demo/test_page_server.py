"""The server of the demo's page: what it shows of the stand-ins, what it lets people do, and whom it refuses."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
import requests

from bot.demo.dataflow_server import DataFlowServer, Status
from bot.demo.life import Life
from bot.demo.page_server import Clouds, Offer, PageServer
from bot.demo.page_server.acts import NotPossible
from bot.demo.page_server.picture import difference, screen_of
from bot.demo.slack_server import SlackServer
from bot.demo.story import load


@pytest.fixture
def clouds() -> Iterator[Clouds]:
    with DataFlowServer() as dataflow, SlackServer() as slack:
        slack.workspace.add_channel("data-alerts")
        slack.workspace.add_user("mina")
        slack.workspace.add_user("jun")
        yield Clouds(dataflow, slack, Life(dataflow.account, load()))


@pytest.fixture
def page(clouds: Clouds) -> Iterator[str]:
    with PageServer(clouds, Offer((("help", "What you can ask."),))) as server:
        yield server.address


def person(clouds: Clouds, name: str = "mina") -> str:
    return clouds.slack.workspace.person(name).id


def first_patch(page: str, who: str) -> dict[str, Any]:
    with requests.get(f"{page}changes", params={"person": who}, stream=True, timeout=5) as stream:
        line = next(line for line in stream.iter_lines() if line)
    patch: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
    return patch


def post(page: str, path: str, **order: Any) -> requests.Response:
    return requests.post(f"{page}{path}", json=order, timeout=5)


def test_the_first_change_holds_the_whole_screen(clouds: Clouds, page: str) -> None:
    clouds.slack.user("mina").say("hello", "data-alerts")
    shown = first_patch(page, person(clouds))["changed"]
    assert [value["text"] for key, value in shown.items() if key.startswith("message/")] == ["hello"]
    assert len([key for key in shown if key.startswith("workflow/")]) == 6
    assert shown["me"] == person(clouds)


def test_a_whisper_is_on_the_screen_of_one_person_only(clouds: Clouds) -> None:
    workspace = clouds.slack.workspace
    workspace.post(workspace.channel("data-alerts"), workspace.bot.id, "psst", ephemeral_for=person(clouds))
    texts = {
        name: [value["text"] for key, value in screen_of(workspace, person(clouds, name)).items() if "message/" in key]
        for name in ("mina", "jun")
    }
    assert texts == {"mina": ["psst"], "jun": []}


def test_a_patch_is_what_differs_and_what_is_gone() -> None:
    patch = difference({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4})
    assert (patch.changed, patch.gone) == ({"b": 5, "d": 4}, ("c",))
    assert difference({"a": 1}, {"a": 1}).is_empty


def test_people_act_as_they_do_in_slack(clouds: Clouds, page: str) -> None:
    answer = post(page, "act", person=person(clouds), do="say", text="anybody?", channel="data-alerts")
    assert answer.json() == {"error": None, "errors": {}}
    assert [message.text for message in clouds.slack.workspace.messages("data-alerts")] == ["anybody?"]


def test_a_command_that_nobody_hears_says_what_slack_says(clouds: Clouds, page: str) -> None:
    answer = post(page, "act", person=person(clouds), do="command", line="/dataflow help", channel="data-alerts")
    assert answer.json()["error"] == "dispatch_failed"


@pytest.mark.parametrize("order", [{"do": "command", "line": "/dataflow help"}, {"do": "say", "text": "anybody?"}])
def test_while_slack_is_away_people_are_told_so_and_nothing_is_sent(
    clouds: Clouds, page: str, order: dict[str, Any]
) -> None:
    clouds.slack.go_down()
    answer = post(page, "act", person=person(clouds), channel="data-alerts", **order)
    assert (answer.status_code, answer.json()["error"]) == (409, "Slack is away: nothing can be sent")
    assert clouds.slack.workspace.messages("data-alerts") == []


@pytest.mark.parametrize(
    "order",
    [
        {"do": "fly"},
        {"do": "click", "channel": "data-alerts", "ts": "1.0", "action_id": "x"},
        {"do": "submit", "view": "V0"},
        {"do": "command", "line": "/nope", "channel": "data-alerts"},
        {"do": "say", "text": "hello"},
    ],
)
def test_what_cannot_be_done_is_refused_in_words(clouds: Clouds, page: str, order: dict[str, Any]) -> None:
    answer = post(page, "act", person=person(clouds), **order)
    assert answer.status_code == 409
    assert answer.json()["error"]


def test_a_run_is_started_and_ended_by_hand(clouds: Clouds, page: str) -> None:
    workflow = clouds.dataflow.account.workflows()[0].workflow_id
    post(page, "turn", do="start", workflow=workflow, outcome="COMPLETED", runs_for=None)
    (run,) = clouds.dataflow.account.executions(workflow)
    post(page, "turn", do="finish", run=run.execution_id, outcome="FAILED")
    (run,) = clouds.dataflow.account.executions(workflow)
    assert run.status(clouds.dataflow.account.clock()) is Status.FAILED


def test_a_cloud_that_is_switched_off_answers_nobody_until_it_is_switched_on(clouds: Clouds, page: str) -> None:
    post(page, "turn", do="slack", up=False)
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{clouds.slack.api_url}api.test", timeout=2)
    post(page, "turn", do="slack", up=True)
    assert requests.post(f"{clouds.slack.api_url}api.test", timeout=2).status_code == 200


def test_speeds_are_shown_and_chosen_as_multiples_of_the_storys_own(clouds: Clouds) -> None:
    clouds.life = Life(clouds.dataflow.account, load("bad-night"))
    own = clouds.life.speed
    assert clouds.state()["speed"] in clouds.state()["speeds"]
    clouds.turn({"do": "speed", "speed": 3})
    assert (clouds.life.speed, clouds.state()["speed"]) == (3 * own, 3)


@pytest.mark.parametrize("order", [{"speed": -1}, {"speed": "fast"}, {"speed": None}, {"speed": 7}])
def test_a_speed_that_is_not_offered_is_refused(clouds: Clouds, order: dict[str, Any]) -> None:
    with pytest.raises(NotPossible):
        clouds.turn({"do": "speed", **order})


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_another_site_in_the_same_browser_is_refused(clouds: Clouds, page: str, headers: dict[str, str]) -> None:
    host = page.removeprefix("http://").rstrip("/")
    order = json.dumps({"do": "say", "person": person(clouds), "text": "gotcha", "channel": "data-alerts"})
    with closing(HTTPConnection(host, timeout=5)) as connection:
        connection.request("POST", "/act", order, {"Host": host, "Content-Type": "application/json", **headers})
        assert connection.getresponse().status == 403
    assert clouds.slack.workspace.messages("data-alerts") == []


def test_a_form_of_another_site_is_no_order(clouds: Clouds, page: str) -> None:
    order = json.dumps({"do": "say", "person": person(clouds), "text": "gotcha", "channel": "data-alerts"})
    answer = requests.post(f"{page}act", data=order, headers={"Content-Type": "text/plain"}, timeout=5)
    assert answer.status_code == 400


def test_the_page_comes_with_everything_it_needs(page: str) -> None:
    html = requests.get(page, timeout=5)
    assert html.headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert "http://" not in html.text
    assert "https://" not in html.text
