"""`runs <workflow> [status] [count]`: what people call a workflow, and the pages of its runs."""

import pytest

from bot.core.model import ExecutionStatus, Workflow
from bot.services.answers import NoSuchWorkflow, RunsPage, RunsQuery, SeveralWorkflows
from bot.services.commands.runs import MOST_RUNS
from bot.services.desk_answers import DeskAnswer
from tests.services.world import World

READY, RUNNING, COMPLETED, FAILED, CANCELED, UNKNOWN = ExecutionStatus


def page(answer: DeskAnswer) -> RunsPage:
    assert isinstance(answer, RunsPage)
    return answer


def ids(answer: DeskAnswer) -> list[str]:
    return [run.job_execution_id for run in page(answer).runs]


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
        second = page(asked.turn_to(first.older))
        assert second.older is not None
        last = page(asked.turn_to(second.older))

        assert [ids(one) for one in (first, second, last)] == [
            [f"e{number:02}" for number in span] for span in (range(12), range(12, 24), range(24, 30))
        ]
        assert (first.newer, last.older) == (None, None)
        assert last.newer == second.query
        assert second.newer == first.query

    def test_keeps_the_status_from_page_to_page(self, asked: World) -> None:
        first = page(asked.ask("runs w0 failed 5"))
        assert first.older == RunsQuery("w0", FAILED, 5, 5)
        second = page(asked.turn_to(first.older))
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
        assert len(ids(asked.turn_to(query))) == shown

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
