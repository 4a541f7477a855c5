"""Each index is used by the query that its comment in tables.py names, as SQLite plans it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.core.alerting import Reason
from bot.core.blindness import Spell
from bot.core.delivery import DeliveryTimes, Notice, NoticeKind
from bot.core.digest import MessageRef
from bot.core.model import ExecutionStatus
from bot.core.reruns import RerunState
from bot.store import (
    blindness,
    cards,
    digests,
    executions,
    explaining,
    failures,
    history,
    holding,
    incidents,
    looking_back,
    outbox,
    overdue,
    past,
    placed,
    recording,
    reports,
    reruns,
    resting,
    retention,
    sending,
    silences,
    sweeping,
    windows,
    workflows,
)
from bot.store.engine import Database
from bot.store.explaining import KnownRun
from bot.store.holding import Cause
from bot.store.reruns import KnownRerun
from bot.store.windows import Window
from tests.doubles import START, an_execution

LEASE = timedelta(minutes=1)
Query = Callable[[Session], object]


def poll_claim(session: Session) -> object:
    return workflows.claim_polls(session, START, LEASE, 10)


def known_executions(session: Session) -> object:
    return recording.known(session, ["e1", "e2"])


def still_open(session: Session) -> object:
    return executions.still_open(session, [1, 2])


def newest_runs(session: Session) -> object:
    return executions.newest(session, "w1", ExecutionStatus.FAILED, count=10, skip=0)


def overview(session: Session) -> object:
    return reports.overview(session, None, 20)


def failed_lately(session: Session) -> object:
    return failures.newest(session, START, limit=15, skip=0)


def ended_in_a_day(session: Session) -> object:
    return digests.ended_between(session, START, START)


def counts_of_a_day(session: Session) -> object:
    return digests.counts_between(session, START, START)


def running(session: Session) -> object:
    return digests.running(session)


def alert_links(session: Session) -> object:
    return digests.messages(session, ["a", "b"])


def digest_claim(session: Session) -> object:
    return digests.claim(session, START, LEASE)


def message_claim(session: Session) -> object:
    return sending.claim(session, START, DeliveryTimes(), None)


def search_claim(session: Session) -> object:
    return looking_back.claim_search(session, START, LEASE)


def queue_state(session: Session) -> object:
    return outbox.state_of_queue(session)


def overdue_of_a_workflow(session: Session) -> object:
    return overdue.open_of(session, 1)


def messages_on_something_overdue(session: Session) -> object:
    return overdue.cards_of(session, 1)


def runs_that_have_not_ended(session: Session) -> object:
    return history.unended(session, 1)


def runs_of_a_job(session: Session) -> object:
    return history.ended_of_job(session, 1, "j", 60)


def first_start_of_a_day(session: Session) -> object:
    return history.first_start(session, 1, START, START)


def missed_while_blind(session: Session) -> object:
    return blindness.missed(session, Spell(START, START))


def held_back(session: Session) -> object:
    return holding.due_cause(session, START)


def held_by_one_cause(session: Session) -> object:
    return holding.due(session, Cause(1, Reason.MUTED, 1), START)


def held_by_one_silence(session: Session) -> object:
    return holding.held_by(session, 1)


def held_in_a_window(session: Session) -> object:
    return windows.held_back(session, Window(1, "C1", START, START))


def open_windows(session: Session) -> object:
    return windows.open_ones(session)


def early_end(session: Session) -> object:
    return silences.end(session, 1, START)


def reminder(session: Session) -> object:
    return cards.due_reminder(session, START)


def open_incidents(session: Session) -> object:
    return incidents.open_in(session, [1])


def replayed(session: Session) -> object:
    return past.ended_between(session, START, START)


def replayed_for_what_was_late(session: Session) -> object:
    return past.late_history(session, START, START)


def why(session: Session) -> object:
    run = KnownRun(1, an_execution(), "orders", None)
    told = explaining.cards_of(session, [1]), explaining.reminders_of(session, [1], 5)
    return (
        told,
        explaining.steps(session, run),
        explaining.overdue_of_run(session, run),
        explaining.decisions_on(session, 1),
    )


def pointed_at(session: Session) -> object:
    return placed.facts_at(session, MessageRef("C1", "1.0"))


def unsent_change(session: Session) -> object:
    return cards.change_unsent(session, 1, Notice(NoticeKind.UNREADABLE))


def answered_threads(session: Session) -> object:
    return sweeping.threads_since(session, "C1", START)


def what_was_normal(session: Session) -> object:
    return incidents.background(session, 1, an_execution(), START)


def newest_rerun(session: Session) -> object:
    return reruns.newest_of(session, 1)


def run_of_a_request(session: Session) -> object:
    request = KnownRerun(1, 1, "w1", "orders", RerunState.ACCEPTED, "mina", START, START, 0, START, (), None, None)
    return reruns.unknown_before(session, request)


def open_reruns(session: Session) -> object:
    return reruns.due(session, START)


def forgotten(session: Session) -> object:
    return retention.forget(session, START, 10)


def resting_workflows(session: Session) -> object:
    return resting.standing(session, [1, 2])


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (forgotten, "ix_executions_ended_at_status (ended_at<?)"),
        (forgotten, "ix_overdue_execution_key (execution_key=?)"),
        (resting_workflows, "ix_executions_open (workflow_key=?)"),
        (replayed, "ix_executions_ended_at_status (ended_at>? AND ended_at<?)"),
        (replayed_for_what_was_late, "began_at (workflow_key=? AND began_at>? AND began_at<?)"),
        (why, "ix_transitions_execution_key (execution_key=?)"),
        (why, "ix_decisions_transition_key (transition_key=?)"),
        (why, "ix_overdue_execution_key (execution_key=?)"),
        (why, "ix_reminders_card_key (card_key=?)"),
        (overdue_of_a_workflow, "ix_overdue_open (workflow_key=?)"),
        (messages_on_something_overdue, "ix_decisions_overdue (overdue_key=?)"),
        (runs_that_have_not_ended, "ix_executions_open (workflow_key=?)"),
        (runs_of_a_job, "ix_executions_workflow_key_began_at (workflow_key=?)"),
        (first_start_of_a_day, "ix_executions_workflow_key_began_at (workflow_key=? AND began_at>? AND began_at<?)"),
        (missed_while_blind, "ix_executions_ended_at_status (ended_at>?)"),
        (poll_claim, "ix_workflows_due_at (due_at<?)"),
        (known_executions, "sqlite_autoindex_executions_1 (job_execution_id=?)"),
        (still_open, "ix_executions_open (workflow_key=?)"),
        (newest_runs, "ix_executions_workflow_key_began_at (workflow_key=?)"),
        (overview, "ix_executions_workflow_key_began_at (workflow_key=?)"),
        (overview, "ix_executions_open (workflow_key=?)"),
        (ended_in_a_day, "ix_executions_ended_at_status (ended_at>? AND ended_at<?)"),
        (failed_lately, "ix_executions_failed (ended_at>?)"),
        (counts_of_a_day, "COVERING INDEX ix_executions_ended_at_status (ended_at>? AND ended_at<?)"),
        (ended_in_a_day, "ix_executions_ended_at_status (ended_at=?)"),  # those without a date
        (counts_of_a_day, "ix_executions_ended_at_status (ended_at=?)"),
        (running, "ix_executions_open"),
        (alert_links, "outbox_1 (key=?)"),
        (digest_claim, "ix_digests_due_at (due_at<?)"),
        (message_claim, "ix_outbox_unsent (due_at<?)"),
        (search_claim, "ix_outbox_unsent"),
        (queue_state, "ix_outbox_unsent"),
        (held_back, "ix_decisions_held (held_until<?)"),
        (held_by_one_cause, "ix_decisions_held (held_until<?)"),
        (held_by_one_silence, "ix_decisions_silenced (silence_key=?)"),
        (early_end, "ix_decisions_silenced (silence_key=?)"),
        (held_in_a_window, "ix_decisions_silenced (silence_key=?)"),
        (open_windows, "ix_windows_open"),
        (reminder, "ix_cards_remind_at (remind_at<?)"),
        (open_incidents, "ix_incidents_open (workflow_key=?)"),
        (pointed_at, "ix_outbox_placed (message_ts=?)"),
        (unsent_change, "ix_outbox_changes (edits=?)"),
        (answered_threads, "ix_outbox_replied (started_at>?)"),
        (what_was_normal, "ix_incidents_closed (workflow_key=? AND closed_at>?)"),
        (newest_rerun, "ix_reruns_workflow_key_requested_at (workflow_key=?)"),
        (open_reruns, "ix_reruns_open (due_at<?)"),
        (run_of_a_request, "ix_executions_workflow_key_began_at (workflow_key=? AND began_at>?)"),
    ],
)
def test_the_index_is_used(sqlite: Database, query: Query, index: str) -> None:
    assert any(step.endswith(index) for step in plan_of(sqlite, query))


def test_the_newest_runs_are_read_in_the_order_of_the_index(sqlite: Database) -> None:
    assert not any("B-TREE" in step for step in plan_of(sqlite, newest_runs))


def plan_of(database: Database, query: Query) -> list[str]:
    """What SQLite says it would do, step by step, for every statement that the query sends."""
    sent: list[tuple[str, tuple[object, ...]]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.transaction() as session:
        query(session)
        statements = [(statement, values) for statement, values in sent if not statement.startswith("BEGIN")]
        connection = session.connection()
        return [
            str(step[3])
            for statement, values in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
