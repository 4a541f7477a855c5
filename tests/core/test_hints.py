"""What a last execution date is worth, by the runs that it is about."""

from datetime import datetime, timedelta

import pytest

from bot.core.hints import Hint, judge, unannounced
from bot.core.model import Execution, ExecutionStatus
from bot.core.transitions import Transition
from tests.doubles import START, an_ended_execution, an_execution

MINUTE = timedelta(minutes=1)
BEGAN = START - 10 * MINUTE
RUN = an_ended_execution("e1", at=START, ran_for=10 * MINUTE)
RUNNING = an_execution("e1", ExecutionStatus.RUNNING, started_at=BEGAN)


@pytest.mark.parametrize(
    ("date", "newest", "hint"),
    [
        (BEGAN, [RUN], Hint.STARTS),
        (BEGAN, [RUNNING], Hint.STARTS),
        (START, [RUN], Hint.ENDS),
        (START + timedelta(seconds=2), [RUN], Hint.ENDS),
        (START - MINUTE, [RUN], Hint.UNPROVEN),
        (START + timedelta(days=1), [RUN], Hint.UNPROVEN),
        (START, [], Hint.UNPROVEN),
        (None, [RUN], Hint.UNPROVEN),
        (START, [RUNNING], Hint.UNPROVEN),
    ],
)
def test_a_date_is_believed_when_it_is_that_of_the_newest_run(
    date: datetime | None, newest: list[Execution], hint: Hint
) -> None:
    assert judge(date, newest) is hint


@pytest.mark.parametrize(
    ("hint", "silent_at", "missed"),
    [
        (Hint.STARTS, BEGAN + MINUTE, 1),
        (Hint.STARTS, BEGAN - MINUTE, 0),
        (Hint.ENDS, START - MINUTE, 0),
        (Hint.ENDS, START + MINUTE, 1),
    ],
)
def test_a_run_was_not_announced_when_the_list_came_after_what_it_should_have_told(
    hint: Hint, silent_at: datetime, missed: int
) -> None:
    assert unannounced(hint, [Transition(RUN, None, START, START + 5 * MINUTE)], silent_at) == missed


def test_a_run_that_was_known_before_needs_no_announcement() -> None:
    end = Transition(RUN, ExecutionStatus.RUNNING, START, START)
    assert unannounced(Hint.STARTS, [end], START + MINUTE) == 0
