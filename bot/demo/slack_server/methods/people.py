"""users.* and usergroups.*: who is there, and in which time zone."""

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.methods.method import Method
from bot.demo.slack_server.workspace import Workspace


def info(workspace: Workspace, call: Call) -> Json:
    person = workspace.people.get(call.required("user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": person.render(workspace.clock(), with_locale=call.flag("include_locale"))}


def list_users(workspace: Workspace, call: Call) -> Json:
    """All people on one page; the stand-in's workspaces are small."""
    with_locale = call.flag("include_locale")
    members = [person.render(workspace.clock(), with_locale=with_locale) for person in workspace.people.values()]
    return {"ok": True, "members": members, "response_metadata": {"next_cursor": ""}}


def list_group_members(workspace: Workspace, call: Call) -> Json:
    group = workspace.groups.get(call.required("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": list(group.members)}


METHODS = (
    Method("users.info", info, "users:read"),
    Method("users.list", list_users, "users:read"),
    Method("usergroups.users.list", list_group_members, "usergroups:read"),
)
