"""What one person has on the screen, as values by key: channels, messages, modal, Home, and the Data Flow account.

A picture is compared with the one before, and only what differs goes to the browser.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.demo.dataflow_server import Account, Execution, Workflow
from bot.demo.slack_server import Message, View, Workspace

Json = dict[str, Any]
Picture = Mapping[str, Any]

RUNS_PER_WORKFLOW = 6


@dataclass(frozen=True, slots=True)
class Patch:
    """What turns one picture into the next."""

    changed: Picture
    gone: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return not self.changed and not self.gone


def difference(before: Picture, after: Picture) -> Patch:
    changed = {key: value for key, value in after.items() if key not in before or before[key] != value}
    return Patch(changed, tuple(key for key in before if key not in after))


def screen_of(workspace: Workspace, person: str) -> Picture:
    """What Slack shows a person, given by id."""
    with workspace.changed:
        return dict(_screen(workspace, person))


def account_of(account: Account) -> Picture:
    """The workflows with their newest runs."""
    now = account.clock()
    return {f"workflow/{workflow.workflow_id}": _workflow(account, workflow, now) for workflow in account.workflows()}


def _screen(workspace: Workspace, person: str) -> Iterator[tuple[str, Any]]:
    now = workspace.clock()
    for someone in workspace.people.values():
        yield f"person/{someone.id}", someone.render(now, with_locale=True)
    for channel in workspace.channels.all():
        if person not in channel.members:
            continue
        yield f"channel/{channel.id}", channel.render(workspace.bot.id)
        for message in channel.timeline.visible(person):
            for shown in (message, *message.thread):
                yield f"message/{channel.id}/{shown.ts}", _message(shown)
    if home := workspace.views.home(person):
        yield "home", _view(workspace, home)
    if modal := workspace.views.top(person):
        yield "modal", _view(workspace, modal)


def _message(message: Message) -> Json:
    return {**message.render(), "channel": message.channel, "is_ephemeral": message.ephemeral_for is not None}


def _view(workspace: Workspace, view: View) -> Json:
    return view.render(workspace.identity)


def _workflow(account: Account, workflow: Workflow, now: datetime) -> Json:
    runs = account.executions(workflow.workflow_id)[-RUNS_PER_WORKFLOW:]
    return {
        "id": workflow.workflow_id,
        "name": workflow.name,
        "trigger": workflow.trigger.kind,
        "runs": [_run(run, now) for run in reversed(runs)],
    }


def _run(run: Execution, now: datetime) -> Json:
    return {
        "id": run.execution_id,
        "job": run.job.name,
        "status": run.status(now),
        "created_at": run.created_at.timestamp(),
        "started_at": run.starts_at.timestamp() if run.starts_at and run.has_started(now) else None,
        "ended_at": run.ends_at.timestamp() if run.ends_at and run.has_ended(now) else None,
    }
