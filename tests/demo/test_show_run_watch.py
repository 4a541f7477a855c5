"""What the audience notices of the runs, and how the show is counted at its end."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.dataflow_server import Account, Status
from bot.demo.run_watch import Balance, Change, RunWatch

START = datetime(2025, 3, 20, 3, 0, tzinfo=UTC)


def second(number: float) -> datetime:
    return START + timedelta(seconds=number)


class Stage:
    """A workflow with one run from second 1 to second 4 that waits for a second, after a run of the past."""

    def __init__(self) -> None:
        self.now = START
        self.account = Account(lambda: self.now)
        load = self.account.add_workflow("load").workflow_id
        self.account.start(load, Status.FAILED, runs_for=5, at=second(-60))
        self.run = self.account.start(load, Status.FAILED, waits_for=1, runs_for=2, at=second(1))
        self.watch = RunWatch(self.account, START)

    def changes_at(self, number: float) -> list[Change]:
        self.now = second(number)
        return self.watch.changes(self.now)


BEGAN = Change(second(2), "load", Status.READY, Status.RUNNING)
FAILED = Change(second(4), "load", Status.RUNNING, Status.FAILED)


@pytest.mark.parametrize(
    ("looks", "seen"),
    [
        ([1], [[]]),
        ([2, 3, 4, 5], [[BEGAN], [], [FAILED], []]),
        ([9, 10], [[BEGAN, FAILED], []]),
    ],
)
def test_each_change_is_seen_once_as_of_when_it_happened(looks: list[float], seen: list[list[Change]]) -> None:
    stage = Stage()
    assert [stage.changes_at(look) for look in looks] == seen


def test_a_run_that_is_cancelled_while_it_waits_never_ran() -> None:
    stage = Stage()
    stage.now = second(1.5)
    stage.account.finish(stage.run.execution_id, Status.CANCELED)
    assert stage.changes_at(2.5) == [Change(second(1.5), "load", Status.READY, Status.CANCELED)]


def test_what_had_been_before_does_not_count() -> None:
    stage = Stage()
    stage.now = second(4)
    assert stage.watch.count() == 1
    assert stage.watch.bad_ids(second(3.9)) == []
    assert stage.watch.bad_ids(second(4)) == [stage.run.execution_id]


@pytest.mark.parametrize(
    ("bad_ids", "messages", "told", "is_even"),
    [
        ([], ["a digest"], "3 runs, 0 failed or cancelled, 0 alerts.", True),
        (["e1"], ["e1 failed"], "3 runs, 1 failed or cancelled, 1 alert, each once.", True),
        (["e1", "e2"], ["e2 failed", "e1"], "3 runs, 2 failed or cancelled, 2 alerts, each once.", True),
        (
            ["e1", "e2"],
            ["e2 failed", "e2 failed"],
            "3 runs, 2 failed or cancelled, 2 alerts: 1 not told yet, 1 told more than once.",
            False,
        ),
    ],
)
def test_the_balance_says_whether_each_bad_run_was_told_of_once(
    bad_ids: list[str], messages: list[str], told: str, is_even: bool
) -> None:
    balance = Balance.of(3, bad_ids, messages)
    assert (str(balance), balance.is_even) == (told, is_even)
