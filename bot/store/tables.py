"""The declared schema. `migrations/` builds the same one, and a test compares the two.

Times are milliseconds since 1970 UTC. Each index and constraint names the query or race that it serves.
"""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import BigInteger, Date, ForeignKey, Index, MetaData, String, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.core.alerting import Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import ExecutionStatus, TriggerRule
from bot.core.retry import Form
from bot.core.silence import SilenceKind
from bot.store.types import StatusCode, UtcTime, words

Reported = Annotated[int, mapped_column(BigInteger)]
"""A number that came from outside."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcTime(),
        date: Date(),
        str: Text(),
        ExecutionStatus: StatusCode(),
        TriggerRule: words(TriggerRule),
        Purpose: words(Purpose),
        DeliveryState: words(DeliveryState),
        Form: words(Form),
        SilenceKind: words(SilenceKind),
        Verdict: words(Verdict),
    }


class Leased:
    """A piece of due work. Whoever claims it raises `token` and holds it until `lease_until`; a write that follows
    the work is guarded by the token, so that a claim that ran out cannot overwrite its successor's work."""

    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)


class WatchRow(Leased, Base):
    """One row: since when this database watches, the listing of workflows as due work, and how the API does."""

    __tablename__ = "watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    is_settled: Mapped[bool]  # whether Slack was asked for the traces of an earlier watch
    api_answered_at: Mapped[datetime | None]
    api_failed_at: Mapped[datetime | None]
    api_error: Mapped[str | None]


class WorkflowRow(Leased, Base):
    """A workflow, and its polling as due work. `looked_at` is the first reading of its executions, `polled_at` the
    last good one; what ended until `baseline_at` is silent."""

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
    skipped: Mapped[int] = mapped_column(default=0)


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
    """A trigger, by name, once."""

    __tablename__ = "triggers"

    id: Mapped[int] = mapped_column(primary_key=True)
    trigger_id: Mapped[str] = mapped_column(String(255), unique=True)  # two polls at once add it once
    name: Mapped[str]


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
        Index(None, "ended_at"),  # digest: what ended within a day
        # digest, status, poll: what has not ended; few rows, whatever the history
        Index(
            "ix_executions_open",
            "workflow_key",
            sqlite_where=text("is_ended = 0"),
            postgresql_where=text("is_ended = false"),
        ),
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


