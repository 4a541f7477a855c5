"""The Data Flow stand-in as tests and the demo hold it: an account, a plan of faults, and a server on loopback.

Owns the way of a request: noted, hit by a fault or not, checked by the gateway, carried out.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from aiohttp import web

from bot.demo.dataflow_server.account import Account, Clock, utc_now
from bot.demo.dataflow_server.gateway import (
    ACCESS_KEY,
    ACCESS_KEY_HEADER,
    SECRET_KEY,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    Gateway,
    fault_answer,
    refusal,
    signature,
)
from bot.demo.dataflow_server.operations import OPERATIONS, Call, Operation, carry_out
from bot.demo.dataflow_server.rendering import Dialect, Renderer
from bot.demo.faults import Fault, FaultKind, FaultPlan, answer_with
from bot.demo.serving import Serving

UNKNOWN_OPERATION = "unknown"  # in `requests_seen`: no operation of the API has this URI and method


@dataclass(slots=True)
class SeenRequest:
    """A request, noted when it arrived. `status` follows when it is answered, and stays None when it is dropped."""

    operation: str
    path: str
    at: datetime
    fault: FaultKind | None = None
    status: int | None = None


class DataFlowServer(Serving):
    """`with DataFlowServer() as cloud: cloud.account.add_workflow(...)`, and requests go to `cloud.base_url`.

    `clock` is the account's time and, unless `gateway_clock` is given, the gateway's too. The account outlives an
    outage.
    """

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY

    def __init__(
        self,
        *,
        clock: Clock = utc_now,
        gateway_clock: Clock | None = None,
        dialect: Dialect | None = None,
        seed: int = 0,
        port: int = 0,
    ) -> None:
        self.account = Account(clock, seed)
        self.gateway = Gateway(gateway_clock or clock)
        self.faults = FaultPlan(seed)
        self.requests_seen: list[SeenRequest] = []
        self._renderer = Renderer(dialect or Dialect())
        super().__init__(self._application, port=port)

    @property
    def dialect(self) -> Dialect:
        return self._renderer.dialect

    @dialect.setter
    def dialect(self, dialect: Dialect) -> None:
        self._renderer = Renderer(dialect)

    def signed_headers(self, method: str, path_and_query: str) -> dict[str, str]:
        """The headers that let a test's own request pass right now."""
        timestamp = str(round(self.gateway.now().timestamp() * 1000))
        headers = {TIMESTAMP_HEADER: timestamp, ACCESS_KEY_HEADER: self.access_key}
        return headers | {SIGNATURE_HEADER: signature(method, path_and_query, headers, self.secret_key)}

    def _application(self) -> web.Application:
        app = web.Application()
        app.on_response_prepare.append(self._date)
        for operation in OPERATIONS:
            app.router.add_route(operation.method, operation.uri, partial(self._answer, operation))
        app.router.add_route("*", "/{anything:.*}", self._answer_unknown)
        return app

    async def _answer(self, operation: Operation, request: web.Request) -> web.StreamResponse:
        fault = self.faults.take(operation.name)
        seen = self._note(operation.name, request, fault)

        async def answer() -> web.Response:
            return self._pass(operation, request, fault)

        response = await answer_with(fault, request, answer, fault_answer)
        if request.transport is not None and not request.transport.is_closing():
            seen.status = response.status
        return response

    async def _answer_unknown(self, request: web.Request) -> web.StreamResponse:
        seen = self._note(UNKNOWN_OPERATION, request)
        seen.status = 404
        return refusal(404, details="URL not found.")

    def _pass(self, operation: Operation, request: web.Request, fault: Fault | None) -> web.Response:
        objection = self.gateway.objection(request, is_write=operation.is_write)
        if objection is not None:
            return objection
        call = Call(
            self.account,
            self._renderer,
            dict(request.match_info),
            dict(request.query),
            page_fault=None if fault is None else fault.kind,
        )
        return carry_out(operation, call)

    def _note(self, operation: str, request: web.Request, fault: Fault | None = None) -> SeenRequest:
        kind = None if fault is None else fault.kind
        seen = SeenRequest(operation, request.raw_path, self.account.clock(), kind)
        self.requests_seen.append(seen)
        return seen

    async def _date(self, _request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = self.gateway.date_header()
