"""Methods about the app itself and the small rest: auth.test, apps.connections.open, reactions.add."""

from dataclasses import replace

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.methods.method import Method, TokenKind
from bot.demo.slack_server.workspace import Workspace


def auth_test(workspace: Workspace, _call: Call) -> Json:
    return {
        "ok": True,
        "url": "https://demo.slack.com/",
        "team": "Demo",
        "team_id": workspace.team_id,
        "user": workspace.bot.name,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def open_connection(workspace: Workspace, call: Call) -> Json:
    """A single-use address for one socket."""
    if not call.token_is_in_header:
        raise SlackError("not_authed")  # this method takes its token from the header only
    ticket = workspace.issue_ticket()
    url = f"{call.base_url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={workspace.app_id}"
    return {"ok": True, "url": url}


def add_reaction(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.with_id(call.required("channel"))
    message = channel.timeline.find(call.required("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    name = call.required("name").strip(":")
    users = message.reactions.get(name, ())
    if workspace.bot.id in users:
        raise SlackError("already_reacted")
    reacted = replace(message, reactions={**message.reactions, name: (*users, workspace.bot.id)})
    channel.timeline.replace(reacted)
    workspace.note(Happening.EDITED, reacted, outcome=f"reaction {name}")
    return {"ok": True}


METHODS = (
    Method("auth.test", auth_test),
    Method("apps.connections.open", open_connection, "connections:write", TokenKind.APP),
    Method("reactions.add", add_reaction, "reactions:write"),
)
