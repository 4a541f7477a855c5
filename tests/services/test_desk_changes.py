"""Commands that change something: who hears of what, what is held back, who looks after what. And who may."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import ExecutionStatus, Job, Workflow
from bot.core.people import Person, Profile
from bot.core.permissions import Action, ChannelKind, Reason, Role
from bot.core.rules import Outcome, Rules
from bot.core.trial import Trial
from bot.services.answers import Help, NoSuchWorkflow, SeveralWorkflows
from bot.services.authority import Refused
from bot.services.card_answers import Acknowledged, AcknowledgementUndone, NothingOpen, RerunOffer
from bot.services.commands.table import COMMANDS
from bot.services.desk_answers import DeskAnswer
from bot.services.reach import Obstacle, Unreached
from bot.services.requests import Request
from bot.services.silence_answers import SilenceEnded, SilenceList, SilenceStarted
from bot.services.subscription_answers import NotSubscribed, Subscribed, SubscriptionsShown, Unsubscribed
from bot.services.trial_answers import TrialQueued
from bot.services.trouble_answers import WhichIncident
from bot.store import audit_log, subscriptions
from tests.doubles import FakeReach, an_ended_execution
from tests.services.permits import a_request
from tests.services.world import MINUTE, SECOND, World

FAILED = ExecutionStatus.FAILED
IN_C1 = a_request("mina")
DIRECTLY = Request(Profile(Person("T1", "U-jun"), Role.READER, name="jun"), ChannelKind.DIRECT, "D1")


@pytest.fixture
def world(world: World) -> World:
    """Channel C1 hears of everything, as ALERT_CHANNEL asks for."""
    world.source.account = [
        Workflow("w1", "orders"),
        Workflow("w2", "orders 2"),
        Workflow("w3", "정산 매일"),
        Workflow("w4", "wait for 2h"),
        Workflow("w5", "CUSTOMERS"),
    ]
    world.cycle()
    return world


def told_of(world: World) -> list[tuple[str, str, Rules]]:
    with world.database.snapshot() as session:
        return [(one.channel, one.workflows, one.rules) for one in subscriptions.active(session)]


def logged(world: World) -> list[tuple[str, str, str]]:
    """Action, target and verdict, oldest first."""
    with world.database.snapshot() as session:
        return [(one.action, one.target, one.verdict) for one in reversed(audit_log.newest(session, 50))]


def problem(answer: DeskAnswer) -> str:
    assert isinstance(answer, Help)
    return answer.problem or ""


class TestSubscribe:
    @pytest.mark.parametrize(
        ("typed", "channel", "workflows", "rules"),
        [
            ("subscribe orders", "C1", "w1", Rules()),
            ("subscribe orders 2", "C1", "w2", Rules()),
            ("subscribe 정산 매일 to #데이터", "C-데이터", "w3", Rules()),
            ("subscribe orders-* to #data", "C-DATA", "orders-*", Rules()),
            ("subscribe all to C0123ABC", "C0123ABC", "*", Rules()),
            ("subscribe w1 failed,recovered here", "C1", "w1", Rules(frozenset({Outcome.FAILED, Outcome.RECOVERED}))),
            ("subscribe orders cancelled nth=2", "C1", "w1", Rules(frozenset({Outcome.CANCELED}), nth_failure=2)),
            ("subscribe orders wait=10m to #data", "C-DATA", "w1", Rules(wait_for=10 * MINUTE)),
            ("subscribe to orders zone=Asia/Seoul", "C1", "w1", Rules(zone="Asia/Seoul")),
            ("구독 orders", "C1", "w1", Rules()),
        ],
    )
    def test_adds_what_is_asked_for(self, world: World, typed: str, channel: str, workflows: str, rules: Rules) -> None:
        answer = world.ask(typed, IN_C1)
        assert isinstance(answer, Subscribed)
        assert (answer.before, answer.is_own) == (None, False)
        assert told_of(world)[1:] == [(channel, workflows, rules)]
        assert logged(world) == [("subscribe", f"{channel} {workflows}", "done")]

    def test_remembers_whom_to_tell_when_the_channel_breaks(self, world: World) -> None:
        world.ask("subscribe orders to #data", IN_C1)
        with world.database.snapshot() as session:
            assert subscriptions.subscribers(session, "C-DATA") == ["U-mina"]

    def test_quiet_hours_need_no_quotes(self, world: World) -> None:
        world.ask("subscribe orders quiet=22:00-07:00 Asia/Seoul remind=1h", IN_C1)
        (rules,) = (rules for _, workflows, rules in told_of(world) if workflows == "w1")
        assert rules.quiet is not None
        assert (rules.quiet.zone, rules.remind_every) == ("Asia/Seoul", timedelta(hours=1))

    def test_changes_what_is_there_and_keeps_its_other_rules(self, world: World) -> None:
        world.ask("subscribe orders nth=2", IN_C1)
        answer = world.ask("subscribe orders wait=5m", IN_C1)
        assert isinstance(answer, Subscribed)
        assert answer.before == Rules(nth_failure=2)
        assert told_of(world)[1:] == [("C1", "w1", Rules(nth_failure=2, wait_for=5 * MINUTE))]

    def test_of_everything_takes_over_from_the_settings(self, world: World) -> None:
        world.ask("subscribe all nth=3", IN_C1)
        assert told_of(world) == [("C1", "*", Rules(nth_failure=3))]

    def test_for_oneself_is_open_to_everybody_in_a_direct_message(self, world: World) -> None:
        answer = world.ask("subscribe orders", DIRECTLY)
        assert isinstance(answer, Subscribed)
        assert answer.is_own
        assert told_of(world)[1:] == [("U-jun", "w1", Rules())]
        assert logged(world) == [("subscribe-self", "U-jun w1", "done")]

    def test_for_oneself_may_be_of_a_workflow_that_is_called_like_a_channel(self, world: World) -> None:
        assert isinstance(world.ask("subscribe CUSTOMERS", DIRECTLY), Subscribed)
        assert isinstance(world.ask("unsubscribe CUSTOMERS", DIRECTLY), Unsubscribed)
        assert [action for action, _, _ in logged(world)] == ["subscribe-self", "unsubscribe-self"]

    @pytest.mark.parametrize("place", ["#data", "C0123ABC"])
    def test_for_a_channel_is_not_allowed_by_asking_in_a_direct_message(self, world: World, place: str) -> None:
        answer = world.ask(f"subscribe orders to {place}", DIRECTLY)
        assert isinstance(answer, Refused)
        assert answer.action is Action.SUBSCRIBE
        assert len(told_of(world)) == 1

    @pytest.mark.parametrize("obstacle", Obstacle)
    def test_changes_nothing_where_the_bot_cannot_post(self, world: World, obstacle: Obstacle) -> None:
        world.reach = FakeReach(obstacles={"#data": obstacle})
        assert world.ask("subscribe orders to #data", IN_C1) == Unreached("#data", obstacle, "its word")
        assert len(told_of(world)) == 1

    def test_says_where_the_bot_is_no_member(self, world: World) -> None:
        world.reach = FakeReach(strangers={"#data"})
        answer = world.ask("subscribe orders to #data", IN_C1)
        assert isinstance(answer, Subscribed)
        assert not answer.is_member

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("subscribe", "To what?"),
            ("subscribe orders mention=<!here>", "file of subscriptions"),
            ("subscribe orders nth=0", "accepted: a number"),
            ("subscribe orders patience=2", "'patience' is no rule"),
        ],
    )
    def test_says_what_it_does_not_understand(self, world: World, typed: str, says: str) -> None:
        assert says in problem(world.ask(typed, IN_C1))
        assert len(told_of(world)) == 1

    def test_asks_which_workflow_is_meant(self, world: World) -> None:
        assert isinstance(world.ask("subscribe rders", IN_C1), SeveralWorkflows)
        assert isinstance(world.ask("subscribe xyzzy", IN_C1), NoSuchWorkflow)


class TestUnsubscribe:
    @pytest.fixture
    def subscribed(self, world: World) -> World:
        world.ask("subscribe orders", IN_C1)
        world.ask("subscribe orders-* to #data", IN_C1)
        return world

    @pytest.mark.parametrize("typed", ["unsubscribe orders", "unsubscribe w1 from here", "unsubscribe ORDERS here"])
    def test_ends_what_is_named(self, subscribed: World, typed: str) -> None:
        answer = subscribed.ask(typed, IN_C1)
        assert isinstance(answer, Unsubscribed)
        assert [one.subscription.workflows for one in answer.removed] == ["w1"]
        assert answer.is_of_settings
        assert [(channel, workflows) for channel, workflows, _ in told_of(subscribed)] == [
            ("C1", "*"),
            ("C-DATA", "orders-*"),
        ]

    def test_in_another_channel(self, subscribed: World) -> None:
        answer = subscribed.ask("unsubscribe all from #data", IN_C1)
        assert isinstance(answer, Unsubscribed)
        assert (answer.left, answer.is_of_settings) == ((), False)

    @pytest.mark.parametrize("typed", ["unsubscribe", "unsubscribe customers", "unsubscribe orders-*"])
    def test_shows_what_there_is_when_nothing_like_that_is(self, subscribed: World, typed: str) -> None:
        answer = subscribed.ask(typed, IN_C1)
        assert isinstance(answer, NotSubscribed)
        assert [one.subscription.workflows for one in answer.present] == ["*", "w1"]

    def test_never_ends_what_the_settings_ask_for(self, world: World) -> None:
        assert isinstance(world.ask("unsubscribe all", IN_C1), NotSubscribed)
        assert len(told_of(world)) == 1

    def test_for_oneself_is_open_to_everybody(self, world: World) -> None:
        world.ask("subscribe orders", DIRECTLY)
        assert isinstance(world.ask("unsubscribe orders", DIRECTLY), Unsubscribed)
        assert len(told_of(world)) == 1


class TestList:
    def test_is_of_this_channel_of_another_or_of_all(self, world: World) -> None:
        world.ask("subscribe orders to #data", IN_C1)
        for typed, total in (("list", 1), ("list #data", 1), ("list all", 2), ("settings", 1), ("list C7777777", 0)):
            answer = world.ask(typed, IN_C1)
            assert isinstance(answer, SubscriptionsShown)
            assert answer.total == total

    def test_is_of_no_channel_that_is_not_one(self, world: World) -> None:
        assert "Which channel?" in problem(world.ask("list data-alerts", IN_C1))

    def test_names_the_workflow_and_counts_what_is_meant(self, world: World) -> None:
        world.ask("subscribe orders to #data", IN_C1)
        answer = world.ask("list all", IN_C1)
        assert isinstance(answer, SubscriptionsShown)
        assert [(one.called, one.covers) for one in answer.rows] == [(None, 5), ("orders", 1)]


class TestMutes:
    @pytest.mark.parametrize(
        ("typed", "scope", "lasts"),
        [
            ("mute orders for 4h", "orders", timedelta(hours=4)),
            ("mute orders", "orders", timedelta(hours=4)),
            ("mute orders 2 30m", "orders 2", timedelta(minutes=30)),
            ("mute orders 2 --until 4h", "orders 2", timedelta(hours=4)),  # as at the terminal, and as help says
            ("mute orders \u2014for 1h", "orders", timedelta(hours=1)),
            ("mute orders 2026-03-03 18:00", "orders", timedelta(hours=31, minutes=59)),
            ("mute wait for 2h", "wait for 2h", timedelta(hours=4)),
            ("mute wait for 2h for 1h", "wait for 2h", timedelta(hours=1)),
            ("mute 정산 매일 until 18:00", "정산 매일", timedelta(hours=7, minutes=59)),
            ("mute orders until tomorrow 9:00", "orders", timedelta(hours=22, minutes=59)),
            ("mute here 1h", "everything in C1", timedelta(hours=1)),
            ("mute all for 1h", "everything in C1", timedelta(hours=1)),
            ("정산 매일 2시간 동안 음소거 해줘", "정산 매일", timedelta(hours=2)),
        ],
    )
    def test_hold_back_what_is_named_until_then(self, world: World, typed: str, scope: str, lasts: timedelta) -> None:
        answer = world.ask(typed, IN_C1)
        assert isinstance(answer, SilenceStarted)
        silence = answer.made.silence
        assert silence.ends_at is not None
        assert (answer.made.scope, silence.ends_at - world.clock()) == (scope, lasts)
        assert silence.created_by == "mina"
        assert [(action, verdict) for action, _, verdict in logged(world)] == [("mute", "done")]

    def test_may_be_for_one_channel(self, world: World) -> None:
        world.ask("subscribe all to #data", IN_C1)
        answer = world.ask("mute orders in #data for 1h", IN_C1)
        assert isinstance(answer, SilenceStarted)
        assert answer.made.scope == "orders in C-DATA"

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("mute here", "No alerts come here"),
            ("unmute all", "No alerts come here"),
            ("maintenance add all weekly mon 02:00 90m", "No alerts come here"),
            ("mute orders in #general", "“#general” is not the one channel"),
        ],
    )
    def test_are_for_channels_that_alerts_go_to(self, world: World, typed: str, says: str) -> None:
        assert says in problem(world.ask(typed, a_request("mina", "C0GENERAL")))
        assert logged(world) == []

    def test_of_everything_are_for_those_who_hear_of_something_themselves(self, world: World) -> None:
        mina = replace(DIRECTLY, asker=replace(DIRECTLY.asker, role=Role.OPERATOR))
        assert "No alerts come here" in problem(world.ask("mute all", mina))
        world.ask("subscribe all", mina)
        assert isinstance(world.ask("mute all", mina), SilenceStarted)

    def test_need_an_end_where_one_is_announced(self, world: World) -> None:
        assert "Until when?" in problem(world.ask("mute orders until whenever", IN_C1))

    @pytest.mark.parametrize("typed", ["unmute 1", "unmute orders", "orders 음소거 해제"])
    def test_are_ended_by_number_or_by_name(self, world: World, typed: str) -> None:
        world.ask("mute orders", IN_C1)
        assert isinstance(world.ask(typed, IN_C1), SilenceEnded)
        assert world.ask("mutes", IN_C1) == SilenceList(())

    def test_are_shown_where_not_just_one_is_meant(self, world: World) -> None:
        world.ask("mute orders 1h", IN_C1)
        world.ask("mute orders 2h", IN_C1)
        answer = world.ask("unmute orders", IN_C1)
        assert isinstance(answer, SilenceList)
        assert (len(answer.silences), answer.asked_for) == (2, "orders")


class TestMaintenance:
    @pytest.mark.parametrize(
        "typed",
        [
            "maintenance add orders from tomorrow 1:00 until tomorrow 3:00",
            "maintenance add orders until 4h",
            "maintenance add orders --from tomorrow 1:00 --until tomorrow 3:00",
            "maintenance add orders --weekly mon 02:00 90m",
            "maintenance add 정산 매일 weekly mon,wed 02:00 90m",
            "maintenance add here weekly daily 23:00 1h",
        ],
    )
    def test_is_planned_listed_and_ended(self, world: World, typed: str) -> None:
        assert isinstance(world.ask(typed, IN_C1), SilenceStarted)
        listed = world.ask("maintenance", IN_C1)
        assert isinstance(listed, SilenceList)
        assert len(listed.silences) == 1
        assert isinstance(world.ask("maintenance end 1", IN_C1), SilenceEnded)
        assert [verdict for _, _, verdict in logged(world)] == ["done", "done"]

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("maintenance add orders", "Until when?"),
            ("maintenance add until 4h", "What?"),
            ("maintenance add orders weekly mon 02:00", "Say weekly"),
            ("maintenance end", "Which one?"),
            ("maintenance end 7", "There is no"),
        ],
    )
    def test_says_what_is_missing(self, world: World, typed: str, says: str) -> None:
        assert says in problem(world.ask(typed, IN_C1))


class TestIncidents:
    @pytest.fixture
    def failing(self, world: World) -> World:
        world.source.put(an_ended_execution("e1", at=world.clock()))
        world.cycle()
        return world

    @pytest.mark.parametrize("typed", ["ack", "ack 1", "ack orders", "acknowledge w1", "orders 확인"])
    def test_are_looked_after_by_number_by_workflow_or_because_there_is_but_one(
        self, failing: World, typed: str
    ) -> None:
        answer = failing.ask(typed, IN_C1)
        assert isinstance(answer, Acknowledged)
        assert (answer.by.by, answer.is_news) == ("mina", True)
        assert logged(failing) == [("ack", "orders", "done")]
        assert isinstance(failing.ask("unack", IN_C1), AcknowledgementUndone)

    def test_are_asked_about_where_not_just_one_is_meant(self, failing: World) -> None:
        failing.source.put(an_ended_execution("e2", at=failing.clock(), workflow_id="w3"))
        failing.cycle()
        for typed in ("ack", "ack 77"):
            answer = failing.ask(typed, IN_C1)
            assert isinstance(answer, WhichIncident)
            assert answer.incident_count == 2
        assert isinstance(failing.ask("ack orders 2", IN_C1), NothingOpen)
        assert isinstance(failing.ask("ack nobody", IN_C1), NoSuchWorkflow)

    def test_of_several_of_one_workflow_only_those_are_asked_about(self, failing: World) -> None:
        failing.source.put(an_ended_execution("e2", at=failing.clock(), workflow_id="w3"))
        failing.cycle()
        failing.source.put(replace(an_ended_execution("e3", at=failing.clock()), job=Job("job-sum", "sum")))
        failing.cycle()
        answer = failing.ask("ack orders", IN_C1)
        assert isinstance(answer, WhichIncident)
        assert [one.workflow_name for one in answer.incidents] == ["orders", "orders"]
        assert answer.incident_count == 2

    def test_a_run_is_offered_and_not_yet_started(self, failing: World) -> None:
        assert isinstance(failing.ask("rerun 정산 매일", IN_C1), RerunOffer)
        assert isinstance(failing.ask("rerun nobody", IN_C1), NoSuchWorkflow)
        assert "Which workflow?" in problem(failing.ask("rerun", IN_C1))


class TestTrial:
    def test_takes_the_whole_way_and_says_how_long_it_took(self, world: World) -> None:
        assert world.ask("test", IN_C1) == TrialQueued("C1")
        world.clock.advance(2 * SECOND)
        world.deliver_for(5 * SECOND)
        (trial,) = (post.facts for _, post in world.slack.posts if isinstance(post.facts, Trial))
        assert (trial.by, trial.took) == ("mina", 3 * SECOND)  # the channel's pace: it was told something before
        assert world.alerts() == []
        assert logged(world) == [("test", "C1", "done")]

    def test_goes_nowhere_where_the_bot_cannot_post(self, world: World) -> None:
        world.reach = FakeReach(obstacles={"#data": Obstacle.NOT_INVITED})
        assert isinstance(world.ask("test #data", IN_C1), Unreached)


CHANGING = ["subscribe", "unsubscribe", "mute", "unmute", "ack", "unack", "rerun", "test"]
CHANGES = [name for name, command in COMMANDS.items() if command.action in CHANGING]


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("role", [Role.OUTSIDER, Role.READER])
def test_who_may_not_change_anything_is_refused_and_it_is_logged(world: World, name: str, role: Role) -> None:
    world.roster = type(world.roster)(operators=["U-mina"])
    asker = a_request("jun", role=role)
    answer = world.ask(COMMANDS[name].example, asker)
    assert isinstance(answer, Refused)
    assert answer.reason is (Reason.OUTSIDER if role is Role.OUTSIDER else Reason.NOT_OPERATOR)
    assert [(verdict, target) for _, target, verdict in logged(world)] == [
        ("refused", COMMANDS[name].example.removeprefix(name).strip())
    ]
    assert len(told_of(world)) == 1


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in CHANGES])
def test_anybody_may_ask(world: World, name: str) -> None:
    answer = world.ask(COMMANDS[name].example, a_request("guest", role=Role.OUTSIDER))
    assert not isinstance(answer, Refused)


def test_who_asks_for_nothing_that_there_is_may_not_do_so_too_often_either(world: World) -> None:
    desk = world.desk
    answers = [desk.answer("xyzzy", IN_C1) for _ in range(21)]
    assert isinstance(answers[0], Help)
    assert isinstance(answers[-1], Refused)
    assert answers[-1].reason is Reason.TOO_OFTEN


def test_a_change_is_never_asked_for_again_by_a_click(world: World) -> None:
    desk = world.desk
    assert desk.reply("mute orders 1h --share", IN_C1).again == ""
    assert desk.reply('runs "orders 2" failed', IN_C1).again == 'runs "orders 2" failed'


def test_what_only_its_asker_sees_is_shared_with_nobody(world: World) -> None:
    assert not world.desk.reply("status", DIRECTLY).can_be_shared
    assert world.desk.reply("status", IN_C1).can_be_shared


@pytest.mark.parametrize("value", ["mute orders", "unsubscribe all", "xyzzy", "rerun orders --page 2"])
def test_a_button_that_asks_again_changes_nothing(world: World, value: str) -> None:
    assert "leads nowhere" in problem(world.desk.again(value, IN_C1).answer)
    assert logged(world) == []


def test_what_others_subscribed_for_themselves_is_shown_to_them_and_to_operators(world: World) -> None:
    world.ask("subscribe orders", DIRECTLY)
    for asker, total in ((DIRECTLY, 2), (a_request("gus", role=Role.READER), 1), (IN_C1, 2)):
        answer = world.ask("list all", asker)
        assert isinstance(answer, SubscriptionsShown)
        assert answer.total == total


def test_a_long_list_has_pages(world: World) -> None:
    world.source.account = [Workflow(f"w{number}", f"flow {number:02}") for number in range(40)]
    world.cycle()
    reply = world.desk.reply("workflows flow --page 3", IN_C1)
    assert reply.page is not None
    assert (reply.page.number, reply.page.count) == (3, 3)
    assert "flow 30" in str(reply.answer)
