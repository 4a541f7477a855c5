from datetime import timedelta

from bot.core.held import SHOWN_JOBS, HeldEnd, sum_up
from bot.core.model import Execution, ExecutionStatus, Job
from bot.core.rules import Outcome
from bot.core.silence import Covered, SilenceKind, SilenceTitle
from bot.core.telling import HeldCause, HeldJob
from tests.doubles import START, an_execution

MINUTE = timedelta(minutes=1)
CAUSE = HeldCause(SilenceTitle(SilenceKind.MUTE, 3, Covered()))


def an_end(number: int, job: str, outcome: Outcome = Outcome.FAILED) -> HeldEnd:
    execution = an_execution(f"e{number}", ExecutionStatus.FAILED, job=Job(job, f"the {job}"))
    return HeldEnd("orders", execution, outcome, START + number * MINUTE)


def test_each_job_is_told_with_what_was_held_of_it() -> None:
    outcomes = (Outcome.FAILED, Outcome.FAILED, Outcome.CANCELED, Outcome.RECOVERED, Outcome.UNKNOWN, Outcome.COMPLETED)
    ends = [an_end(number, "load", outcome) for number, outcome in enumerate(outcomes)]
    summary = sum_up(CAUSE, START, ends, lambda _: False)
    job = HeldJob("orders", "the load", 2, 1, 1, START + 5 * MINUTE, is_broken=False, other=2)
    assert (summary.cause, summary.until, summary.total) == (CAUSE, START, 6)
    assert (summary.jobs, summary.job_count) == ((job,), 1)


def test_what_is_still_broken_comes_first_then_what_ended_last() -> None:
    ends = [an_end(number, job) for number, job in enumerate(("early", "broken", "late"))]
    summary = sum_up(CAUSE, START, ends, lambda execution: execution.job.job_id == "broken")
    assert [job.job_name for job in summary.jobs] == ["the broken", "the late", "the early"]


def test_whether_a_job_is_broken_is_asked_of_its_newest_run() -> None:
    asked: list[str] = []

    def is_broken(execution: Execution) -> bool:
        asked.append(execution.job_execution_id)
        return True

    sum_up(CAUSE, START, [an_end(2, "load"), an_end(1, "load")], is_broken)
    assert asked == ["e2"]


def test_jobs_that_find_no_room_are_counted() -> None:
    ends = [an_end(number, f"j{number}") for number in range(SHOWN_JOBS + 4)]
    summary = sum_up(CAUSE, START, ends, lambda _: True)
    assert (len(summary.jobs), summary.job_count, summary.total) == (SHOWN_JOBS, SHOWN_JOBS + 4, SHOWN_JOBS + 4)
