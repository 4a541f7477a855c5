"""Says in words what a mute or a maintenance window covers."""

from bot.core.silence import Silence, SilenceKind
from bot.store import jobs, workflows
from bot.store.engine import Session

NAMES = {SilenceKind.MUTE: "mute", SilenceKind.MAINTENANCE: "maintenance window"}


def scope_of(session: Session, silence: Silence) -> str:
    """Such as "load of orders-daily-load in #data-alerts"."""
    what = "everything"
    if silence.workflow_id is not None:
        what = workflows.name_of(session, silence.workflow_id)
    if silence.job_id is not None:
        names = [job.name for job in jobs.called(session, silence.job_id) if job.job_id == silence.job_id]
        job = names[0] if names else silence.job_id
        what = job if silence.workflow_id is None else f"{job} of {what}"
    return what if silence.channel is None else f"{what} in {silence.channel}"


def title_of(session: Session, silence: Silence) -> str:
    """Such as "mute 3 of orders-daily-load (moving the warehouse)"."""
    note = f" ({silence.note})" if silence.note else ""
    return f"{NAMES[silence.kind]} {silence.silence_id} of {scope_of(session, silence)}{note}"
