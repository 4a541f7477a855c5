"""A channel with the card of a failure, at a workspace's stand-in, and people who press its buttons."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from bot.core.audit_log import LogVerdict
from bot.core.catch_up import stale_after
from bot.core.delivery import DeliveryTimes
from bot.core.model import ExecutionStatus, TriggerRule
from bot.demo.slack_server import Message, SlackServer, unhurried
from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.callbacks import Response
from bot.services.answer_commands import Reply
from bot.services.answers import RunsPage, RunsQuery
from bot.services.boot import Boot
from bot.services.deliver_outbox import DeliverOutbox
from bot.services.desk_answers import DeskAnswer
from bot.services.fold_alerts import FoldAlerts
from bot.services.follow_reruns import FollowReruns
from bot.services.record_outcome import RecordOutcome
from bot.services.requests import Request
from bot.slack.blocks.actions import MUTE
from bot.slack.sender import SlackSender
from bot.slack.signature import Signer
from bot.slack.workspace import Workspace
from bot.store import audit_log, silences, watch
from bot.store.engine import Database
from bot.store.tables import WorkflowRow
from tests.doubles import START as NOW
from tests.doubles import FakeClock
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

    def again(self, text: str, request: Request) -> Reply:
        return self.reply(text, request)

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

    def answers_to(self, name: str) -> list[Message]:
        """The messages that only this person sees, oldest first."""
        seen = self.slack.workspace.messages("data-alerts", seen_by=name)
        return [one for one in seen if one.ephemeral_for]


def elements(message: Message) -> list[dict[str, Any]]:
    return [element for block in message.blocks if block["type"] == "actions" for element in block["elements"]]


def buttons(message: Message) -> list[str]:
    return [element["action_id"] for element in elements(message)]


def button(action_id: str, value: str) -> dict[str, Any]:
    return {"type": "button", "text": {"type": "plain_text", "text": "?"}, "action_id": action_id, "value": value}


def showing(place: Place, element: dict[str, Any]) -> Message:
    blocks = ({"type": "actions", "block_id": "b", "elements": [element]},)
    channel = place.slack.workspace.channel("data-alerts")
    return place.slack.workspace.post(channel, "U0DEMOBOT", "old", blocks=blocks)


@contextmanager
def a_place(database: Database) -> Iterator[Place]:
    """One connection for a module's tests: closing one takes the client three seconds."""
    slack = SlackServer(unhurried())
    channel = slack.workspace.add_channel("data-alerts")
    for name, real_name in (("mina", "김민아"), ("jun", "이준"), ("sora", "박소라")):
        slack.workspace.add_user(name, real_name=real_name)
    slack.workspace.add_user("hana", real_name="최하나", locale="ko-KR")
    clock, desk = FakeClock(), Desk()
    ward = Ward(database, clock)
    ward.subscribe(channel=channel.id)
    with database.transaction() as session:
        watch.ensure(session, clock())
        session.execute(update(WorkflowRow).values(name=KOREAN, trigger_rule=TriggerRule.NONE))
    with Office(slack, database, desk, clock, operators=("mina", "jun", "hana")).open() as office:
        yield Place(office, ward, desk)


@contextmanager
def a_failure(place: Place) -> Iterator[Place]:
    """A card of its own for each test, and a log of its own."""
    place.ward.clock.advance(HOUR)
    place.failure()
    place.logged += len(place.log())
    place.office.starter.asked.clear()
    place.office.starter.answer = object
    place.desk.asked.clear()
    yield place
    with place.ward.database.transaction() as session:
        for silence in silences.in_force(session, place.ward.clock()):
            silences.end(session, silence.silence_id, place.ward.clock())
    place.recovery()
