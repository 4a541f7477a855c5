"""The Web API over HTTP: from a request to a method's answer, in Slack's order of refusals, under the fault plan."""

import json
from collections.abc import Mapping

from aiohttp import web

from bot.demo.faults import Fault, FaultPlan, answer_with
from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call, read_call
from bot.demo.slack_server.errors import RateLimitedError, SlackError
from bot.demo.slack_server.journal import Happening
from bot.demo.slack_server.methods import METHODS
from bot.demo.slack_server.methods.files import upload
from bot.demo.slack_server.methods.method import Method, TokenKind
from bot.demo.slack_server.workspace import Workspace

USUAL_ERRORS = {429: "ratelimited", 503: "service_unavailable"}


class WebApi:
    def __init__(self, workspace: Workspace, faults: FaultPlan) -> None:
        self._workspace = workspace
        self._faults = faults

    def add_routes(self, app: web.Application) -> None:
        app.router.add_route("*", "/api/{method}", self.answer)
        app.router.add_post("/upload/v1/{file}", self.take_upload)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self._faults.take(method)
        if fault is not None:
            self._workspace.record(Happening.SPOILED, method=method, outcome=fault.kind.value)

        async def carry_out() -> web.Response:
            return await self._carry_out(request)

        return await answer_with(fault, request, carry_out, self._refuse)

    async def take_upload(self, request: web.Request) -> web.Response:
        content = await request.read()
        with self._workspace.changed:
            taken = upload(self._workspace, request.match_info["file"], content)
        return web.Response(text=f"OK - {len(content)}") if taken else web.Response(status=400, text="upload_failed")

    async def _carry_out(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        try:
            call = await read_call(request)
        except SlackError as refusal:
            self._workspace.record(Happening.CALLED, method=name, outcome=refusal.name)
            return self._response(refusal.body())
        return self._perform(call)

    def _perform(self, call: Call) -> web.Response:
        """Do the work under the workspace's lock, so that the journal has one order for everything."""
        with self._workspace.changed:
            try:
                answer = self._work(call)
            except SlackError as refusal:
                self._record(call, refusal.name, {})
                headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
                return self._response(refusal.body(), refusal.status, headers)
            self._record(call, "ok", answer)
            return self._response(answer)

    def _work(self, call: Call) -> Json:
        """1. is there such a method, 2. the token, 3. the scope, 4. the rate, 5. the work itself."""
        method = METHODS.get(call.method)
        if method is None:
            raise SlackError("unknown_method", req_method=call.method)
        self._check_token(method, call.token)
        scopes = self._workspace.app_scopes if method.token is TokenKind.APP else self._workspace.scopes
        if method.scope is not None and method.scope not in scopes:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(sorted(scopes)))
        self._check_rate(method, call)
        return method.work(self._workspace, call)

    def _check_token(self, method: Method, token: str) -> None:
        workspace = self._workspace
        if not token:
            raise SlackError("not_authed")
        if token in workspace.dead_tokens:
            raise SlackError(workspace.dead_tokens[token])
        if token not in (workspace.bot_token, workspace.app_token):
            raise SlackError("invalid_auth")
        if not token.startswith(method.token.value):
            raise SlackError("not_allowed_token_type")

    def _check_rate(self, method: Method, call: Call) -> None:
        limits, rates, now = self._workspace.limits, self._workspace.rates, self._workspace.clock()
        waits = []
        if method.is_rated_by_channel:
            key = f"{method.name} {self._workspace.channels.id_of(call.text('channel'))}"
            waits.append(rates.take(key, every=limits.post_every, burst=limits.post_burst, now=now))
        allowed = limits.calls_per_minute.get(method.name, limits.other_calls_per_minute)
        waits.append(rates.take(method.name, every=60 / allowed, burst=allowed, now=now))
        longest = max((wait for wait in waits if wait is not None), default=None)
        if longest is not None:
            raise RateLimitedError(longest)

    def _record(self, call: Call, outcome: str, answer: Json) -> None:
        channel = answer.get("channel")
        self._workspace.record(
            Happening.CALLED,
            method=call.method,
            channel=channel if isinstance(channel, str) else self._workspace.channels.id_of(call.text("channel")),
            ts=str(answer.get("ts", "")),
            outcome=outcome,
        )

    def _refuse(self, fault: Fault) -> web.Response:
        """An error answer ordered by the fault plan, in Slack's shape."""
        error = fault.error or USUAL_ERRORS.get(fault.status, "internal_error")
        headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return self._response({"ok": False, "error": error}, fault.status, headers)

    def _response(self, body: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
        return web.Response(
            body=json.dumps(body).encode(),
            status=status,
            content_type="application/json",
            charset="utf-8",
            headers={"x-oauth-scopes": ",".join(sorted(self._workspace.scopes)), **(headers or {})},
        )
