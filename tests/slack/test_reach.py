"""Whether the bot can post somewhere, as a workspace's stand-in has it."""

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer
from bot.services.reach import Obstacle, Reached, Unreached
from bot.slack.reach import SlackReach
from bot.slack.wire import Wire
from bot.slack.workspace import Workspace


@pytest.fixture
def reach(wire: Wire) -> SlackReach:
    return SlackReach(Workspace(wire))


def id_of(slack: SlackServer, name: str) -> str:
    return slack.workspace.channel(name).id


@pytest.mark.parametrize("name", ["#data-alerts", "#Data-Alerts"])
def test_a_channel_is_reached_by_its_name_and_by_its_id(slack: SlackServer, reach: SlackReach, name: str) -> None:
    expected = Reached(id_of(slack, "data-alerts"))
    assert reach.look_at(name) == reach.look_at(expected.channel_id) == expected


def test_a_public_channel_needs_no_invitation_only_because_of_a_scope(slack: SlackServer, wire: Wire) -> None:
    slack.workspace.add_channel("open", bot_is_member=False)
    channel_id = id_of(slack, "open")
    assert SlackReach(Workspace(wire)).look_at("#open") == Reached(channel_id, is_member=False)
    slack.workspace.scopes.discard("chat:write.public")
    assert SlackReach(Workspace(wire)).look_at("#open") == Unreached("#open", Obstacle.NOT_INVITED)


def test_a_private_channel_is_not_there_for_who_is_not_invited(slack: SlackServer, reach: SlackReach) -> None:
    slack.workspace.add_channel("secret", private=True, bot_is_member=False)
    channel_id = id_of(slack, "secret")
    assert reach.look_at("#secret") == Unreached("#secret", Obstacle.UNKNOWN_NAME)
    assert reach.look_at(channel_id) == Unreached(channel_id, Obstacle.NOT_INVITED, "channel_not_found")


def test_an_archived_channel_takes_nothing(slack: SlackServer, reach: SlackReach) -> None:
    channel = slack.workspace.channel("data-alerts")
    channel.is_archived = True
    assert reach.look_at(channel.id) == Unreached(channel.id, Obstacle.ARCHIVED)


@pytest.mark.parametrize("method", ["conversations.list", "conversations.info"])
def test_what_slack_does_not_tell_is_not_assumed(slack: SlackServer, reach: SlackReach, method: str) -> None:
    slack.faults.add(Fault(kind=FaultKind.STATUS, operation=method, status=503))
    unreached = reach.look_at("#data-alerts")
    assert isinstance(unreached, Unreached)
    assert unreached.obstacle is Obstacle.NO_ANSWER