class SubscriptionRow(Base):
    """A channel's wish to be told. Rows of the settings are switched off, never deleted: decisions point to them."""

    __tablename__ = "subscriptions"
    # subscriptions.follow_settings: two processes that start at once add it once
    __table_args__ = (UniqueConstraint("channel", "workflows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(255))
    workflows: Mapped[str] = mapped_column(String(255))
    rules: Mapped[str]  # core.rules.Rules as JSON
    subscribed_by: Mapped[str | None]  # a person's Slack id; null for those of the settings
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class IncidentRow(Base):
    """Jobs of a workflow that fail until they complete again; `snapshot` is a core.incidents.Incident as JSON."""

    __tablename__ = "incidents"
    # incidents.open_of: the open ones of a workflow; few rows, whatever the history
    __table_args__ = (
        Index(
            "ix_incidents_open",
            "workflow_key",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    snapshot: Mapped[str]


class CardRow(Base):
    """The living message of an incident in a channel, and when it is repeated next."""

    __tablename__ = "cards"
    __table_args__ = (
        UniqueConstraint("incident_key", "channel"),  # one card per incident and channel, whoever posts it
        Index(None, "remind_at"),  # cards.due_reminder
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_key: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    subscription_key: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    outbox_key: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
    remind_at: Mapped[datetime | None]


class SilenceRow(Base):
    """A mute or a maintenance window; see core.silence.Silence. Kept when it is over: decisions point to it."""

    __tablename__ = "silences"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SilenceKind]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    workflow_id: Mapped[str | None]
    job_id: Mapped[str | None]
    weekly: Mapped[str | None]  # core.silence.Weekly as JSON
    created_by: Mapped[str | None]
    created_at: Mapped[datetime]
    note: Mapped[str]


class DecisionRow(Base):
    """What was decided on a transition for a subscription, silence included, and the message it led to.

    What is held back is due at `held_until`; `released_at` is when it was looked at again.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index(None, "transition_key"),  # why: the decisions on a transition
        # holding.due: what is held back; few rows, whatever the history
        Index(
            "ix_decisions_held",
            "held_until",
            sqlite_where=text("held_until IS NOT NULL AND released_at IS NULL"),
            postgresql_where=text("held_until IS NOT NULL AND released_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transition_key: Mapped[int] = mapped_column(ForeignKey("transitions.id"))
    subscription_key: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    verdict: Mapped[Verdict]
    reason: Mapped[str]
    incident_key: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    silence_key: Mapped[int | None] = mapped_column(ForeignKey("silences.id"))
    held_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    outbox_key: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))


class ChannelRow(Base):
    """A channel's gate: nothing is sent to it before `ready_at`, which keeps both Slack's pace and its refusals.

    `channel` is what the settings call it, `slack_id` what Slack calls it, known from the first message on.
    `failing_since` is set while the last send did not succeed, `broken_since` while Slack refuses the channel itself,
    `unreadable_reason` while its history cannot be read back, `swept_at` when repeats were last looked for.
    """

    __tablename__ = "channels"

    channel: Mapped[str] = mapped_column(String(255), primary_key=True)
    slack_id: Mapped[str | None]
    ready_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    broken_since: Mapped[datetime | None]
    broken_reason: Mapped[str | None]
    unreadable_reason: Mapped[str | None]
    swept_at: Mapped[datetime | None]


class WorkspaceRow(Base):
    """One row: the gate for all channels, closed while Slack refuses the token."""

    __tablename__ = "workspace"

    id: Mapped[int] = mapped_column(primary_key=True)
    ready_at: Mapped[datetime]
    broken_since: Mapped[datetime | None]
    broken_reason: Mapped[str | None]


class OutboxRow(Base):
    """A message to post, as facts; blocks are made when it is sent. Written with the change that caused it.

    `token` and `lease_until` belong to the claim, `started_at` to the send. `about_at` is when what it tells happened:
    it cannot have been posted before, in this life of the database or an earlier one. `form` is how richly it is
    rendered; `may_repeat` marks one that is sent again without certainty; `closed_at` is when it was sent, folded or
    given up. `sent_to` is the channel of the last attempt, which differs from `channel` when that one is broken.
    Of the rows of a `stream` one follows the other, so that an earlier state never overwrites a later one.
    `reply_to` is answered in its thread, and in the channel too when `is_broadcast`; `edits` is changed in place,
    `carried_by` tells what this one was folded into.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)  # the same facts are queued once, whoever finds them
    purpose: Mapped[Purpose]
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    facts: Mapped[str]
    state: Mapped[DeliveryState]
    form: Mapped[Form]
    may_repeat: Mapped[bool] = mapped_column(default=False)
    is_broadcast: Mapped[bool] = mapped_column(default=False)
    token: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    about_at: Mapped[datetime]
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    message_channel: Mapped[str | None]
    message_ts: Mapped[str | None]
    last_error: Mapped[str | None]
    sent_to: Mapped[str | None]
    stream: Mapped[str | None]
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    edits: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    carried_by: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))

    __table_args__ = (
        # outbox.claim and status: what does not stand in a channel, due first; few rows, whatever the history
        Index(
            "ix_outbox_unsent",
            "due_at",
            sqlite_where=text("message_ts IS NULL"),
            postgresql_where=text("message_ts IS NULL"),
        ),
        # sending.mark_sent: what a message carries shares its place in Slack
        Index(
            "ix_outbox_carried",
            "carried_by",
            sqlite_where=text("carried_by IS NOT NULL"),
            postgresql_where=text("carried_by IS NOT NULL"),
        ),
    )


class DigestRow(Leased, Base):
    """The digest of a local day for a channel, as due work; the next day's row follows when it is made."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("channel", "day"),  # once per channel and local date, whoever makes it
        Index(None, "due_at"),  # claim_due: the next digest to make
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    day: Mapped[date]
    made_at: Mapped[datetime | None]
    outbox_key: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
