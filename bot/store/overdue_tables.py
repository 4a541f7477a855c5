"""The declared schema of what is told of the absence of news: what takes too long, and when the API was not readable.

Each index and constraint names the query or race that it serves.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.overdue import HowOver
from bot.core.rules import Outcome
from bot.store.base import Base, partial_index


class OverdueRow(Base):
    """A run that takes too long, or a start that did not come. `subject` is the execution's id, or the workflow's id
    and the expected start. It was due at `due_at`; `basis` says why then, as JSON of the core's value."""

    __tablename__ = "overdue"
    __table_args__ = (
        UniqueConstraint("outcome", "subject"),  # opened once, whoever notices it
        # overdue.open_of: the open ones of a workflow; few rows, whatever the history
        partial_index("ix_overdue_open", "workflow_key", text("closed_at IS NULL")),
        Index(None, "execution_key"),  # why: what was overdue of an execution
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome: Mapped[Outcome]
    subject: Mapped[str] = mapped_column(String(512))
    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    execution_key: Mapped[int | None] = mapped_column(ForeignKey("executions.id"))
    since: Mapped[datetime]
    due_at: Mapped[datetime]
    basis: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    how_it_ended: Mapped[HowOver | None]


class BlindRow(Base):
    """A time in which the API could not be read. `seen_again_at` is when it answered, `closed_at` when all that was
    missed had been read and told."""

    __tablename__ = "blindness"

    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(unique=True)  # told once, whoever notices it
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    seen_again_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class BlindCardRow(Base):
    """The message that told a channel that we are blind."""

    __tablename__ = "blind_cards"

    blind_key: Mapped[int] = mapped_column(ForeignKey("blindness.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(ForeignKey("channels.channel"), primary_key=True)
    outbox_key: Mapped[int] = mapped_column(ForeignKey("outbox.id"))
