"""What people type and what they are answered: every command of the table, and everything near one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import FailureClass, NotPosted, Unclear
from bot.core.digest import Counts
from bot.core.model import ExecutionStatus
from bot.errors import ApiUnreachable
from bot.services.answers import (
    AuditAnswer,
    BrokenChannel,
    DigestAnswer,
    Help,
    StatusReport,
    WorkflowList,
)
from bot.services.commands.table import ALL_HELP, COMMANDS
from bot.services.commands.words import split_words
from bot.services.desk_answers import DeskAnswer
from tests.doubles import START
from tests.services.world import MINUTE, SECOND, World

COMPLETED, FAILED, RUNNING = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.RUNNING


def problem(answer: DeskAnswer) -> str | None:
    assert isinstance(answer, Help)
    return answer.problem


def usages(answer: DeskAnswer) -> list[str]:
    assert isinstance(answer, Help)
    return [command.usage.split()[0] for command in answer.commands]


class TestHelp:
    """What is not understood gets help for what was meant."""

    @pytest.mark.parametrize("typed", ["", "  ", "help", "HELP", "help nothing"])
    def test_without_a_command_names_them_all(self, world: World, typed: str) -> None:
        assert world.ask(typed) == Help(ALL_HELP)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_explains_each_command(self, world: World, name: str) -> None:
        assert world.ask(f"help {name}") == Help((COMMANDS[name].help,))

    @pytest.mark.parametrize(("typed", "name"), [("help acknowledge", "ack"), ("help 음소거", "mute")])
    def test_explains_a_command_by_whatever_it_goes_by(self, world: World, typed: str, name: str) -> None:
        assert world.ask(typed) == Help((COMMANDS[name].help,))

    def test_explains_what_a_slip_was_meant_to_be(self, world: World) -> None:
        answer = world.ask("help subscibe")
        assert usages(answer) == ["subscribe", "unsubscribe"]
        assert problem(answer) == "There is no command “subscibe”. Did you mean this?"

    @pytest.mark.parametrize("name", COMMANDS)
    def test_gives_examples_that_work(self, world: World, name: str) -> None:
        answer = world.ask(COMMANDS[name].help.example)
        assert not isinstance(answer, Help) or name in ("help", "why", "run", "maintenance end")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("rusn orders", ["run", "runs"]),
            ("digset", ["digest", "list"]),
            ("workflow", ["workflows"]),
            ("stats", ["status", "settings"]),
            ("음소고 orders", ["mute"]),
            ("acknowlege orders", ["ack", "unack"]),
            ("maintenence", ["maintenance", "maintenance"]),
        ],
    )
    def test_guesses_what_a_slip_was_meant_to_be(self, world: World, typed: str, meant: list[str]) -> None:
        answer = world.ask(typed)
        assert usages(answer) == meant
        assert problem(answer) == f"There is no command “{typed.split(maxsplit=1)[0]}”. Did you mean this?"

    def test_names_all_commands_when_nothing_is_near(self, world: World) -> None:
        answer = world.ask("xyzzy")
        assert isinstance(answer, Help)
        assert answer.commands == ALL_HELP
        assert problem(answer) == "There is no command “xyzzy”."

    def test_asks_which_workflow_when_none_was_named(self, world: World) -> None:
        answer = world.ask("runs")
        assert usages(answer) == ["runs"]
        assert problem(answer) == "Which workflow? Give its id or its name."


@given(st.text(max_size=30))
def test_whatever_is_typed_is_split_into_words(typed: str) -> None:
    """Into its own words, when there are no quotes in it."""
    words = split_words(typed)
    if not set('"“”„') & set(typed):
        assert " ".join(words).split() == typed.split()


class TestWorkflows:
    """`workflows [search]`."""

    def test_lists_them_by_name_with_their_newest_run(self, asked: World) -> None:
        answer = asked.ask("workflows orders")
        assert isinstance(answer, WorkflowList)
        assert [(row.workflow.workflow_id, row.last_status, row.running) for row in answer.rows] == [
            ("w0", FAILED, 0),
            ("w1", RUNNING, 1),
            ("w2", None, 0),
            ("w3", None, 0),
        ]
        assert (answer.search, answer.total) == ("orders", 4)

    @pytest.mark.parametrize(("typed", "total"), [("workflows", 9), ("workflows orders 2", 1), ("workflows x", 0)])
    def test_searches_for_all_that_was_typed(self, asked: World, typed: str, total: int) -> None:
        answer = asked.ask(typed)
        assert isinstance(answer, WorkflowList)
        assert answer.total == len(answer.rows) == total


class TestStatus:
    """`status`: what the bot says of itself."""

    def report(self, world: World) -> StatusReport:
        answer = world.ask("status")
        assert isinstance(answer, StatusReport)
        return answer

    def test_of_a_bot_that_does_well_is_short(self, world: World) -> None:
        world.cycle()
        world.deliver_for(2 * SECOND)
        report = self.report(world)
        assert (report.watched, report.queued, report.unclear, report.dead) == (1, 0, 0, 0)
        assert (report.api_error, report.slack_error, report.broken_channels) == (None, None, ())
        assert report.workflows[0].lag == timedelta()

    def test_of_a_bot_that_has_just_begun_has_nothing_to_show(self, world: World) -> None:
        report = self.report(world)
        assert (report.watched, report.workflows, report.api_answered_at, report.oldest_queued_at) == (
            0,
            (),
            None,
            None,
        )

    def test_tells_how_far_polls_are_behind_and_why(self, world: World) -> None:
        world.cycle()
        world.source.failures = {"w1": ApiUnreachable("no connection")}
        for _ in range(5):
            world.cycle()
        (workflow,) = self.report(world).workflows
        assert (workflow.polled_at, workflow.lag) == (START + MINUTE, 4 * MINUTE)
        assert workflow.error == "no connection"
        assert self.report(world).api_error == "no connection"

    def test_tells_what_waits_and_what_is_unclear_or_given_up(self, world: World) -> None:
        world.start("C1", "C2", "C3")
        refused = NotPosted(FailureClass.MESSAGE, "invalid_blocks")
        world.slack.answers = {"C1": [refused] * 3, "C2": [Unclear("time-out")]}
        world.slack.answers["C3"] = [NotPosted(FailureClass.CHANNEL, "is_archived")]
        world.cycle()
        began = world.clock.now
        world.deliver_for(5 * SECOND)
        report = self.report(world)
        assert (report.queued, report.unclear, report.dead, report.oldest_queued_at) == (1, 1, 1, began)
        assert report.broken_channels == (BrokenChannel("C3", "is_archived", began),)

    def test_tells_that_slack_refuses_the_token(self, world: World) -> None:
        world.slack.answers = {"C1": [NotPosted(FailureClass.TOKEN, "token_revoked")]}
        world.cycle()
        world.deliver()
        assert self.report(world).slack_error == "token_revoked"


class TestDigest:
    """`digest [today|yesterday|YYYY-MM-DD]`; it is Monday, 10:02 in Seoul."""

    @pytest.mark.parametrize(
        ("typed", "day"),
        [
            ("digest", date(2026, 3, 1)),
            ("digest yesterday", date(2026, 3, 1)),
            ("digest TODAY", date(2026, 3, 2)),
            ("digest 2026-03-02", date(2026, 3, 2)),
            ("digest 2026-01-31", date(2026, 1, 31)),
        ],
    )
    def test_is_made_for_a_day_in_the_zone_of_the_settings(self, asked: World, typed: str, day: date) -> None:
        answer = asked.ask(typed)
        assert isinstance(answer, DigestAnswer)
        assert answer.digest.window.day == day

    @pytest.mark.parametrize("word", ["2026-03-03", "tomorrow", "2026-02-30", "1999-12-31", "-1", "monday"])
    def test_says_what_a_day_is_when_it_is_none(self, asked: World, word: str) -> None:
        answer = asked.ask(f"digest {word}")
        assert usages(answer) == ["digest"]
        assert word in str(problem(answer))

    def test_of_today_is_partial(self, asked: World) -> None:
        answer = asked.ask("digest today")
        assert isinstance(answer, DigestAnswer)
        assert answer.digest.is_partial
        assert answer.digest.counts == Counts(completed=20, failed=10)


class TestAudit:
    """`audit [24h]`: the answer itself is tested beside AuditAlerts."""

    def test_looks_back_a_day_unless_told_otherwise(self, asked: World) -> None:
        for typed, span in (("audit", timedelta(days=1)), ("audit 7d", timedelta(days=7))):
            answer = asked.ask(typed)
            assert isinstance(answer, AuditAnswer)
            assert (answer.report.since, answer.repaired) == (asked.clock.now - span, None)

    @pytest.mark.parametrize("span", ["32d", "soon", "-1h"])
    def test_says_what_a_span_is_when_it_is_none(self, asked: World, span: str) -> None:
        answer = asked.ask(f"audit {span}")
        assert usages(answer) == ["audit"]
        assert span in str(problem(answer))
