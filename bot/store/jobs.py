"""Jobs, as people refer to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.store.tables import JobRow, WorkflowRow


@dataclass(frozen=True, slots=True)
class NamedJob:
    """A job and its workflow."""

    job_id: str
    name: str
    workflow_id: str
    workflow_name: str


def called(session: Session, id_or_name: str) -> Sequence[NamedJob]:
    """The jobs with just this id or name, in the order of their workflows' names."""
    rows = session.execute(
        select(JobRow.job_id, JobRow.name, WorkflowRow.workflow_id, WorkflowRow.name)
        .join(WorkflowRow, WorkflowRow.id == JobRow.workflow_key)
        .where(or_(JobRow.job_id == id_or_name, JobRow.name == id_or_name))
        .order_by(WorkflowRow.name, JobRow.id)
    )
    return [NamedJob(*row) for row in rows]
