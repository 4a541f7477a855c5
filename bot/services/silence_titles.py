"""Names what a mute or a maintenance window covers."""

from bot.core.silence import Covered, Silence, SilenceTitle
from bot.store import jobs, workflows
from bot.store.engine import Session


def covered_by(session: Session, silence: Silence) -> Covered:
    workflow = workflows.name_of(session, silence.workflow_id) if silence.workflow_id is not None else None
    job = silence.job_id
    if job is not None:
        job = next((one.name for one in jobs.called(session, job) if one.job_id == silence.job_id), job)
    return Covered(workflow, job, silence.channel)


def title_of(session: Session, silence: Silence) -> SilenceTitle:
    return SilenceTitle(silence.kind, silence.silence_id, covered_by(session, silence), silence.note)
