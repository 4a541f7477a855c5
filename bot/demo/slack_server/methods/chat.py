"""chat.*: post, update and delete messages, with the refusals of each."""

from typing import Any

from bot.demo.slack_server.block_rules import Json, encoded_length, problem
from bot.demo.slack_server.blocks import check_message_blocks, elements_in, with_ids
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.channels import Channel
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.methods.method import Method
from bot.demo.slack_server.onlookers import Asked, show
from bot.demo.slack_server.workspace import Workspace

TRUNCATED = {
    "warnings": ["message_truncated"],
    "messages": [
        "[WARN] Your message was truncated but still posted. The `text` field accepts up to 40,000 characters."
    ],
}


def post_message(workspace: Workspace, call: Call) -> Json:
    channel = find_channel_to_post(workspace, call.required("channel"))
    content = message_content(workspace, call)
    text = call.text("text")
    message = workspace.post(
        channel,
        workspace.bot.id,
        text[: workspace.limits.text_characters],
        bot_id=workspace.bot_id,
        **content,
        **_thread_place(channel, call),
    )
    answer: Json = {
        "ok": True,
        "channel": channel.id,
        "ts": message.ts,
        "message": message.render(with_metadata=True),
    }
    if len(text) > workspace.limits.text_characters:
        answer["response_metadata"] = TRUNCATED
    return answer


def post_ephemeral(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.to_post_in(call.required("channel"), may_post_anywhere=False)
    user = call.required("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    content = message_content(workspace, call)
    content.pop("metadata")  # chat.postEphemeral takes none
    message = workspace.post(
        channel, workspace.bot.id, call.text("text"), bot_id=workspace.bot_id, ephemeral_for=user, **content
    )
    return {"ok": True, "message_ts": message.ts}


def update(workspace: Workspace, call: Call) -> Json:
    """Fields left out of the call stay, except blocks when text comes without them: those are removed."""
    channel = workspace.channels.with_id(call.required("channel"))
    message = _own_message(workspace, channel, call.required("ts"), "cant_update_message")
    if channel.is_archived:
        raise SlackError("is_inactive")
    window = workspace.limits.edit_window
    if window is not None and workspace.clock() - message.posted_at > window:
        raise SlackError("edit_window_closed")
    if len(call.text("text")) > workspace.limits.update_text_characters:
        raise SlackError("msg_too_long")  # unlike chat.postMessage, which truncates at ten times the length
    content = message_content(workspace, call)
    if call.get("metadata") is None:
        content["metadata"] = message.metadata
    edited = workspace.edit(channel, message, text=call.text("text"), **content)
    return {
        "ok": True,
        "channel": channel.id,
        "ts": edited.ts,
        "text": edited.text,
        "message": edited.render(with_metadata=True),
    }


def delete(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.with_id(call.required("channel"))
    message = _own_message(workspace, channel, call.required("ts"), "cant_delete_message")
    workspace.delete(channel, message)
    return {"ok": True, "channel": channel.id, "ts": message.ts}


def get_permalink(workspace: Workspace, call: Call) -> Json:
    channel = workspace.channels.with_id(call.required("channel"))
    ts = call.required("message_ts")
    if channel.timeline.find(ts) is None:
        raise SlackError("message_not_found")
    link = f"https://demo.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"ok": True, "channel": channel.id, "permalink": link}


def find_channel_to_post(workspace: Workspace, channel: str) -> Channel:
    """By id or name; the id of a person means the conversation with that person."""
    if channel in workspace.people and channel != workspace.bot.id:
        return workspace.open_direct(channel)
    return workspace.channels.to_post_in(channel, may_post_anywhere="chat:write.public" in workspace.scopes)


def message_content(workspace: Workspace, call: Call) -> Json:
    """What a message shows besides its text, checked. Raises no_text when there is nothing to show at all."""
    blocks = call.structure("blocks", "invalid_blocks_format") or []
    attachments = call.structure("attachments", "invalid_attachments") or []
    if not (call.text("text") or blocks or attachments):
        raise SlackError("no_text")
    if not isinstance(attachments, list):
        raise SlackError("invalid_attachments")
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    show(Asked.MESSAGE, {"text": call.text("text"), "blocks": blocks})
    checked = check_message_blocks(blocks, workspace.limits.blocks_per_message)
    _refuse_unknown_files(workspace, checked)
    return {
        "blocks": tuple(with_ids(checked, workspace.dice)),
        "attachments": tuple(attachments),
        "metadata": _metadata(workspace, call.structure("metadata", "invalid_metadata_format")),
    }


def _metadata(workspace: Workspace, metadata: Any) -> Json | None:
    """Slack docs, "Message metadata": an event_type and a flat event_payload; {} stands for none."""
    if metadata is None or metadata == {}:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict) or set(metadata) - {
        "event_type",
        "event_payload",
        "entities",
    }:
        raise SlackError("invalid_metadata_format")
    if encoded_length(metadata) > workspace.limits.metadata_bytes:
        raise SlackError("metadata_too_large")
    return metadata


def _refuse_unknown_files(workspace: Workspace, blocks: list[Json]) -> None:
    for place, block in enumerate(blocks):
        for image in (block, *elements_in(block)):
            file_id = image.get("slack_file", {}).get("id")
            if file_id and (file_id not in workspace.files or not workspace.files[file_id].is_complete):
                raise SlackError("invalid_blocks", [problem("invalid slack file", f"/blocks/{place}")])


def _thread_place(channel: Channel, call: Call) -> Json:
    """A reply to a reply joins the thread of the message above both."""
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return {}
    parent = channel.timeline.find(thread_ts)
    if parent is None:
        raise SlackError("cannot_reply_to_message")
    return {"thread_ts": parent.thread_ts or parent.ts, "is_broadcast": call.flag("reply_broadcast")}


def _own_message(workspace: Workspace, channel: Channel, ts: str, refusal: str) -> Message:
    message = channel.timeline.find(ts)
    if message is None or message.is_tombstone:
        raise SlackError("message_not_found")
    if message.bot_id != workspace.bot_id:
        raise SlackError(refusal)
    return message


METHODS = (
    Method("chat.postMessage", post_message, "chat:write", is_rated_by_channel=True),
    Method("chat.postEphemeral", post_ephemeral, "chat:write"),
    Method("chat.update", update, "chat:write"),
    Method("chat.delete", delete, "chat:write"),
    Method("chat.getPermalink", get_permalink),
)
