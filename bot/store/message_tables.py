"""The declared schema of what is told: subscriptions, decisions, incidents and the outbox.

Each index and constraint names the query or race that it serves.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.alerting import Verdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.retry import Form
from bot.core.rules import Origin
from bot.core.silence import SilenceKind
from bot.store.base import Base, Leased, partial_index


class SubscriptionRow(Base):
    """A channel's wish to be told. Rows are switched off, never deleted: decisions point to them."""

    __tablename__ = "subscriptions"
    # subscriptions.put: two processes that start at once add it once
    __table_args__ = (UniqueConstraint("channel", "workflows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(255))
    workflows: Mapped[str] = mapped_column(String(255))
    rules: Mapped[str]  # core.rules.Rules as JSON
    origin: Mapped[Origin]
    subscribed_by: Mapped[str | None]  # a person's Slack id; null for those of the settings
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class IncidentRow(Base):
    """Jobs of a workflow that fail until they complete again; `snapshot` is a core.incidents.Incident as JSON."""

    __tablename__ = "incidents"
    __table_args__ = (
        # incidents.open_of: the open ones of a workflow; few rows, whatever the history
        partial_index("ix_incidents_open", "workflow_key", text("closed_at IS NULL")),
        # incidents.background: the last of a workflow that were closed
        partial_index("ix_incidents_closed", ("workflow_key", "closed_at"), text("closed_at IS NOT NULL")),
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
        Index(None, "outbox_key"),  # sending: the card whose message is posted anew
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
    """What was decided for a subscription on a transition, or on something overdue, silence included, and the message
    it led to.

    What is held back is due at `held_until`; `released_at` is when it was looked at again.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        Index(None, "transition_key"),  # why: the decisions on a transition
        # why, and the end of something overdue: the decisions on it; few rows, whatever the history
        partial_index("ix_decisions_overdue", "overdue_key", text("overdue_key IS NOT NULL")),
        # windows.held_back, holding.held_by, silences.end: what a mute or window holds, or held, back
        partial_index("ix_decisions_silenced", "silence_key", text("silence_key IS NOT NULL")),
        # holding.due_cause: what is held back; few rows, whatever the history
        partial_index("ix_decisions_held", "held_until", text("held_until IS NOT NULL AND released_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    transition_key: Mapped[int | None] = mapped_column(ForeignKey("transitions.id"))
    overdue_key: Mapped[int | None] = mapped_column(ForeignKey("overdue.id"))
    subscription_key: Mapped[int] = mapped_column(ForeignKey("subscriptions.id"))
    decided_at: Mapped[datetime]
    verdict: Mapped[Verdict]
    reason: Mapped[str]
    incident_key: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"))
    silence_key: Mapped[int | None] = mapped_column(ForeignKey("silences.id"))
    held_until: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    outbox_key: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))


class WindowRow(Base):
    """An occurrence of a maintenance window in a channel that was told of it, from when to when it was to last."""

    __tablename__ = "windows"
    __table_args__ = (
        UniqueConstraint("silence_key", "channel", "until"),  # told once, whoever notices that it has begun
        # windows.open_ones; few rows, whatever the history
        partial_index("ix_windows_open", "id", text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    silence_key: Mapped[int] = mapped_column(ForeignKey("silences.id"))
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outbox_key: Mapped[int] = mapped_column(ForeignKey("outbox.id"))


class ReminderRow(Base):
    """What was decided when the reminder of a card came due. `held_until` is until when it was put off; the card says
    when it is due next."""

    __tablename__ = "reminders"
    __table_args__ = (Index(None, "card_key"),)  # why: the reminders of an incident

    id: Mapped[int] = mapped_column(primary_key=True)
    card_key: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    decided_at: Mapped[datetime]
    verdict: Mapped[Verdict]
    reason: Mapped[str]
    silence_key: Mapped[int | None] = mapped_column(ForeignKey("silences.id"))
    held_until: Mapped[datetime | None]
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
        partial_index("ix_outbox_unsent", "due_at", text("message_ts IS NULL")),
        # sending.mark_sent: what a message carries shares its place in Slack
        partial_index("ix_outbox_carried", "carried_by", text("carried_by IS NOT NULL")),
        # placed.facts_at: what a message that somebody points at tells
        partial_index("ix_outbox_placed", "message_ts", text("message_ts IS NOT NULL")),
        # cards.change_unsent, sending: the changes of a message, and the replies to it
        partial_index("ix_outbox_changes", "edits", text("edits IS NOT NULL")),
        partial_index("ix_outbox_replies", "reply_to", text("reply_to IS NOT NULL")),
        # sweeping.threads_since: where we replied lately
        partial_index("ix_outbox_replied", "started_at", text("reply_to IS NOT NULL")),
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
