"""The modal of a mute and the two shortcuts, as people use them, in their own language."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from bot.demo.slack_server.views import View
from bot.language import _, speaking
from bot.slack.blocks.actions import MUTE
from bot.slack.modals.mute_until import ACTION, BLOCK
from bot.store.engine import Database
from tests.services.ward import HOUR
from tests.slack.card_place import KOREAN, Place, a_failure, a_place


@pytest.fixture(scope="module")
def connected(shared_database: Database) -> Iterator[Place]:
    with a_place(shared_database) as open_place:
        yield open_place


@pytest.fixture
def place(connected: Place) -> Iterator[Place]:
    with a_failure(connected) as failed:
        yield failed


def form(place: Place, name: str) -> View:
    """The modal once it asks for a date, or says why not."""
    done = place.person(name).select(place.card(), MUTE, place.option("date"))
    assert done.error is None

    def asks() -> View | None:
        view = place.person(name).modal()
        return view if view and "…" not in str(view.blocks[0].get("text")) else None

    return place.slack.workspace.wait_for(asks)


def entered(view: View) -> int:
    [picker] = [block["element"] for block in view.blocks if block["type"] == "input"]
    return int(picker["initial_date_time"])


def test_a_mute_until_a_date_is_asked_for_in_a_modal(place: Place) -> None:
    view = form(place, "mina")
    assert entered(view) > place.ward.clock().timestamp()
    until = place.ward.clock() + 30 * HOUR
    assert place.person("mina").submit(view, {ACTION: int(until.timestamp())}).error is None
    place.slack.workspace.wait_for(lambda: any("is muted until" in one.text for one in place.answers_to("mina")))
    assert f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in place.card().text


@pytest.mark.parametrize("wrong", [-HOUR, 500 * 24 * HOUR])
def test_an_end_that_is_none_is_said_beside_the_input(place: Place, wrong: timedelta) -> None:
    view = form(place, "mina")
    done = place.person("mina").submit(view, {ACTION: int((place.ward.clock() + wrong).timestamp())})
    assert done.errors == {BLOCK: "Choose a time from now on, within a year."}
    assert place.log() == []
    place.person("mina").close(view)


def test_a_modal_of_an_earlier_version_says_so_in_a_direct_message(place: Place) -> None:
    view = form(place, "mina")
    place.slack.workspace.views.put(replace(view, body={**view.body, "private_metadata": "another version's"}))
    before = len(place.slack.workspace.direct_messages("mina"))
    assert place.person("mina").submit(view).error is None
    place.slack.workspace.wait_for(lambda: len(place.slack.workspace.direct_messages("mina")) > before)
    assert "does not lead anywhere any more" in place.slack.workspace.direct_messages("mina")[-1].text


def test_whoever_may_only_look_is_told_so_in_the_modal(place: Place) -> None:
    view = form(place, "sora")
    assert "🚫" in str(view.blocks)
    assert "submit" not in view.body
    place.person("sora").close(view)


def test_the_menu_of_a_message_explains_it(place: Place) -> None:
    done = place.person("sora").message_shortcut("explain_alert", place.card())
    assert done.error is None
    assert KOREAN in done.wait_for_response().text


def test_what_tells_of_no_run_is_said_to(place: Place) -> None:
    message = place.person("sora").say("lunch?", "data-alerts")
    done = place.person("sora").message_shortcut("explain_alert", message)
    assert "tells of no run" in done.wait_for_response().text


def ask_form(place: Place, name: str = "mina") -> View:
    assert place.person(name).shortcut("ask").error is None

    def asks() -> View | None:
        view = place.person(name).modal()
        return view if view and "submit" in view.body else None

    return place.slack.workspace.wait_for(asks)


@pytest.mark.parametrize(
    ("question", "command"),
    [("runs", 'runs "w1"'), ("mute", 'mute "w1" for 4h'), ("rerun", 'rerun "w1"'), ("status", "status")],
)
def test_the_shortcut_asks_what_the_command_would(place: Place, question: str, command: str) -> None:
    view = ask_form(place)
    before = len(place.slack.workspace.direct_messages("mina"))
    assert place.person("mina").submit(view, {"workflow": "w1", "question": question}).error is None
    place.slack.workspace.wait_for(lambda: len(place.slack.workspace.direct_messages("mina")) > before)
    assert (place.desk.asked, place.desk.askers[-1]) == ([command], "김민아")


def test_the_shortcut_wants_a_workflow_where_one_is_needed(place: Place) -> None:
    view = ask_form(place)
    done = place.person("mina").submit(view, {"question": "runs"})
    assert done.errors == {"workflow": "Which workflow?"}
    place.person("mina").close(view)
    assert place.desk.asked == []


LANGUAGES = pytest.mark.parametrize(("name", "language"), [("mina", "en"), ("hana", "ko")])


@LANGUAGES
def test_modals_speak_the_language_of_whoever_opens_them(place: Place, name: str, language: str) -> None:
    mute = form(place, name)
    place.person(name).close(mute)
    ask = ask_form(place, name)
    with speaking(language):
        assert (mute.title, ask.title) == (_("Mute"), _("Ask Data Flow"))
        done = place.person(name).submit(ask, {"question": "runs"})
        assert done.errors == {"workflow": _("Which workflow?")}
    place.person(name).close(ask)
