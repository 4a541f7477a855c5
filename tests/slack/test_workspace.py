"""What the bot learns about its workspace."""

import pytest

from bot.demo.faults import Fault, FaultKind
from bot.demo.slack_server import SlackServer
from bot.slack.wire import Wire
from bot.slack.workspace import ChannelState, Identity, Refused, Workspace


@pytest.fixture
def workspace(wire: Wire) -> Workspace:
    return Workspace(wire)


def test_the_bot_learns_who_it_is_and_what_it_may(slack: SlackServer, workspace: Workspace) -> None:
    assert workspace.url is None
    stand_in = slack.workspace
    assert workspace.identify() == Identity(
        stand_in.team_id,
        "https://demo.slack.com/",
        stand_in.bot.id,
        stand_in.bot_id,
        frozenset(stand_in.scopes),
    )
    assert workspace.url == "https://demo.slack.com/"


def test_the_identity_is_asked_for_once(slack: SlackServer, workspace: Workspace) -> None:
    known = workspace.identity()
    slack.refuse("auth.test", "internal_error")
    assert workspace.identity() == known
    assert workspace.identify() == Refused("internal_error")


@pytest.mark.parametrize("kind", [FaultKind.WRONG_SHAPE, FaultKind.EMPTY, FaultKind.RESET_BEFORE])
def test_an_odd_answer_is_a_refusal(slack: SlackServer, workspace: Workspace, kind: FaultKind) -> None:
    slack.faults.add(Fault(kind=kind))
    assert isinstance(workspace.identify(), Refused)
    assert isinstance(workspace.resolve_channel("#data-alerts"), Refused)
    assert isinstance(workspace.channel_state("C1"), Refused)


@pytest.mark.parametrize("name", ["#data-alerts", "data-alerts", "#Data-Alerts"])
def test_a_channel_is_found_by_its_name(slack: SlackServer, workspace: Workspace, name: str) -> None:
    assert workspace.resolve_channel(name) == slack.workspace.channel("data-alerts").id


def test_a_channel_on_a_later_page_is_found(slack: SlackServer, workspace: Workspace) -> None:
    for number in range(250):
        slack.workspace.add_channel(f"noise-{number}")
    last = slack.workspace.add_channel("last", private=True)
    assert workspace.resolve_channel("#last") == last.id


def test_a_channel_that_nobody_can_see_has_no_id(slack: SlackServer, workspace: Workspace) -> None:
    slack.workspace.add_channel("secret", private=True, bot_is_member=False)
    assert workspace.resolve_channel("#secret") is None


def test_the_state_of_a_channel_tells_whether_the_bot_is_in_it(slack: SlackServer, workspace: Workspace) -> None:
    outside = slack.workspace.add_channel("outside", bot_is_member=False)
    assert workspace.channel_state(outside.id) == ChannelState(outside.id, "outside", False, False, False)
    assert workspace.channel_state("C0NOWHERE") == Refused("channel_not_found")
