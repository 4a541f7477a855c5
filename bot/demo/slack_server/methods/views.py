"""views.*: open, push and update modals, publish the Home tab."""

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.methods.method import Method
from bot.demo.slack_server.views import View, check_view
from bot.demo.slack_server.workspace import Workspace


def open_view(workspace: Workspace, call: Call) -> Json:
    body = check_view(call.structure("view"), "modal", workspace.limits)
    trigger = workspace.triggers.redeem(call.required("trigger_id"))
    return _shown(workspace, workspace.views.open(trigger.user, body), "opened")


def push(workspace: Workspace, call: Call) -> Json:
    body = check_view(call.structure("view"), "modal", workspace.limits)
    trigger = workspace.triggers.redeem(call.required("trigger_id"))
    if trigger.root_view is None:
        raise SlackError("invalid_trigger_id")  # only an interaction inside a modal may push another one onto it
    return _shown(workspace, workspace.views.push(trigger.user, body), "pushed")


def update(workspace: Workspace, call: Call) -> Json:
    view = workspace.views.find(call.text("view_id"), call.text("external_id"))
    body = check_view(call.structure("view"), view.body["type"], workspace.limits)
    return _shown(workspace, workspace.views.update(view, body, call.text("hash")), "updated")


def publish(workspace: Workspace, call: Call) -> Json:
    body = check_view(call.structure("view"), "home", workspace.limits)
    user = call.required("user_id")
    if user not in workspace.people:
        raise SlackError("invalid_arguments", ["invalid user_id"])
    return _shown(workspace, workspace.views.publish(user, body, call.text("hash")), "published")


def _shown(workspace: Workspace, view: View, outcome: str) -> Json:
    workspace.record(Happening.VIEWED, outcome=outcome, text=view.title)
    return {"ok": True, "view": view.render(workspace.identity)}


METHODS = (
    Method("views.open", open_view),
    Method("views.push", push),
    Method("views.update", update),
    Method("views.publish", publish),
)
