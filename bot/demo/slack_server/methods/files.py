"""files.*: the three-step upload. The second step, raw bytes to the upload URL, is `upload` here, not a method."""

from typing import Any

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.files import File
from bot.demo.slack_server.methods.method import Method
from bot.demo.slack_server.workspace import Workspace


def get_upload_url(workspace: Workspace, call: Call) -> Json:
    length = call.required("length")
    if not length.isdecimal() or int(length) == 0:
        raise SlackError("invalid_arguments", ["length must be a positive number"])
    file = File(id=workspace.new_id("F"), name=call.required("filename"), size=int(length))
    workspace.files[file.id] = file
    return {"ok": True, "upload_url": f"{call.base_url}/upload/v1/{file.id}", "file_id": file.id}


def upload(workspace: Workspace, file_id: str, content: bytes) -> bool:
    """Take the bytes; False when nobody announced such a file or its size was another."""
    file = workspace.files.get(file_id)
    if file is None or len(content) != file.size:
        return False
    file.content = content
    return True


def complete_upload(workspace: Workspace, call: Call) -> Json:
    """Without a channel the files belong to the bot alone, and blocks may show them by id."""
    files = [_completed(workspace, item) for item in call.structure("files") or []]
    if not files:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    channel_id = call.text("channel_id")
    if channel_id:
        channel = workspace.channels.with_id(channel_id)
        if workspace.bot.id not in channel.members:
            raise SlackError("not_in_channel")
        workspace.post(
            channel,
            workspace.bot.id,
            call.text("initial_comment"),
            bot_id=workspace.bot_id,
            files=tuple(file.render() for file in files),
            thread_ts=call.text("thread_ts") or None,
        )
    return {"ok": True, "files": [file.render() for file in files]}


def info(workspace: Workspace, call: Call) -> Json:
    file = workspace.files.get(call.required("file"))
    if file is None or not file.is_complete:
        raise SlackError("file_not_found")
    return {"ok": True, "file": file.render()}


def _completed(workspace: Workspace, item: Any) -> File:
    file = workspace.files.get(str(item.get("id"))) if isinstance(item, dict) else None
    if file is None or file.content is None:
        raise SlackError("file_not_found")
    file.title = str(item.get("title") or "")
    file.is_complete = True
    return file


METHODS = (
    Method("files.getUploadURLExternal", get_upload_url, "files:write"),
    Method("files.completeUploadExternal", complete_upload, "files:write"),
    Method("files.info", info, "files:read"),
)
