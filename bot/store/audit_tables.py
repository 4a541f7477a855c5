"""The declared schema of the log of changes. Rows are only ever added: the database refuses everything else."""

from datetime import datetime

from sqlalchemy import Connection, event
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.audit_log import LogVerdict
from bot.core.permissions import Reason
from bot.store.base import Base


class AuditLogRow(Base):
    """A change, or the refusal of one; see core.audit_log.LogEntry. `before` and `after` are JSON objects. Read by `id`
    alone, newest first. `action` is text: an action that a later version no longer knows must stay readable."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    team_id: Mapped[str]
    user_id: Mapped[str]
    called: Mapped[str]  # by their name then: who reads the log later may find nobody under the id
    channel_id: Mapped[str | None]
    action: Mapped[str]
    target: Mapped[str]
    verdict: Mapped[LogVerdict]
    reason: Mapped[Reason]
    before: Mapped[str | None]
    after: Mapped[str | None]


_GUARDS = {
    "sqlite": (
        "CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
        "CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
        # INSERT OR REPLACE deletes without asking the trigger above (SQLite docs, "ON CONFLICT clause")
        "CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log "
        "WHEN EXISTS (SELECT 1 FROM audit_log WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$",
        "CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only()",
    ),
}


@event.listens_for(AuditLogRow.__table__, "after_create")
def _guard(_table: object, connection: Connection, **_options: object) -> None:
    for statement in _GUARDS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
