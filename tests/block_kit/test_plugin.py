"""The check is at work: whatever reaches the stand-in is looked at, and a test that sends what no bot should fails."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tests
from bot.demo.slack_server import SlackServer, unhurried
from bot.demo.slack_server.responses import issue_response_url
from tests.block_kit.plugin import INSPECTOR

HEADER_TOO_LONG = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
MESSAGE = {"text": "x", "blocks": [HEADER_TOO_LONG]}
VIEW = {"type": "home", "blocks": [HEADER_TOO_LONG]}

pytestmark = pytest.mark.shows_anything


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer(unhurried())
    server.workspace.add_channel("general")
    server.workspace.add_user("mina")
    with server:
        yield server


def call(slack: SlackServer, method: str, **arguments: Any) -> None:
    token = {"Authorization": f"Bearer {slack.workspace.bot_token}", "Content-Type": "application/json"}
    request = urllib.request.Request(slack.api_url + method, json.dumps(arguments).encode(), token)
    urllib.request.urlopen(request).close()


def test_a_message_is_looked_at_however_it_is_posted(slack: SlackServer) -> None:
    channel, mina = slack.workspace.channel("general"), slack.workspace.person("mina")
    call(slack, "chat.postMessage", channel=channel.id, text="fine")
    assert INSPECTOR.take() == []
    call(slack, "chat.postMessage", channel=channel.id, **MESSAGE)
    call(slack, "chat.update", channel=channel.id, ts=slack.workspace.messages("general")[0].ts, **MESSAGE)
    call(slack, "chat.postEphemeral", channel=channel.id, user=mina.id, **MESSAGE)
    assert ["151 of at most 150" in found for found in INSPECTOR.take()] == [True] * 3


def test_a_view_is_looked_at(slack: SlackServer) -> None:
    call(slack, "views.publish", user_id=slack.workspace.person("mina").id, view=VIEW)
    (found,) = INSPECTOR.take()
    assert "151 of at most 150" in found


def test_what_goes_to_a_response_url_is_looked_at(slack: SlackServer) -> None:
    workspace = slack.workspace
    where = {"user": workspace.person("mina").id, "channel": workspace.channel("general").id}
    address, _url = issue_response_url(workspace, slack.base_url, **where)
    urllib.request.urlopen(urllib.request.Request(address, json.dumps(MESSAGE).encode())).close()
    (found,) = INSPECTOR.take()
    assert "says neither ephemeral nor in_channel" in found
    assert "151 of at most 150" in found


def test_a_test_that_shows_what_slack_would_not_take_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(tests.__file__).parents[1]))
    pytester.makepyfile(
        f"""
        import pytest
        from bot.demo.slack_server import Asked
        from bot.demo.slack_server.onlookers import show

        def test_bad():
            show(Asked.MESSAGE, {MESSAGE})

        @pytest.fixture
        def bad_at_the_end():
            yield
            show(Asked.VIEW, {VIEW})

        def test_bad_at_its_end(bad_at_the_end):
            pass

        def test_good():
            show(Asked.MESSAGE, {{"text": "fine"}})

        @pytest.mark.shows_anything
        def test_bad_on_purpose():
            show(Asked.MESSAGE, {MESSAGE})
        """
    )
    result = pytester.runpytest_subprocess("-p", "tests.block_kit.plugin", "-W", "error")
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(["*Slack would not take this message:", "*/blocks/0/text: 151 of at most 150"])
