"""What people type and what they are answered: every command of the table, and everything near one."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.delivery import FailureClass, NotPosted, Unclear
from bot.core.digest import Counts
from bot.core.model import Execution, ExecutionStatus, Workflow
from bot.errors import ApiUnreachable
from bot.services.answers import (
    Answer,
    AuditAnswer,
    BrokenChannel,
    DigestAnswer,
    Help,
    NoSuchWorkflow,
    RunsPage,
    RunsQuery,
    SeveralWorkflows,
    StatusReport,
    WorkflowList,
)
from bot.services.commands import ALL_HELP, COMMANDS, MOST_RUNS, split_words
from bot.store.engine import Database
from tests.doubles import START, FakeClock, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus
NAMES = [
    "orders",
    "orders 2",
    "orders failed",
    "Orders-Daily",
    "정산 매일",
    "it's bob's",
    r"back\slash",
    "logs",
    "logs",
]


@pytest.fixture(scope="module")
def asked(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Workflows w0, w1 … with the names above; `orders` has runs e00 (the newest) to e29, every third one failed.
    One for all tests: answering changes nothing."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path_factory.mktemp('asked') / 'bot.db')}")
    world = World(database, FakeClock())
    world.source.account = [Workflow(f"w{number}", name) for number, name in enumerate(NAMES)]
    world.cycle()
    world.source.put(*(a_run(number) for number in range(30)))
    world.source.put(an_execution("open", RUNNING, workflow_id="w1", created_at=START))
    world.cycle()
    yield world
    database.close()


def a_run(number: int) -> Execution:
    status = COMPLETED if number % 3 else FAILED
    return an_ended_execution(f"e{number:02}", status, workflow_id="w0", at=START + MINUTE - number * SECOND)


def problem(answer: Answer) -> str | None:
    assert isinstance(answer, Help)
    return answer.problem


def usages(answer: Answer) -> list[str]:
    assert isinstance(answer, Help)
    return [command.usage.split()[0] for command in answer.commands]


def page(answer: Answer) -> RunsPage:
    assert isinstance(answer, RunsPage)
    return answer


def ids(answer: Answer) -> list[str]:
    return [run.job_execution_id for run in page(answer).runs]


class TestHelp:
    """What is not understood gets help for what was meant."""

    @pytest.mark.parametrize("typed", ["", "  ", "help", "HELP", "help nothing"])
    def test_without_a_command_names_them_all(self, world: World, typed: str) -> None:
        assert world.ask(typed) == Help(ALL_HELP)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_explains_each_command(self, world: World, name: str) -> None:
        assert world.ask(f"help {name}") == Help((COMMANDS[name].help,))

    @pytest.mark.parametrize("name", COMMANDS)
    def test_gives_examples_that_work(self, asked: World, name: str) -> None:
        answer = asked.ask(COMMANDS[name].help.example)
        assert not isinstance(answer, Help) or name in ("help", "why")

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("rusn orders", ["runs"]),
            ("digset", ["digest", "audit"]),
            ("workflow", ["workflows"]),
            ("stats", ["status"]),
        ],
    )
    def test_guesses_what_a_slip_was_meant_to_be(self, world: World, typed: str, meant: list[str]) -> None:
        answer = world.ask(typed)
        assert usages(answer) == meant
        assert problem(answer) == f"There is no command “{typed.split(maxsplit=1)[0]}”. Did you mean this?"

    def test_names_all_commands_when_nothing_is_near(self, world: World) -> None:
        answer = world.ask("xyzzy")
        assert usages(answer) == list(COMMANDS)
        assert problem(answer) == "There is no command “xyzzy”."

    def test_asks_which_workflow_when_none_was_named(self, world: World) -> None:
        answer = world.ask("runs")
        assert usages(answer) == ["runs"]
        assert problem(answer) == "Which workflow? Give its id or its name."


class TestRuns:
    """`runs <workflow> [status] [count]`."""

    @pytest.mark.parametrize(
        ("typed", "workflow_id", "status", "count"),
        [
            ("runs w0", "w0", None, 10),
            ("RUNS w0", "w0", None, 10),
            ("runs orders", "w0", None, 10),
            ("runs Orders", "w0", None, 10),
            ("runs orders 5", "w0", None, 5),
            ("runs orders failed", "w2", None, 10),  # the name of another workflow
            ("runs orders failed failed 3", "w2", FAILED, 3),
            ("runs w0 failed", "w0", FAILED, 10),
            ("runs w0 FAILED 3", "w0", FAILED, 3),
            ("runs w0 cancelled", "w0", CANCELED, 10),
            ("runs w0 canceled", "w0", CANCELED, 10),
            ("runs w0 completed 1", "w0", COMPLETED, 1),
            ("runs w0 running", "w0", RUNNING, 10),
            ("runs w0 ready", "w0", READY, 10),
            ("runs w0 unknown", "w0", UNKNOWN, 10),
            ("runs orders 2", "w1", None, 10),  # a name that ends in a number
            ("runs orders 2 7", "w1", None, 7),
            ("runs orders 2 failed 7", "w1", FAILED, 7),
            ('runs "orders 2"', "w1", None, 10),
            ("runs “orders 2” failed 7", "w1", FAILED, 7),
            ("runs „orders 2“ 7", "w1", None, 7),
            ("runs daily", "w3", None, 10),  # a part of one name
            ("runs 정산 매일 3", "w4", None, 3),
            ("runs 정산", "w4", None, 10),
            ("runs it's bob's", "w5", None, 10),
            ("runs it's bob's failed", "w5", FAILED, 10),
            (r"runs back\slash", "w6", None, 10),
            ("runs w0 0", "w0", None, 1),
            ("runs w0 99999999999999999999", "w0", None, MOST_RUNS),
            ("runs w0 ٣", "w0", None, 3),
        ],
    )
    def test_understands_names_statuses_and_counts(
        self, asked: World, typed: str, workflow_id: str, status: ExecutionStatus | None, count: int
    ) -> None:
        assert page(asked.ask(typed)).query == RunsQuery(workflow_id, status, count)

    def test_lists_the_newest_first_and_says_how_current_it_is(self, asked: World) -> None:
        answer = page(asked.ask("runs w0 failed 3"))
        assert ids(answer) == ["e00", "e03", "e06"]
        assert (answer.workflow.name, answer.as_of) == ("orders", asked.clock.now)

    def test_turns_to_older_and_newer_pages_and_back(self, asked: World) -> None:
        first = page(asked.ask("runs w0 12"))
        assert first.older is not None
        second = page(asked.desk.runs(first.older))
        assert second.older is not None
        last = page(asked.desk.runs(second.older))

        assert [ids(one) for one in (first, second, last)] == [
            [f"e{number:02}" for number in span] for span in (range(12), range(12, 24), range(24, 30))
        ]
        assert (first.newer, last.older) == (None, None)
        assert last.newer == second.query
        assert second.newer == first.query

    def test_keeps_the_status_from_page_to_page(self, asked: World) -> None:
        first = page(asked.ask("runs w0 failed 5"))
        assert first.older == RunsQuery("w0", FAILED, 5, 5)
        second = page(asked.desk.runs(first.older))
        assert (ids(second), second.older) == (["e15", "e18", "e21", "e24", "e27"], None)

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            (RunsQuery("w0", None, 0, 0), 1),
            (RunsQuery("w0", None, 999, -5), MOST_RUNS),
            (RunsQuery("w0", None, 5, 28), 2),
        ],
    )
    def test_a_button_can_ask_for_no_more_than_a_person(self, asked: World, query: RunsQuery, shown: int) -> None:
        assert len(ids(asked.desk.runs(query))) == shown

    def test_of_a_workflow_that_never_ran_there_are_none(self, asked: World) -> None:
        answer = page(asked.ask("runs w4"))
        assert (answer.runs, answer.newer, answer.older) == ((), None, None)

    @pytest.mark.parametrize(
        ("typed", "nearest"),
        [("runs ordres", ["orders", "orders 2"]), ("runs lgos 5", ["logs", "logs"]), ("runs xyzzy", [])],
    )
    def test_suggests_the_nearest_names(self, asked: World, typed: str, nearest: list[str]) -> None:
        answer = asked.ask(typed)
        assert isinstance(answer, NoSuchWorkflow)
        assert answer.asked_for == typed.split()[1]
        assert [workflow.name for workflow in answer.nearest][: len(nearest)] == nearest
        assert bool(answer.nearest) is bool(nearest)

    @pytest.mark.parametrize(
        ("typed", "matches"),
        [("runs logs", ["w7", "w8"]), ("runs order", ["w0", "w1", "w3", "w2"])],
    )
    def test_lists_several_matches(self, asked: World, typed: str, matches: list[str]) -> None:
        answer = asked.ask(typed)
        assert isinstance(answer, SeveralWorkflows)
        assert sorted(workflow.workflow_id for workflow in answer.matches) == sorted(matches)
        assert answer.total == len(matches)

    @pytest.mark.parametrize(("typed", "workflow_id"), [("etl", "w1"), ("ETL", "w2"), ("w3", "w3")])
    def test_takes_a_name_as_it_is_written_before_one_in_another_case(
        self, world: World, typed: str, workflow_id: str
    ) -> None:
        names = {"w1": "etl", "w2": "ETL", "w3": "w1", "w4": "w3"}  # and an id before a name
        world.source.account = [Workflow(key, name) for key, name in names.items()]
        world.cycle()
        assert page(world.ask(f"runs {typed}")).workflow.workflow_id == workflow_id

    def test_counts_the_matches_that_it_does_not_list(self, world: World) -> None:
        world.source.account = [Workflow(f"w{number}", f"orders {number}") for number in range(30)]
        world.cycle()
        answer = world.ask("runs orders")
        assert isinstance(answer, SeveralWorkflows)
        assert (len(answer.matches), answer.total) == (10, 30)


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

    @pytest.mark.parametrize(
        ("typed", "total"), [("workflows", len(NAMES)), ("workflows orders 2", 1), ("workflows x", 0)]
    )
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
