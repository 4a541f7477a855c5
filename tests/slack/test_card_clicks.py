"""The buttons of a card in a channel, as people press them: those who may, those who may not, twice, and too late."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.core.audit_log import LogVerdict
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes
from bot.core.model import ExecutionStatus, TriggerRule
from bot.core.permissions import Action
from bot.demo.slack_server import Message, SlackServer, unhurried
from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.callbacks import Response
from bot.demo.slack_server.views import View
from bot.errors import ApiRefused
from bot.language import _, speaking
from bot.services.answer_commands import Reply
from bot.services.answers import RunsPage, RunsQuery
from bot.services.boot import Boot
from bot.services.card_answers import UnknownCard
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.desk_answers import DeskAnswer
from bot.services.fold_alerts import FoldAlerts
from bot.services.follow_reruns import FollowReruns
from bot.services.record_outcome import RecordOutcome
from bot.services.requests import Request
from bot.slack.blocks.actions import ACK, CONSOLE, HISTORY, MUTE, RERUN, START, UNACK, UNMUTE, WHY
from bot.slack.blocks.clicked import click_message
from bot.slack.blocks.links import Links
from bot.slack.modals.mute_until import ACTION, BLOCK
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.workspace import Workspace
from bot.store import audit_log, silences, watch
from bot.store.engine import Database
from bot.store.tables import WorkflowRow
from tests.doubles import START as NOW
from tests.doubles import FakeClock, an_execution
from tests.services.ward import HOUR, MINUTE, SETTLE, Ward
from tests.slack import samples
from tests.slack.office import Office

FAILED, COMPLETED, RUNNING = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED, ExecutionStatus.RUNNING
AT_ONCE = DeliveryTimes(pace=timedelta())
KOREAN = "일별 매출 집계"


@dataclass
class Desk:
    """Remembers what it was asked."""

    asked: list[str] = field(default_factory=list)
    askers: list[str] = field(default_factory=list)

    def answer(self, text: str, request: Request) -> DeskAnswer:
        return self.reply(text, request).answer

    def reply(self, text: str, request: Request) -> Reply:
        self.asked.append(text)
        self.askers.append(request.called)
        return Reply(samples.ANSWERS["help"])

    def runs(self, query: RunsQuery) -> RunsPage:
        self.asked.append(query.workflow_id)
        return samples.RUNS

    def runs_page(self, query: RunsQuery, request: Request) -> Reply:
        self.askers.append(request.called)
        return Reply(self.runs(query))


@dataclass
class Place:
    """A channel that hears of a workflow with a Korean name. Mina, Jun and Hana, whose Slack speaks Korean, are
    operators; Sora may look."""

    office: Office
    ward: Ward
    desk: Desk
    logged: int = 0

    @property
    def slack(self) -> SlackServer:
        return self.office.slack

    def person(self, name: str) -> Actor:
        return self.slack.user(name)

    def deliver(self) -> None:
        wire = self.office.wire
        sender = SlackSender(wire, Workspace(wire), Signer(wire.token))
        outcomes = RecordOutcome(AT_ONCE, jitter=lambda: 1.0)
        deliver = DeliverOutbox(
            self.ward.database,
            sender,
            self.ward.clock,
            AT_ONCE,
            folds=FoldAlerts(stale_after(MINUTE)),
            outcomes=outcomes,
        )
        while deliver.step():
            pass

    def follow(self) -> None:
        self.ward.clock.advance(timedelta(seconds=3))
        while FollowReruns(self.ward.database, self.ward.clock, Boot(NOW - HOUR, SETTLE)).step():
            self.ward.clock.advance(timedelta(milliseconds=1))
        self.deliver()

    def failure(self) -> Message:
        """A run fails, and its card is posted."""
        self.ward.ends(FAILED)
        self.deliver()
        return self.card()

    def recovery(self) -> None:
        self.ward.ends(COMPLETED)
        self.deliver()

    def card(self) -> Message:
        """The newest card as it looks now."""
        self.deliver()
        return [one for one in self.slack.workspace.messages("data-alerts") if KOREAN in one.text][-1]

    def press(self, name: str, action_id: str, where: Message | None = None, value: str | None = None) -> Response:
        """What somebody is answered who presses this button."""
        done = self.person(name).click(where or self.card(), action_id, value)
        assert done.error is None
        return done.wait_for_response()

    def choose(self, name: str, end: str, where: Message | None = None) -> Response:
        """What somebody is answered who mutes until this."""
        done = self.person(name).select(where or self.card(), MUTE, self.option(end, where))
        assert done.error is None
        return done.wait_for_response()

    def option(self, end: str, where: Message | None = None) -> str:
        [menu] = [one for one in elements(where or self.card()) if one["action_id"] == MUTE]
        return next(str(option["value"]) for option in menu["options"] if option["value"].startswith(f"{end}|"))

    def log(self) -> list[tuple[str, LogVerdict]]:
        """What this test wrote there, oldest first."""
        with self.ward.database.snapshot() as session:
            entries = audit_log.newest(session, 1000)
        return [(entry.action, entry.verdict) for entry in entries][::-1][self.logged :]

    def answer_below(self, name: str) -> Message:
        """The newest message that only this person sees."""
        seen = self.slack.workspace.messages("data-alerts", seen_by=name)
        return [one for one in seen if one.ephemeral_for][-1]


def elements(message: Message) -> list[dict[str, Any]]:
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]


def buttons(message: Message) -> list[str]:
    return [element["action_id"] for element in elements(message)]


@pytest.fixture(scope="module")
def connected(shared_database: Database) -> Iterator[Place]:
    slack = SlackServer(unhurried())
    channel = slack.workspace.add_channel("data-alerts")
    for name, real_name in (("mina", "김민아"), ("jun", "이준"), ("sora", "박소라")):
        slack.workspace.add_user(name, real_name=real_name)
    slack.workspace.add_user("hana", real_name="최하나", locale="ko-KR")
    clock, desk = FakeClock(), Desk()
    ward = Ward(shared_database, clock)
    ward.subscribe(channel=channel.id)
    with shared_database.transaction() as session:
        watch.ensure(session, clock())
        session.execute(update(WorkflowRow).values(name=KOREAN, trigger_rule=TriggerRule.NONE))
    with Office(slack, shared_database, desk, clock, operators=("mina", "jun", "hana")).open() as office:
        yield Place(office, ward, desk)


@pytest.fixture
def place(connected: Place) -> Iterator[Place]:
    """With a card of its own for each test."""
    connected.ward.clock.advance(HOUR)
    connected.failure()
    connected.logged += len(connected.log())
    connected.office.starter.asked.clear()
    connected.office.starter.answer = object
    connected.desk.asked.clear()
    yield connected
    with connected.ward.database.transaction() as session:
        for silence in silences.in_force(session, connected.ward.clock()):
            silences.end(session, silence.silence_id, connected.ward.clock())
    connected.recovery()


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
    below = place.answer_below("mina")
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
    place.slack.workspace.wait_for(lambda: "is muted until" in place.answer_below("mina").text)
    assert f"{until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" in place.card().text


@pytest.mark.parametrize("wrong", [-HOUR, 500 * 24 * HOUR])
def test_an_end_that_is_none_is_said_beside_the_input(place: Place, wrong: timedelta) -> None:
    view = form(place, "mina")
    done = place.person("mina").submit(view, {ACTION: int((place.ward.clock() + wrong).timestamp())})
    assert done.errors == {BLOCK: "Choose a time from now on, within a year."}
    assert place.log() == []
    place.person("mina").close(view)


def test_whoever_may_only_look_is_told_so_in_the_modal(place: Place) -> None:
    view = form(place, "sora")
    assert "🚫" in str(view.blocks)
    assert "submit" not in view.body
    place.person("sora").close(view)


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


def button(action_id: str, value: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": "?"}, "action_id": action_id, "value": value}


def showing(place: Place, element: dict[str, Any]) -> Message:
    blocks = ({"type": "actions", "block_id": "b", "elements": [element]},)
    channel = place.slack.workspace.channel("data-alerts")
    return place.slack.workspace.post(channel, "U0DEMOBOT", "old", blocks=blocks)


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
    [("runs", 'runs "w1"'), ("mute", 'mute "w1" --until 4h'), ("rerun", 'rerun "w1"'), ("status", "status")],
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
@pytest.mark.parametrize("action_id", [ACK, UNACK, RERUN, HISTORY, WHY, UNMUTE, START])
def test_a_click_is_answered_in_the_language_of_whoever_clicks(
    place: Place, name: str, language: str, action_id: str
) -> None:
    answer = place.press(name, action_id, showing(place, button(action_id, "")))
    with speaking(language):
        assert answer.text == click_message(UnknownCard(), Links()).text


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
