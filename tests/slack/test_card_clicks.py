"""The buttons of a card in a channel, as people press them: those who may, those who may not, twice, and too late."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.core.audit_log import LogVerdict
from bot.core.model import ExecutionStatus
from bot.core.permissions import Action
from bot.errors import ApiRefused
from bot.language import speaking
from bot.services.card_answers import UnknownCard
from bot.slack.blocks.actions import ACK, CONSOLE, HISTORY, RERUN, START, UNACK, UNMUTE, WHY
from bot.slack.blocks.clicked import click_message
from bot.slack.blocks.links import Links
from bot.store.engine import Database
from tests.doubles import an_execution
from tests.slack.card_place import KOREAN, Place, a_failure, a_place, button, buttons, showing

FAILED, RUNNING = ExecutionStatus.FAILED, ExecutionStatus.RUNNING


@pytest.fixture(scope="module")
def connected(shared_database: Database) -> Iterator[Place]:
    with a_place(shared_database) as open_place:
        yield open_place


@pytest.fixture
def place(connected: Place) -> Iterator[Place]:
    with a_failure(connected) as failed:
        yield failed


def test_whoever_acknowledges_is_shown_on_the_card_and_can_take_it_back(place: Place) -> None:
    assert place.press("mina", ACK).text == f"You look after {KOREAN} now. Its cards say so."
    assert "by 김민아" in place.card().text
    assert buttons(place.card())[:1] == [UNACK]
    assert "김민아 does not look after" in place.press("jun", UNACK).text
    assert "김민아" not in place.card().text
    assert place.log() == [(Action.ACK, LogVerdict.DONE), (Action.UNACK, LogVerdict.DONE)]


def test_a_second_click_on_a_card_that_has_not_changed_yet_says_who_was_first(place: Place) -> None:
    before = place.card()
    done = [place.person(name).click(before, ACK) for name in ("mina", "jun")]
    texts = sorted(one.wait_for_response().text for one in done)
    assert len({text for text in texts if "already" in text}) == 1
    assert place.card().text.count("Acknowledged") == 1
    assert place.log() == [(Action.ACK, LogVerdict.DONE)]


def test_two_who_click_at_the_same_moment_get_one_result_and_both_see_it(place: Place) -> None:
    card = place.card()
    with ThreadPoolExecutor(2) as pool:
        told = [done.result().text for done in [pool.submit(place.press, name, ACK, card) for name in ("mina", "jun")]]
    owner = "김민아" if "by 김민아" in place.card().text else "이준"
    assert any(text.startswith(f"{owner} looks after") for text in told)
    assert any(text.startswith("You look after") for text in told)
    assert place.log() == [(Action.ACK, LogVerdict.DONE)]


CHANGES = {ACK: Action.ACK, RERUN: Action.RERUN}


@pytest.mark.parametrize("action_id", CHANGES)
def test_whoever_may_only_look_changes_nothing_and_is_told_why(place: Place, action_id: str) -> None:
    before = place.card()
    assert place.press("sora", action_id).text.startswith("🚫")
    assert place.card() == before
    assert place.office.starter.asked == []
    assert place.log() == [(CHANGES[action_id], LogVerdict.REFUSED)]


def test_whoever_may_only_look_mutes_nothing_and_takes_nothing_back(place: Place) -> None:
    assert place.choose("sora", "4h").text.startswith("🚫")
    place.press("mina", ACK)
    assert place.press("sora", UNACK).text.startswith("🚫")
    place.choose("mina", "4h")
    assert place.press("sora", UNMUTE).text.startswith("🚫")
    assert "by 김민아" in place.card().text
    assert "Muted" in place.card().text


def test_a_mute_is_shown_on_the_card_and_its_answer_takes_it_back(place: Place) -> None:
    answer = place.choose("mina", "4h")
    assert answer.text.startswith(f"load of {KOREAN} in ")
    assert "Muted" in place.card().text
    assert "by 김민아" in place.card().text
    below = place.answers_to("mina")[-1]
    undone = place.press("mina", UNMUTE, below)
    assert undone.replace_original
    assert "has ended" in undone.text
    assert "Muted" not in place.card().text


def test_a_mute_that_is_there_already_is_not_made_twice(place: Place) -> None:
    before = place.card()
    place.choose("mina", "4h", before)
    assert "already, by 김민아" in place.choose("jun", "4h", before).text
    assert place.log() == [(Action.MUTE, LogVerdict.DONE)]


def test_the_card_itself_takes_a_mute_back_and_stays_a_card(place: Place) -> None:
    place.choose("mina", "30m")
    assert not place.press("jun", UNMUTE).replace_original
    assert "FAILED" in place.card().text
    assert "Muted" not in place.card().text


def test_the_newest_runs_are_shown_to_whoever_asks(place: Place) -> None:
    assert place.press("sora", HISTORY).text.startswith("Runs of")
    assert place.desk.asked == ["w1"]


def test_the_run_on_the_card_is_explained_to_whoever_asks(place: Place) -> None:
    answer = place.press("sora", WHY)
    assert KOREAN in answer.text
    assert place.card().text.split("Execution ")[1].split(",")[0] in answer.text


def test_a_run_is_started_and_followed_in_the_thread_of_the_card(place: Place) -> None:
    assert "accepted a run" in place.press("mina", RERUN).text
    assert place.office.starter.asked == ["w1"]
    execution_id = f"again-{place.ward.clock():%s}"
    began_at = place.ward.clock()
    running = an_execution(execution_id, RUNNING, created_at=began_at, started_at=began_at)
    place.ward.see(running)
    place.follow()
    assert [one.text.splitlines()[0] for one in place.card().thread] == [
        f"🔁 RUN AGAIN by 김민아, started: {KOREAN} \u203a load"
    ]
    ended_at = place.ward.clock()
    place.ward.see(an_execution(execution_id, FAILED, created_at=began_at, started_at=began_at, ended_at=ended_at))
    place.follow()
    assert f"❌ FAILED, run again by 김민아: {KOREAN} \u203a load" in place.card().thread[-1].text


def test_a_second_run_is_not_started_a_moment_later(place: Place) -> None:
    place.press("mina", RERUN)
    assert "김민아 asked for a run" in place.press("jun", RERUN).text
    assert place.office.starter.asked == ["w1"]


def test_what_the_api_refuses_is_told_in_its_words(place: Place) -> None:
    place.office.starter.fails_with(ApiRefused("execute", 400, message="bad-state", details="not a direct trigger"))
    answer = place.press("mina", RERUN)
    assert "It said: not a direct trigger" in answer.text


def test_an_old_card_of_an_incident_that_is_over_says_so(place: Place) -> None:
    before = place.card()
    place.recovery()
    assert buttons(place.card()) == [HISTORY, WHY]
    old = place.slack.workspace.post(
        place.slack.workspace.channel("data-alerts"), "U0DEMOBOT", before.text, blocks=before.blocks
    )
    assert "completed again" in place.press("mina", ACK, old).text
    assert "completed again" in place.choose("mina", "4h", old).text
    assert place.press("sora", HISTORY, old).text.startswith("Runs of")


@pytest.mark.parametrize("action_id", [ACK, UNACK, RERUN, HISTORY, WHY, UNMUTE, START])
@pytest.mark.parametrize("value", ["", "[1]", '[99999,0,"e"]', "{}", "💥"])
def test_a_button_that_leads_nowhere_says_what_to_do(place: Place, action_id: str, value: str) -> None:
    answer = place.press("mina", action_id, showing(place, button(action_id, value)))
    assert "does not lead anywhere any more" in answer.text
    assert place.office.starter.asked == []


def test_a_link_is_acknowledged_and_answered_by_the_browser(place: Place) -> None:
    done = place.person("sora").click(showing(place, button(CONSOLE, "")), CONSOLE)
    assert done.error is None


def test_a_workflow_without_a_card_is_started_by_the_button_of_the_offer(place: Place) -> None:
    answer = place.press("mina", START, showing(place, button(START, '["w2"]')))
    assert "accepted a run" in answer.text
    assert place.office.starter.asked == ["w2"]


LANGUAGES = pytest.mark.parametrize(("name", "language"), [("mina", "en"), ("hana", "ko")])


@LANGUAGES
@pytest.mark.parametrize("action_id", [ACK, UNACK, RERUN, HISTORY, WHY, UNMUTE, START])
def test_a_click_is_answered_in_the_language_of_whoever_clicks(
    place: Place, name: str, language: str, action_id: str
) -> None:
    answer = place.press(name, action_id, showing(place, button(action_id, "")))
    with speaking(language):
        assert answer.text == click_message(UnknownCard(), Links()).text
