"""The declared schema of the log of changes. Rows are only ever added: triggers, made by a migration of their own,
refuse everything else."""

from datetime import datetime

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
