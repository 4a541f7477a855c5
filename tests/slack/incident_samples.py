"""One ordinary value of everything that is told of an incident, and of what takes too long."""

from dataclasses import replace
from datetime import time, timedelta

from bot.core.alerting import Alert
from bot.core.blindness import Blind
from bot.core.delivery import Facts
from bot.core.flapping import Flapping
from bot.core.incidents import Acknowledgement, Incident, JobTrouble
from bot.core.model import ExecutionStatus, Job
from bot.core.normal import Background, Band, LastAcknowledgement
from bot.core.overdue import Basis, BasisKind, HowOver, Limit
from bot.core.recurrence import Interval, Recurrence
from bot.core.rules import Outcome, QuietHours
from bot.core.silence import Covered, SilenceKind, SilenceTitle
from bot.core.telling import HeldCause, HeldJob, HeldLate, HeldSummary, Maintenance, Overdue, Recovery, Reminder
from tests.slack.samples import NOON, ORDERS, SALES, execution, minutes


def trouble(number: int = 1, failures: int = 1, *, is_over: bool = False) -> JobTrouble:
    """The job with this number: its newest failure was so many minutes before noon."""
    job = Job(f"jb{number:02}", f"load-part-{number}") if number > 1 else execution().job
    failure = replace(execution(number=number), job=job)
    last_failed_at = NOON - minutes(number)
    completed = replace(execution(ExecutionStatus.COMPLETED, number=40 + number), job=job)
    return JobTrouble(
        job=job,
        failures=failures,
        first_failed_at=last_failed_at - minutes(20 * (failures - 1)),
        last_failed_at=last_failed_at,
        last_failure=failure,
        recovered_at=NOON + minutes(1) if is_over else None,
        recovered_by=completed if is_over else None,
    )


def incident(*jobs: JobTrouble) -> Incident:
    return Incident(ORDERS.workflow_id, min(one.first_failed_at for one in jobs), jobs)


def card(shown: Incident, background: Background | None = None) -> Alert:
    return Alert(ORDERS.name, shown.last_failure, NOON, incident=shown, background=background)


BACKGROUND = Background(
    usual=Band(timedelta(minutes=7, seconds=40), timedelta(minutes=11, seconds=30), 20),
    last_success_at=NOON - minutes(24 * 60),
    failures=4,
    runs=30,
    last_acknowledged=LastAcknowledgement("Mina", minutes(80)),
)
LITTLE_KNOWN = Background(usual=None, last_success_at=None, failures=0, runs=0)

AGAIN = replace(incident(trouble(failures=3)), acknowledged=Acknowledgement("Mina", NOON - minutes(15)))
OVER = incident(trouble(failures=3, is_over=True))

CARDS = {
    "card_first_failure": replace(card(incident(trouble()), BACKGROUND), mention="S0ONCALL1"),
    "card_little_known": replace(card(incident(trouble()), LITTLE_KNOWN), late_for=minutes(95)),
    "card_failed_again": card(AGAIN, BACKGROUND),
    "card_several_jobs": card(incident(trouble(1), trouble(2, 2), trouble(3, is_over=True)), BACKGROUND),
    "card_flapping": card(replace(incident(trouble(failures=4)), flapping=Flapping(NOON, 7, minutes(120))), BACKGROUND),
    "card_recovered": card(OVER, BACKGROUND),
    "card_several_jobs_recovered": card(incident(trouble(1, is_over=True), trouble(2, 2, is_over=True))),
}

ORDERS_HELD = HeldJob(ORDERS.name, "load-to-dw", failed=3, canceled=1, recovered=0, last_at=NOON, is_broken=True)
SALES_HELD = HeldJob(SALES.name, "aggregate", failed=1, canceled=0, recovered=1, last_at=NOON, is_broken=False)
RUNNING = execution(ExecutionStatus.RUNNING)
TOO_LONG = Overdue(
    outcome=Outcome.RUNNING_LONG,
    workflow_name=ORDERS.name,
    job_name=RUNNING.job.name,
    execution=RUNNING,
    since=NOON - minutes(50),
    limit=Limit(timedelta(minutes=11, seconds=30), Basis(BasisKind.RUNS, timedelta(minutes=7, seconds=40), 20)),
)
NEVER_STARTED = Overdue(
    outcome=Outcome.NEVER_STARTED,
    workflow_name=SALES.name,
    job_name=None,
    execution=None,
    since=NOON - minutes(30),
    limit=Limit(minutes(15), Basis(BasisKind.TRIGGER, rule=Recurrence(Interval.DAY, time(11, 30)))),
)
LATE_RUN = HeldLate(Outcome.RUNNING_LONG, ORDERS.name, "load-to-dw", NOON - minutes(50))
NO_START = HeldLate(Outcome.NEVER_STARTED, SALES.name, None, NOON - minutes(30))
WINDOW = Maintenance(
    SilenceTitle(SilenceKind.MAINTENANCE, 4, Covered(ORDERS.name), "moving the warehouse"), NOON, NOON + minutes(90)
)
BLIND = Blind(NOON - minutes(72), "getWorkflowExecutions /api/v1/workflows/3tfNLPabcdef/executions: nobody answers")

TOLD: dict[str, Facts] = {
    "recovery": Recovery(ORDERS.name, OVER, execution(ExecutionStatus.COMPLETED, 41)),
    "reminder": Reminder(ORDERS.name, incident(trouble(failures=3)), NOON + minutes(20)),
    "held": HeldSummary(
        HeldCause(quiet=QuietHours(time(22), time(12), "Asia/Seoul")), NOON, 7, (ORDERS_HELD, SALES_HELD), 3
    ),
    "held_overdue": HeldSummary(
        HeldCause(SilenceTitle(SilenceKind.MUTE, 3, Covered("orders"))),
        NOON,
        2,
        (ORDERS_HELD,),
        1,
        (LATE_RUN, NO_START),
        2,
    ),
    "held_nothing": HeldSummary(HeldCause(SilenceTitle(SilenceKind.MAINTENANCE, 4, Covered())), NOON, 0, (), 0),
    "maintenance": WINDOW,
    "maintenance_over": replace(WINDOW, over_at=NOON + minutes(90), held=3),
    "maintenance_over_nothing_held": replace(WINDOW, over_at=NOON + minutes(30)),
    "blind": BLIND,
    "blind_over": replace(BLIND, over_at=NOON, ended=41, failed=2),
    "blind_over_nothing_missed": replace(BLIND, over_at=NOON),
    "overdue": TOO_LONG,
    "overdue_over": replace(
        TOO_LONG, execution=execution(ExecutionStatus.FAILED), over_at=NOON, how_it_ended=HowOver.ENDED
    ),
    "overdue_never_started": NEVER_STARTED,
    "overdue_started_after_all": replace(NEVER_STARTED, over_at=NOON, how_it_ended=HowOver.BEGAN),
}
