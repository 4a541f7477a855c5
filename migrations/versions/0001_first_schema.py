"""The first schema: workflows, executions, transitions, decisions, subscriptions, outbox, digests."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    op.create_table(
        "blindness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_again_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blindness")),
        sa.UniqueConstraint("since", name=op.f("uq_blindness_since")),
    )
    op.create_table(
        "channels",
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("slack_id", sa.Text(), nullable=True),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("broken_since", sa.BigInteger(), nullable=True),
        sa.Column("broken_reason", sa.Text(), nullable=True),
        sa.Column("unreadable_reason", sa.Text(), nullable=True),
        sa.Column("swept_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channels")),
    )
    op.create_table(
        "silences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("workflow_id", sa.Text(), nullable=True),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("weekly", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silences")),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("workflows", sa.String(length=255), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("subscribed_by", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("channel", "workflows", name=op.f("uq_subscriptions_channel_workflows")),
    )
    op.create_table(
        "triggers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trigger_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("recurring_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_triggers")),
        sa.UniqueConstraint("trigger_id", name=op.f("uq_triggers_trigger_id")),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("api_answered_at", sa.BigInteger(), nullable=True),
        sa.Column("api_failed_at", sa.BigInteger(), nullable=True),
        sa.Column("api_error", sa.Text(), nullable=True),
        sa.Column("triggers_due_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_table(
        "workflows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trigger_rule", sa.String(length=32), nullable=False),
        sa.Column("is_watched", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("last_execution_at", sa.BigInteger(), nullable=True),
        sa.Column("baseline_at", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("polled_at", sa.BigInteger(), nullable=True),
        sa.Column("poll_error", sa.Text(), nullable=True),
        sa.Column("trigger_id", sa.Text(), nullable=True),
        sa.Column("judged_at", sa.BigInteger(), nullable=True),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workflows")),
        sa.UniqueConstraint("workflow_id", name=op.f("uq_workflows_workflow_id")),
    )
    op.create_index(op.f("ix_workflows_due_at"), "workflows", ["due_at"], unique=False)
    op.create_table(
        "workspace",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=False),
        sa.Column("broken_since", sa.BigInteger(), nullable=True),
        sa.Column("broken_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_key", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["workflow_key"], ["workflows.id"], name=op.f("fk_incidents_workflow_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["workflow_key"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_key", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timeout_minutes", sa.BigInteger(), nullable=True),
        sa.Column("script_path", sa.Text(), nullable=True),
        sa.Column("log_path", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["workflow_key"], ["workflows.id"], name=op.f("fk_jobs_workflow_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("workflow_key", "job_id", name=op.f("uq_jobs_workflow_key_job_id")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("may_repeat", sa.Boolean(), nullable=False),
        sa.Column("is_broadcast", sa.Boolean(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("about_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("message_channel", sa.Text(), nullable=True),
        sa.Column("message_ts", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=True),
        sa.Column("stream", sa.Text(), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=True),
        sa.Column("carried_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["carried_by"], ["outbox.id"], name=op.f("fk_outbox_carried_by")),
        sa.ForeignKeyConstraint(["channel"], ["channels.channel"], name=op.f("fk_outbox_channel")),
        sa.ForeignKeyConstraint(["edits"], ["outbox.id"], name=op.f("fk_outbox_edits")),
        sa.ForeignKeyConstraint(["reply_to"], ["outbox.id"], name=op.f("fk_outbox_reply_to")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_carried",
        "outbox",
        ["carried_by"],
        unique=False,
        sqlite_where=sa.text("carried_by IS NOT NULL"),
        postgresql_where=sa.text("carried_by IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_placed",
        "outbox",
        ["message_ts"],
        unique=False,
        sqlite_where=sa.text("message_ts IS NOT NULL"),
        postgresql_where=sa.text("message_ts IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("message_ts IS NULL"),
        postgresql_where=sa.text("message_ts IS NULL"),
    )
    op.create_table(
        "blind_cards",
        sa.Column("blind_key", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("outbox_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["blind_key"], ["blindness.id"], name=op.f("fk_blind_cards_blind_key")),
        sa.ForeignKeyConstraint(["channel"], ["channels.channel"], name=op.f("fk_blind_cards_channel")),
        sa.ForeignKeyConstraint(["outbox_key"], ["outbox.id"], name=op.f("fk_blind_cards_outbox_key")),
        sa.PrimaryKeyConstraint("blind_key", "channel", name=op.f("pk_blind_cards")),
    )
    op.create_table(
        "cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incident_key", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("subscription_key", sa.Integer(), nullable=False),
        sa.Column("outbox_key", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channels.channel"], name=op.f("fk_cards_channel")),
        sa.ForeignKeyConstraint(["incident_key"], ["incidents.id"], name=op.f("fk_cards_incident_key")),
        sa.ForeignKeyConstraint(["outbox_key"], ["outbox.id"], name=op.f("fk_cards_outbox_key")),
        sa.ForeignKeyConstraint(["subscription_key"], ["subscriptions.id"], name=op.f("fk_cards_subscription_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("incident_key", "channel", name=op.f("uq_cards_incident_key_channel")),
    )
    op.create_index(op.f("ix_cards_remind_at"), "cards", ["remind_at"], unique=False)
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=True),
        sa.Column("outbox_key", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channels.channel"], name=op.f("fk_digests_channel")),
        sa.ForeignKeyConstraint(["outbox_key"], ["outbox.id"], name=op.f("fk_digests_outbox_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("channel", "day", name=op.f("uq_digests_channel_day")),
    )
    op.create_index(op.f("ix_digests_due_at"), "digests", ["due_at"], unique=False)
    op.create_table(
        "executions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job_execution_id", sa.String(length=255), nullable=False),
        sa.Column("workflow_key", sa.Integer(), nullable=False),
        sa.Column("job_key", sa.Integer(), nullable=False),
        sa.Column("trigger_key", sa.Integer(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("is_ended", sa.Boolean(), nullable=False),
        sa.Column("reported_status", sa.Text(), nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("waiting_time", sa.BigInteger(), nullable=True),
        sa.Column("running_time", sa.BigInteger(), nullable=True),
        sa.Column("executor_num", sa.BigInteger(), nullable=True),
        sa.Column("lost_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["job_key"], ["jobs.id"], name=op.f("fk_executions_job_key")),
        sa.ForeignKeyConstraint(["trigger_key"], ["triggers.id"], name=op.f("fk_executions_trigger_key")),
        sa.ForeignKeyConstraint(["workflow_key"], ["workflows.id"], name=op.f("fk_executions_workflow_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executions")),
        sa.UniqueConstraint("job_execution_id", name=op.f("uq_executions_job_execution_id")),
    )
    op.create_index(op.f("ix_executions_ended_at"), "executions", ["ended_at"], unique=False)
    op.create_index(
        "ix_executions_open",
        "executions",
        ["workflow_key"],
        unique=False,
        sqlite_where=sa.text("is_ended = 0"),
        postgresql_where=sa.text("is_ended = false"),
    )
    op.create_index(
        op.f("ix_executions_workflow_key_began_at"), "executions", ["workflow_key", "began_at"], unique=False
    )
    op.create_table(
        "reruns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workflow_key", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("created_from", sa.BigInteger(), nullable=False),
        sa.Column("newest_known", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("wait_until", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("refused_with", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=255), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["channel"], ["channels.channel"], name=op.f("fk_reruns_channel")),
        sa.ForeignKeyConstraint(["reply_to"], ["outbox.id"], name=op.f("fk_reruns_reply_to")),
        sa.ForeignKeyConstraint(["workflow_key"], ["workflows.id"], name=op.f("fk_reruns_workflow_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reruns")),
    )
    op.create_index(
        "ix_reruns_open",
        "reruns",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        op.f("ix_reruns_workflow_key_requested_at"), "reruns", ["workflow_key", "requested_at"], unique=False
    )
    op.create_table(
        "overdue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=512), nullable=False),
        sa.Column("workflow_key", sa.Integer(), nullable=False),
        sa.Column("execution_key", sa.Integer(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("how_it_ended", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["execution_key"], ["executions.id"], name=op.f("fk_overdue_execution_key")),
        sa.ForeignKeyConstraint(["workflow_key"], ["workflows.id"], name=op.f("fk_overdue_workflow_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue")),
        sa.UniqueConstraint("outcome", "subject", name=op.f("uq_overdue_outcome_subject")),
    )
    op.create_index(op.f("ix_overdue_execution_key"), "overdue", ["execution_key"], unique=False)
    op.create_index(
        "ix_overdue_open",
        "overdue",
        ["workflow_key"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("card_key", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("silence_key", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("outbox_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["card_key"], ["cards.id"], name=op.f("fk_reminders_card_key")),
        sa.ForeignKeyConstraint(["outbox_key"], ["outbox.id"], name=op.f("fk_reminders_outbox_key")),
        sa.ForeignKeyConstraint(["silence_key"], ["silences.id"], name=op.f("fk_reminders_silence_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_card_key"), "reminders", ["card_key"], unique=False)
    op.create_table(
        "transitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("execution_key", sa.Integer(), nullable=False),
        sa.Column("from_status", sa.SmallInteger(), nullable=True),
        sa.Column("to_status", sa.SmallInteger(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["execution_key"], ["executions.id"], name=op.f("fk_transitions_execution_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transitions")),
    )
    op.create_index(op.f("ix_transitions_execution_key"), "transitions", ["execution_key"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transition_key", sa.Integer(), nullable=True),
        sa.Column("overdue_key", sa.Integer(), nullable=True),
        sa.Column("subscription_key", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("incident_key", sa.Integer(), nullable=True),
        sa.Column("silence_key", sa.Integer(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("released_at", sa.BigInteger(), nullable=True),
        sa.Column("outbox_key", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["incident_key"], ["incidents.id"], name=op.f("fk_decisions_incident_key")),
        sa.ForeignKeyConstraint(["outbox_key"], ["outbox.id"], name=op.f("fk_decisions_outbox_key")),
        sa.ForeignKeyConstraint(["overdue_key"], ["overdue.id"], name=op.f("fk_decisions_overdue_key")),
        sa.ForeignKeyConstraint(["silence_key"], ["silences.id"], name=op.f("fk_decisions_silence_key")),
        sa.ForeignKeyConstraint(["subscription_key"], ["subscriptions.id"], name=op.f("fk_decisions_subscription_key")),
        sa.ForeignKeyConstraint(["transition_key"], ["transitions.id"], name=op.f("fk_decisions_transition_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        "ix_decisions_held",
        "decisions",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("held_until IS NOT NULL AND released_at IS NULL"),
        postgresql_where=sa.text("held_until IS NOT NULL AND released_at IS NULL"),
    )
    op.create_index(op.f("ix_decisions_overdue_key"), "decisions", ["overdue_key"], unique=False)
    op.create_index(op.f("ix_decisions_transition_key"), "decisions", ["transition_key"], unique=False)
