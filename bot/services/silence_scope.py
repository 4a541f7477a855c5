"""Finds out which workflow, job and channel a person wants to hear less of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.language import _
from bot.services.answers import Help, NoSuchWorkflow, SeveralWorkflows, WorkflowName
from bot.services.find_workflow import find_workflow, is_exact
from bot.store import channels, jobs, subscriptions, workflows
from bot.store.engine import Session
from bot.store.jobs import NamedJob


@dataclass(frozen=True, slots=True)
class Scope:
    """What is None covers everything."""

    channel: str | None = None
    workflow_id: str | None = None
    job_id: str | None = None


def read_scope(session: Session, words: Sequence[str]) -> Scope | Help | NoSuchWorkflow | SeveralWorkflows:
    """A workflow, a job, or a workflow and a job of it, by their ids or names; and a channel that alerts go to, before
    or after; no words at all cover everything. A channel that is called like a workflow is meant with its # only."""
    channel_of, known = _channels(session), workflows.names(session)
    named = [word for word in words if word.startswith("#") or (word in channel_of and not is_exact(word, known))]
    others = [word for word in words if word not in named]
    unknown = [word for word in named if word.removeprefix("#") not in channel_of]
    if unknown or len(named) > 1:
        problem = _("“{typed}” is not the one channel, of those that alerts go to, that is meant.")
        return Help((), problem.format(typed=(unknown or named)[-1]))
    scope = Scope(channel=channel_of[named[0].removeprefix("#")] if named else None)
    match others:
        case []:
            return scope
        case [word]:
            return _one_word(session, scope, word)
    return _several_words(session, scope, others)


def _channels(session: Session) -> dict[str, str]:
    """The alert channels as subscriptions call them, by that name and by Slack's id."""
    ids = channels.slack_ids(session)
    names = subscriptions.alert_channels(session)
    return {key: name for name in names for key in (name.removeprefix("#"), ids.get(name, name))}


def _one_word(session: Session, scope: Scope, word: str) -> Scope | NoSuchWorkflow | SeveralWorkflows:
    known = workflows.names(session)
    matches = [] if is_exact(word, known) else jobs.called(session, word)
    if matches:
        return _of_job(scope, word, matches)
    found = find_workflow(word, known)
    return replace(scope, workflow_id=found.workflow_id) if isinstance(found, WorkflowName) else found


def _several_words(
    session: Session, scope: Scope, words: Sequence[str]
) -> Scope | Help | NoSuchWorkflow | SeveralWorkflows:
    """A name with spaces, or a workflow and a job of it, either of which may have some. What is exactly a name goes
    before what is a part of one."""
    known, whole = workflows.names(session), " ".join(words)
    if is_exact(whole, known) or jobs.called(session, whole):
        return _one_word(session, scope, whole)
    for at in range(1, len(words)):
        workflow, job = " ".join(words[:at]), " ".join(words[at:])
        found = _two_words(session, scope, workflow, job) if is_exact(workflow, known) else None
        if isinstance(found, Scope):
            return found
    if len(words) == 2 and not isinstance(find_workflow(whole, known), WorkflowName):
        return _two_words(session, scope, words[0], words[1])
    return _one_word(session, scope, whole)


def _two_words(
    session: Session, scope: Scope, workflow: str, job: str
) -> Scope | Help | NoSuchWorkflow | SeveralWorkflows:
    found = find_workflow(workflow, workflows.names(session))
    if not isinstance(found, WorkflowName):
        return found
    matches = [one for one in jobs.called(session, job) if one.workflow_id == found.workflow_id]
    if not matches:
        problem = _("No job of {workflow} that has run is called “{job}”.")
        return Help((), problem.format(workflow=found.name, job=job))
    return _of_job(scope, job, matches)


def _of_job(scope: Scope, asked_for: str, matches: Sequence[NamedJob]) -> Scope | SeveralWorkflows:
    if len(matches) > 1:
        names = tuple(WorkflowName(job.workflow_id, job.workflow_name) for job in matches)
        return SeveralWorkflows(asked_for, names, len(names))
    return replace(scope, workflow_id=matches[0].workflow_id, job_id=matches[0].job_id)
