"""conversations.*: what the bot can list, look into and read back."""

import base64

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.channels import Channel, ChannelKind
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.methods.method import Method, require_scope
from bot.demo.slack_server.timeline import Span
from bot.demo.slack_server.workspace import Workspace

NEXT_TS, OFFSET = "next_ts:", "offset:"
FOR_EVER = Span().latest


def history(workspace: Workspace, call: Call) -> Json:
    """The newest messages first; `oldest` and `latest` themselves belong to the span only when `inclusive`."""
    channel = _channel_to_read(workspace, call)
    limit = call.limit(100, most=999)
    messages, next_before = channel.timeline.page(_span(call), limit, _position(call, NEXT_TS))
    return {
        "ok": True,
        "messages": _rendered(messages, call),
        "has_more": next_before is not None,
        "pin_count": 0,
        **_next(f"{NEXT_TS}{next_before}" if next_before is not None else ""),
    }


def replies(workspace: Workspace, call: Call) -> Json:
    channel = _channel_to_read(workspace, call)
    thread = channel.timeline.replies(call.required("ts"), _span(call))
    if not thread:
        raise SlackError("thread_not_found")
    limit = call.limit(1000, most=1000)
    start = _position(call, OFFSET) or 0
    following = start + limit < len(thread)
    return {
        "ok": True,
        "messages": _rendered(thread[start : start + limit], call),
        "has_more": following,
        **_next(f"{OFFSET}{start + limit}" if following else ""),
    }


def info(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.with_id(call.required("channel"))
    require_scope(workspace, f"{channel.kind.scope_prefix}:read")
    return {"ok": True, "channel": channel.render(workspace.bot.id)}


def list_conversations(workspace: Workspace, call: Call) -> Json:
    return _listed(workspace, call, workspace.channels.all())


def list_memberships(workspace: Workspace, call: Call) -> Json:
    """users.conversations: where a person is in; of private channels only those that the bot is in, too."""
    user = call.text("user") or workspace.bot.id
    return _listed(workspace, call, [channel for channel in workspace.channels.all() if user in channel.members])


def _listed(workspace: Workspace, call: Call, channels: list[Channel]) -> Json:
    kinds = [_kind(name) for name in call.names("types") or ["public_channel"]]
    for kind in kinds:
        require_scope(workspace, f"{kind.scope_prefix}:read")
    shown = [
        channel
        for channel in channels
        if channel.kind in kinds
        and workspace.channels.is_visible(channel)
        and not (channel.is_archived and call.flag("exclude_archived"))
    ]
    start, limit = _position(call, OFFSET) or 0, call.limit(100, most=999)
    following = start + limit < len(shown)
    return {
        "ok": True,
        "channels": [channel.render(workspace.bot.id) for channel in shown[start : start + limit]],
        **_next(f"{OFFSET}{start + limit}" if following else ""),
    }


def open_conversation(workspace: Workspace, call: Call) -> Json:
    users = call.names("users")
    if len(users) != 1:
        raise SlackError("invalid_arguments", ["this stand-in opens conversations with one person only"])
    if users[0] not in workspace.people:
        raise SlackError("user_not_found")
    return {"ok": True, "channel": {"id": workspace.open_direct(users[0]).id}}


def join(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.with_id(call.required("channel"))
    if channel.kind is not ChannelKind.PUBLIC:
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    channel.members.add(workspace.bot.id)
    return {"ok": True, "channel": channel.render(workspace.bot.id)}


def _channel_to_read(workspace: Workspace, call: Call) -> Channel:
    channel = workspace.channels.with_id(call.required("channel"))
    require_scope(workspace, f"{channel.kind.scope_prefix}:history")
    if workspace.bot.id not in channel.members:
        raise SlackError("not_in_channel")  # chat:write.public lets a bot post here, not read
    return channel


def _span(call: Call) -> Span:
    inset = 0 if call.flag("inclusive") else 1
    oldest = call.moment("oldest", 0)
    latest = call.moment("latest", FOR_EVER)
    return Span(oldest + inset if oldest else 0, latest - inset if latest != FOR_EVER else FOR_EVER)


def _rendered(messages: list[Message], call: Call) -> list[Json]:
    with_metadata = call.flag("include_all_metadata")
    return [message.render(with_metadata=with_metadata) for message in messages]


def _kind(name: str) -> ChannelKind:
    try:
        return ChannelKind(name)
    except ValueError:
        raise SlackError("invalid_types") from None


def _position(call: Call, kind: str) -> int | None:
    """Where the page starts that the cursor stands for, None without one. A cursor is good for its own method."""
    try:
        cursor = base64.b64decode(call.text("cursor"), validate=True).decode("ascii")
        return int(cursor.removeprefix(kind)) if cursor else None
    except ValueError:
        raise SlackError("invalid_cursor") from None


def _next(position: str) -> Json:
    return {"response_metadata": {"next_cursor": base64.b64encode(position.encode()).decode()}}


METHODS = (
    Method("conversations.history", history),
    Method("conversations.replies", replies),
    Method("conversations.info", info),
    Method("conversations.list", list_conversations),
    Method("users.conversations", list_memberships),
    Method("conversations.open", open_conversation, "im:write"),
    Method("conversations.join", join, "channels:join"),
)
