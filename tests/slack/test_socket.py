"""The Socket Mode link at the stand-in: a connection that is only open on our side is found out, and made anew."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.demo.slack_server import Happening, SlackServer
from bot.slack.socket import PING_EVERY, SocketLink


@contextmanager
def linked(slack: SlackServer, ping_every: float) -> Iterator[SocketLink]:
    """Connected, and made anew as the pings say."""
    client = WebClient(token=slack.workspace.bot_token, base_url=slack.api_url)
    app = App(client=client, token_verification_enabled=False)
    app.command("/dataflow")(lambda ack: ack("here", response_type="ephemeral"))
    link = SocketLink(app, slack.workspace.app_token, ping_every=ping_every)
    link.start()
    try:
        slack.wait_for_socket()
        yield link
    finally:
        link.stop(grace=30)


def seconds_until_found_out(slack: SlackServer) -> float:
    """From the moment in which the server falls silent, right after its greeting, until the next connection."""
    before, began = len(slack.log.entries(Happening.CONNECTED)), time.monotonic()
    slack.go_half_open()
    slack.workspace.wait_for(lambda: len(slack.log.entries(Happening.CONNECTED)) > before, timeout=60)
    return time.monotonic() - began


def test_a_link_that_is_open_on_our_side_alone_is_made_anew_and_people_are_answered_again(slack: SlackServer) -> None:
    with linked(slack, ping_every=0.2):
        seconds_until_found_out(slack)
        asked = slack.user("mina").command("/dataflow help", channel="data-alerts")
        assert asked.wait_for_response().text == "here"


@pytest.mark.chaos
def test_it_is_found_out_within_fifteen_seconds(slack: SlackServer) -> None:
    """The one promise that is a time; nothing but the client's own pings keeps it."""
    with linked(slack, PING_EVERY):
        assert seconds_until_found_out(slack) < 15
