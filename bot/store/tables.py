"""The declared schema of what is watched: workflows, executions and their transitions. `migrations/` builds the same,
and a test compares the two. What is told of them is in message_tables.py.

Each index and constraint names the query or race that it serves.
"""

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint, column, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.hints import Hint
from bot.core.model import ExecutionStatus, TriggerRule
from bot.store.base import Base, Leased, Reported, partial_index
from bot.store.types import code_of


class WatchRow(Leased, Base):
    """One row: since when this database watches, the listing of workflows as due work, and how the API does.

    `triggers_due_at` is when the rules of triggers are read next; `listed_at` and `listed_before_at` are when the last
    two lists of workflows were asked for.
    """

    __tablename__ = "watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    is_settled: Mapped[bool]  # whether Slack was asked for the traces of an earlier watch
    api_answered_at: Mapped[datetime | None]
    api_failed_at: Mapped[datetime | None]
    api_error: Mapped[str | None]
    triggers_due_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]
    listed_before_at: Mapped[datetime | None]


class WorkflowRow(Leased, Base):
    """A workflow, and its polling as due work. `looked_at` is the first reading of its executions, `polled_at` the
    last good one; what ended until `baseline_at` is silent. `trigger_id` is what starts it, unknown for a draft, which
    nothing starts; `judged_at` is the poll after which we last looked for what takes too long.

    `hint` is what `last_execution_at` is worth. While that is still `rests_on`, there is nothing new to read;
    `unannounced` counts what happened all the same."""

    __tablename__ = "workflows"
    # claim_due: the next workflow to poll
    __table_args__ = (Index(None, "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(255), unique=True)  # two listings at once add it once
    name: Mapped[str]
    trigger_rule: Mapped[TriggerRule]
    is_watched: Mapped[bool]
    is_listed: Mapped[bool]
    last_execution_at: Mapped[datetime | None]
    baseline_at: Mapped[datetime]
    looked_at: Mapped[datetime | None]
    polled_at: Mapped[datetime | None]
    poll_error: Mapped[str | None]
    trigger_id: Mapped[str | None]
    judged_at: Mapped[datetime | None]
    skipped: Mapped[int] = mapped_column(default=0)
    hint: Mapped[Hint] = mapped_column(default=Hint.UNPROVEN)
    rests_on: Mapped[datetime | None]
    unannounced: Mapped[int] = mapped_column(default=0)


class JobRow(Base):
    """A job of a workflow: its name stands here once, not in each of its executions."""

    __tablename__ = "jobs"
    # executions.job_keys: look up by workflow; two polls at once add it once
    __table_args__ = (UniqueConstraint("workflow_key", "job_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    job_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str]
    timeout_minutes: Mapped[Reported | None]
    script_path: Mapped[str | None]
    log_path: Mapped[str | None]


class TriggerRow(Base):
    """A trigger, by name, once. `recurrence` is a core.recurrence.Recurrence as JSON, where it has one that we know,
    and `recurring_since` when we first read it like that: a rule says nothing about the time before it was made."""

    __tablename__ = "triggers"

    id: Mapped[int] = mapped_column(primary_key=True)
    trigger_id: Mapped[str] = mapped_column(String(255), unique=True)  # two polls at once add it once
    name: Mapped[str]
    recurrence: Mapped[str | None]
    recurring_since: Mapped[datetime | None]


class ExecutionRow(Base):
    """An execution as last seen. `began_at` is the earliest time known of it and never null, so it sorts;
    `lost_at` is when an execution that had not ended could no longer be found."""

    __tablename__ = "executions"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_execution_id: Mapped[str] = mapped_column(String(255), unique=True)  # never remembered twice
    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    job_key: Mapped[int] = mapped_column(ForeignKey("jobs.id"))
    trigger_key: Mapped[int | None] = mapped_column(ForeignKey("triggers.id"))
    status: Mapped[ExecutionStatus]
    is_ended: Mapped[bool]
    reported_status: Mapped[str | None]
    began_at: Mapped[datetime]
    created_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    waiting_time: Mapped[Reported | None]
    running_time: Mapped[Reported | None]
    executor_num: Mapped[Reported | None]
    lost_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "workflow_key", "began_at"),  # runs: the newest of a workflow
        Index(None, "ended_at", "status"),  # digest: how many ended within a span, and how; retention: the oldest ends
        # failures: what failed within a span; few rows of the many that ended
        partial_index("ix_executions_failed", "ended_at", text(f"status = {code_of(ExecutionStatus.FAILED)}")),
        # digest, status, poll: what has not ended; few rows, whatever the history
        partial_index("ix_executions_open", "workflow_key", column("is_ended", Boolean) == false()),
    )


class TransitionRow(Base):
    """An execution passed from one status to another. `from_status` is null when it was first seen in `to_status`."""

    __tablename__ = "transitions"
    # why: the steps of an execution
    __table_args__ = (Index(None, "execution_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    execution_key: Mapped[int] = mapped_column(ForeignKey("executions.id"))
    from_status: Mapped[ExecutionStatus | None]
    to_status: Mapped[ExecutionStatus]
    happened_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class DailyCountRow(Base):
    """How many executions of a workflow ended like this on a day, of those that are forgotten. Kept for ever."""

    __tablename__ = "daily_counts"

    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    status: Mapped[ExecutionStatus] = mapped_column(primary_key=True)
    count: Mapped[Reported]
