"""App Home: each section empty, filled and huge. That it fits whatever it shows is among what test_hostile tests."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.incidents import Acknowledgement
from bot.core.silence import SilenceKind
from bot.demo.slack_server import Limits
from bot.demo.slack_server.views import check_view
from bot.services.show_home import Home
from bot.slack.blocks.elements import Message
from bot.slack.home.view import AS_OF, Viewer, home_view
from tests.slack import samples
from tests.slack.home.homes import BUSY, INCIDENT, MUTE, MUTED, OPEN, QUIET, SUBSCRIPTION, VIEWER


def blocks_of(home: Home, viewer: Viewer = VIEWER) -> list[Any]:
    view = check_view(home_view(home, viewer, samples.LINKS), "home", Limits())
    return list(view["blocks"])


def texts(home: Home, viewer: Viewer = VIEWER) -> str:
    return "\n".join(str(block) for block in blocks_of(home, viewer))


def buttons(home: Home, viewer: Viewer = VIEWER) -> dict[str, Any]:
    rows = [block.get("elements", [block.get("accessory")]) for block in blocks_of(home, viewer)]
    elements = [element for row in rows for element in row if element and "action_id" in element]
    return {element["action_id"]: element for element in elements}


def test_a_quiet_bot_says_so_and_tells_a_newcomer_what_to_type_first() -> None:
    shown = texts(QUIET)
    assert "Nothing is failing" in shown
    assert "Nothing is muted" in shown
    assert "Everything works" in shown
    first = blocks_of(QUIET)[:2]
    assert "Welcome" in str(first[0])
    assert "/dataflow subscribe" in str(first[1])
    assert set(buttons(QUIET)) == {"home:refresh"}


def test_an_open_incident_can_be_taken_muted_and_looked_at() -> None:
    assert "FAILED 3 times*: orders-daily-load \u203a load-to-dw" in texts(BUSY)
    found = buttons(BUSY)
    assert found["home:acknowledge"]["value"].startswith("[4,")
    assert [option["value"].partition("|")[0] for option in found["home:mute"]["options"]] == [
        "30m",
        "4h",
        "tomorrow 9:00",
    ]
    assert found["home:message"]["url"] == "https://acme.slack.com/archives/C1/p11"


def test_an_incident_that_somebody_looks_after_is_not_offered_again() -> None:
    taken = replace(OPEN, incident=replace(INCIDENT, acknowledged=Acknowledgement("jun", samples.NOON)))
    home = replace(BUSY, incidents=(taken,))
    assert "Acknowledged by jun" in texts(home)
    assert "home:acknowledge" not in buttons(home)
    assert "home:undo_acknowledge" in buttons(home)


def test_a_message_in_a_channel_that_somebody_is_not_in_is_not_linked() -> None:
    assert "home:message" not in buttons(BUSY, Viewer(frozenset({"C2"})))


def test_a_mute_is_shown_with_its_end_and_can_be_ended() -> None:
    shown = texts(BUSY)
    assert "*orders-daily-load \u203a load-to-dw* is muted until" in shown
    assert "By mina." in shown
    assert "moving" in shown
    assert buttons(BUSY)["home:unmute"]["value"] == "3"


def test_a_window_of_planned_work_has_no_button() -> None:
    window = replace(MUTED, silence=replace(MUTE, kind=SilenceKind.MAINTENANCE, channel="#x"), workflow_name=None)
    home = replace(BUSY, silences=(replace(window, job_name=None),))
    assert "*Everything in #x* is under maintenance until" in texts(home)
    assert "home:unmute" not in buttons(home)


@pytest.mark.parametrize("places", [{"C1"}, {"#data-alerts"}])
def test_the_subscriptions_of_ones_channels_have_their_settings(places: set[str]) -> None:
    viewer = Viewer(frozenset(places))
    assert "From which failure in a row on: 3" in texts(BUSY, viewer)
    assert buttons(BUSY, viewer)["settings:open"]["value"] == "7"
    assert "Welcome" not in texts(BUSY, viewer)


def test_a_subscription_to_a_workflows_id_is_shown_by_its_name() -> None:
    home = replace(BUSY, subscriptions=(replace(SUBSCRIPTION, workflows="w7"),), names={"w7": "일별 매출"})
    assert "hears of 일별 매출 (`w7`)" in texts(home)


def test_what_somebody_hears_themselves_is_not_told_by_their_id() -> None:
    home = replace(BUSY, subscriptions=(replace(SUBSCRIPTION, channel="U1"),))
    assert "You hear of `orders-*` here." in texts(home)


def test_subscriptions_of_other_channels_are_not_shown() -> None:
    shown = texts(BUSY, Viewer(frozenset({"C2"})))
    assert "orders-*" not in shown.replace("/dataflow subscribe orders-*", "")
    assert "Welcome" in shown


def test_whoever_cannot_be_placed_is_told_what_is_missing() -> None:
    assert "channels:read" in texts(BUSY, Viewer(are_known=False))


def test_what_is_wrong_with_the_bot_stands_on_it() -> None:
    assert "troubles" in texts(replace(QUIET, status=samples.TROUBLED))


def test_what_came_of_the_last_click_stands_at_the_top() -> None:
    assert "You may not" in str(blocks_of(BUSY, replace(VIEWER, news=Message("You may not do that.")))[0])


def test_of_very_many_the_rest_is_counted() -> None:
    many = replace(
        BUSY,
        incidents=(OPEN,) * 40,
        incident_count=1234,
        silences=(MUTED,) * 40,
        silence_count=56,
        subscriptions=(SUBSCRIPTION,) * 40,
    )
    shown = texts(many)
    assert "… and 1,224 more" in shown
    assert "… and 41 more" in shown
    assert "… and 25 more" in shown
    assert blocks_of(many)[-1]["block_id"] == AS_OF
