"""Indexes for what was found by reading all messages or incidents that ever were."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

PARTIAL = (
    ("ix_outbox_changes", "outbox", ["edits"], "edits IS NOT NULL"),
    ("ix_outbox_replies", "outbox", ["reply_to"], "reply_to IS NOT NULL"),
    ("ix_outbox_replied", "outbox", ["started_at"], "reply_to IS NOT NULL"),
    ("ix_incidents_closed", "incidents", ["workflow_key", "closed_at"], "closed_at IS NOT NULL"),
)


def upgrade() -> None:
    for name, table, columns, condition in PARTIAL:
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_cards_outbox_key", "cards", ["outbox_key"])
