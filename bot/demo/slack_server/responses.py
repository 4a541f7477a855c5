"""Answers to an interaction, by the ack or through its response URL: what they do to the conversation.

Owns the HTTP end of response URLs; how often and how long one may be used stands in callbacks.py.
"""

import json
from typing import Any

from aiohttp import web

from bot.demo.faults import Fault, FaultPlan, answer_with
from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.blocks import check_message_blocks, with_ids
from bot.demo.slack_server.callbacks import Response, ResponseUrl
from bot.demo.slack_server.channels import Channel
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.onlookers import Asked, show
from bot.demo.slack_server.workspace import Workspace

OPERATION = "response_url"  # what a fault plan calls it


def issue_response_url(workspace: Workspace, base_url: str, **where: Any) -> tuple[str, ResponseUrl]:
    """A new address and what it leads to. `where`: the fields of ResponseUrl but the time."""
    with workspace.changed:
        key = f"{workspace.team_id}/{workspace.dice.getrandbits(96):024x}"
        workspace.response_urls[key] = ResponseUrl(issued_at=workspace.clock(), **where)
        return f"{base_url}/response/{key}", workspace.response_urls[key]


class Responses:
    def __init__(self, workspace: Workspace, faults: FaultPlan) -> None:
        self._workspace = workspace
        self._faults = faults

    def add_routes(self, app: web.Application) -> None:
        app.router.add_post("/response/{team}/{key}", self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        async def carry_out() -> web.Response:
            body = await request.read()
            return self._take(f"{request.match_info['team']}/{request.match_info['key']}", body)

        return await answer_with(self._faults.take(OPERATION), request, carry_out, _refuse)

    def _take(self, key: str, body: bytes) -> web.Response:
        with self._workspace.changed:
            try:
                self._use(key, body)
            except SlackError as refusal:
                self._workspace.record(Happening.RESPONDED, method=OPERATION, outcome=refusal.name)
                return _json(refusal.body(), refusal.status)
            return _json({"ok": True})

    def _use(self, key: str, body: bytes) -> None:
        url = self._workspace.response_urls.get(key)
        if url is None:
            raise SlackError("invalid_url", status=404)
        url.use(self._workspace.limits, self._workspace.clock())
        try:
            payload = json.loads(body)
        except ValueError:
            raise SlackError("invalid_payload", status=400) from None
        if not isinstance(payload, dict):
            raise SlackError("invalid_payload", status=400)
        apply_response(self._workspace, url, payload)


def apply_response(workspace: Workspace, url: ResponseUrl, payload: Json) -> Response:
    """Do what the answer asks for: delete or replace the message acted on, or post a new one. Raises SlackError."""
    show(Asked.ANSWER, payload)
    with workspace.changed:
        channel = workspace.channel(url.channel)
        source = _source(channel, url)
        if source and payload.get("delete_original"):
            workspace.delete(channel, source)
            message = None
        elif source and payload.get("replace_original"):
            message = workspace.edit(
                channel, source, text=str(payload.get("text") or ""), **_content(workspace, payload)
            )
        else:
            message = _post(workspace, channel, url, payload)
        response = Response(
            text=str(payload.get("text") or ""),
            blocks=message.blocks if message else (),
            response_type=_response_type(payload),
            replace_original=bool(payload.get("replace_original")),
            delete_original=bool(payload.get("delete_original")),
            ts=message.ts if message else None,
        )
        url.responses.append(response)
        workspace.record(Happening.RESPONDED, method=OPERATION, channel=channel.id, ts=response.ts or "", outcome="ok")
        return response


def _post(workspace: Workspace, channel: Channel, url: ResponseUrl, payload: Json) -> Message:
    return workspace.post(
        channel,
        workspace.bot.id,
        str(payload.get("text") or ""),
        bot_id=workspace.bot_id,
        ephemeral_for=url.user if _response_type(payload) == "ephemeral" else None,
        thread_ts=payload.get("thread_ts"),
        **_content(workspace, payload),
    )


def _content(workspace: Workspace, payload: Json) -> Json:
    blocks = payload.get("blocks") or []
    attachments = payload.get("attachments") or []
    if not (payload.get("text") or blocks or attachments):
        raise SlackError("no_text", status=400)
    checked = check_message_blocks(blocks, workspace.limits.blocks_per_message)
    return {"blocks": tuple(with_ids(checked, workspace.dice)), "attachments": tuple(attachments)}


def _source(channel: Channel, url: ResponseUrl) -> Message | None:
    if url.source_ts is None:
        return None
    timeline = channel.timeline
    return timeline.find_ephemeral(url.source_ts) if url.is_source_ephemeral else timeline.find(url.source_ts)


def _response_type(payload: Json) -> str:
    return "in_channel" if payload.get("response_type") == "in_channel" else "ephemeral"


def _refuse(fault: Fault) -> web.Response:
    return _json({"ok": False, "error": fault.error or "internal_error"}, fault.status)


def _json(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")
