"""What the ends of runs do to the incidents of their workflow."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.flapping import Flapping
from bot.core.incidents import Change, Incident, Step, advance
from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from tests.doubles import LOAD, START, an_ended_execution

COMPLETED, FAILED, CANCELED = ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED
SORT = Job("job-sort", "sort")
MINUTE = timedelta(minutes=1)


def a_run(minute: int, status: ExecutionStatus, job: Job = LOAD, trigger: str = "nightly") -> Execution:
    """A run that ended then; all of one minute were started together by one trigger."""
    run = an_ended_execution(f"{job.name} {minute}", status, at=START + minute * MINUTE, ran_for=MINUTE)
    return replace(run, job=job, trigger=Trigger("t1", trigger))


def play(runs: Sequence[Execution]) -> tuple[list[Step], list[Incident]]:
    """The step that each run makes, and the incidents that are open in the end or were closed by then."""
    incidents: list[Incident] = []
    steps = []
    for run in runs:
        change: Change = advance([one for one in incidents if one.is_open], run, run.ended_at or START)
        steps.append(change.step)
        if change.incident:
            incidents = [one for one in incidents if one != change.before] + [change.incident]
    return steps, incidents


def test_jobs_of_one_start_share_an_incident_until_each_has_completed() -> None:
    runs = [a_run(1, FAILED), a_run(1, FAILED, SORT), a_run(2, COMPLETED), a_run(3, COMPLETED, SORT)]
    steps, (incident,) = play(runs)
    assert steps == [Step.OPENED, Step.JOINED, Step.RECOVERED, Step.CLOSED]
    assert (incident.failures, incident.lasted) == (2, 2 * MINUTE)


def test_jobs_that_start_apart_do_not() -> None:
    steps, incidents = play([a_run(1, FAILED), a_run(2, FAILED, SORT)])
    assert (steps, len(incidents)) == ([Step.OPENED, Step.OPENED], 2)


def test_a_job_that_joins_while_it_flaps_makes_the_card_say_so() -> None:
    flapping = Flapping(START, 7, 120 * MINUTE)
    opened = advance([], a_run(1, FAILED), START).incident
    assert opened is not None
    joined = advance([opened], a_run(1, FAILED, SORT), START, flapping)
    assert joined.step is Step.JOINED
    assert joined.incident is not None
    assert joined.incident.flapping == flapping


def test_a_cancelled_run_decides_nothing() -> None:
    steps, (incident,) = play([a_run(1, CANCELED), a_run(2, FAILED), a_run(3, CANCELED), a_run(4, FAILED)])
    assert steps == [Step.NOTHING, Step.OPENED, Step.NOTHING, Step.CONTINUED]
    assert incident.failures == 2


def test_a_job_that_fails_again_while_others_do_forgets_no_failure() -> None:
    """It had completed in between, and joins the others again."""
    runs = [
        a_run(1, FAILED),
        a_run(1, FAILED, SORT),
        a_run(2, FAILED),
        a_run(3, COMPLETED),
        a_run(4, FAILED, SORT),
        a_run(4, FAILED),
    ]
    steps, (incident,) = play(runs)
    assert steps[-1] is Step.JOINED
    trouble = incident.trouble_of(LOAD.job_id)
    assert trouble
    assert (incident.failures, trouble.failures) == (5, 1)
