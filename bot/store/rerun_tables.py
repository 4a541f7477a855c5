"""The declared schema of runs that people ask for.

Each index and constraint names the query or race that it serves.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.reruns import Refusal, RerunState
from bot.store.base import Base, partial_index
from bot.store.types import words


class RerunRow(Base):
    """A request to run a workflow, written down before it is sent, so that it is sent once at the most.

    `requested_at` is by our clock, `created_from` the same moment by the API's. Executions with a row up to
    `newest_known` were there before; `found` are the rows of those that came of it, as JSON. While the request is open
    it is looked at at `due_at`; an answer, or a run, is waited for until `wait_until`. News goes to `channel`, and
    there to the thread of `reply_to`; nobody is told where there is none.
    """

    __tablename__ = "reruns"
    __table_args__ = (
        Index(None, "workflow_key", "requested_at"),  # reruns.newest_of: the cool-down of a workflow
        # reruns.due: the open ones; few rows, whatever the history
        partial_index("ix_reruns_open", "due_at", text("closed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workflow_key: Mapped[int] = mapped_column(ForeignKey("workflows.id"))
    state: Mapped[RerunState] = mapped_column(words(RerunState))
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    created_from: Mapped[datetime]
    newest_known: Mapped[int]
    due_at: Mapped[datetime]
    wait_until: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    refusal: Mapped[Refusal | None] = mapped_column(words(Refusal))
    refused_with: Mapped[str | None]  # the API's own words
    found: Mapped[str | None]
    channel: Mapped[str | None] = mapped_column(ForeignKey("channels.channel"))
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
