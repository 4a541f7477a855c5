"""The Slack stand-in with a Bolt app connected to it: one for the session, because Bolt's socket takes 3 s to close."""

from collections.abc import Iterator

import pytest
from slack_bolt.adapter.socket_mode import SocketModeHandler

from tests.demo.slack_app import LIMITS, Bot, Slack


@pytest.fixture(scope="session")
def bot() -> Bot:
    return Bot()


@pytest.fixture(scope="session")
def connected(bot: Bot) -> Iterator[Slack]:
    with Slack() as slack:
        handler = SocketModeHandler(bot.app(slack.web), slack.workspace.app_token)
        handler.connect()  # type: ignore[no-untyped-call]
        slack.wait_for_socket()
        yield slack
        handler.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def slack(connected: Slack, bot: Bot) -> Iterator[Slack]:
    """The connected stand-in with an empty channel, nothing open, and all its patience."""
    bot.may_go_on.clear()
    yield connected
    bot.may_go_on.set()
    connected.workspace.limits = LIMITS
    connected.put_forward = 0.0
    bot.payloads.clear()
    connected.workspace.views.clear(connected.workspace.person("mina").id)
    channel = connected.workspace.channel("data-alerts")
    for message in connected.mina_sees:
        connected.workspace.delete(channel, message)
