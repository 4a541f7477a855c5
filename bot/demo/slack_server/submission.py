"""What an app's ack makes of a submitted modal: errors beside the fields, another view, or the modal closed."""

from dataclasses import dataclass, field
from typing import Any

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.interaction import Interaction
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.socket_mode import Delivery, Verdict
from bot.demo.slack_server.views import View, check_view
from bot.demo.slack_server.workspace import Workspace


@dataclass(slots=True)
class Submission(Interaction):
    """What came of submitting a modal."""

    errors: dict[str, Any] = field(default_factory=dict)  # block id: what is wrong with the entry
    view: View | None = None  # what the person sees now in the place of the submitted modal


def after_submission(workspace: Workspace, view: View, delivery: Delivery) -> Submission:
    """Change the screen as the ack says. Without an ack in time, or with a wrong one, the modal stays as it was."""
    done = Submission(delivery.seconds, delivery.payload, delivery.error, workspace)
    with workspace.changed:
        if delivery.verdict is Verdict.ACKED:
            try:
                done.errors = _follow(workspace, view, delivery.payload)
            except SlackError:
                done.error = "invalid_response"
        done.view = workspace.views.top(view.user)
        workspace.record(Happening.VIEWED, outcome="submitted", text=view.title)
    return done


def _follow(workspace: Workspace, view: View, ack: Json) -> dict[str, Any]:
    """The errors of the ack, if it has any. Slack docs, "Modals", "Updating modals" and "Displaying errors"."""
    views, limits = workspace.views, workspace.limits
    match ack.get("response_action"):
        case "errors":
            return _known_errors(view, ack.get("errors"))
        case "update":
            views.update(view, check_view(ack.get("view"), "modal", limits))
        case "push":
            views.push(view.user, check_view(ack.get("view"), "modal", limits))
        case "clear":
            views.clear(view.user)
        case None:
            views.close(view)
        case _:
            raise SlackError("invalid_arguments")
    return {}


def _known_errors(view: View, errors: Any) -> dict[str, Any]:
    fields = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not fields.issuperset(errors):
        raise SlackError("invalid_arguments")
    return errors
