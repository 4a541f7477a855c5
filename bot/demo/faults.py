"""Faults that a test or the demo orders from a stand-in: what goes wrong, on which operation, how often.

Owns the plan and the faults of the transport; faults that need a server's own data are carried out by that server.
"""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web

from bot.demo.serving import reset

CarryOut = Callable[[], Awaitable[web.Response]]
Refuse = Callable[["Fault"], web.Response]


class FaultKind(StrEnum):
    STATUS = "status"
    """An error answer in the server's own shape (`status`, `error`, `retry_after`); the request is not carried out."""
    SLOW = "slow"
    """Carried out at once; the answer comes `delay` seconds later."""
    HELD = "held"
    """Carried out and answered `delay` seconds later, whether or not the client is still there."""
    DRIP = "drip"
    """Carried out; the answer's body comes one byte every `delay` seconds."""
    TRUNCATED = "truncated"
    """Carried out; the connection closes after half the announced body."""
    HTML = "html"
    """A page of some proxy on the way, with status 200; the request is not carried out."""
    WRONG_SHAPE = "wrong shape"
    """Carried out; the answer is valid JSON of a shape nobody documented."""
    CUT_JSON = "cut json"
    """Carried out; the answer is complete for HTTP, but its JSON ends half-way."""
    EMPTY = "empty"
    """Carried out; status 200 with no body."""
    RESET_BEFORE = "reset before"
    """The connection drops; the request is not carried out."""
    RESET_AFTER = "reset after"
    """Carried out, but the connection drops in place of the answer."""
    ERROR_AFTER = "error after"
    """Carried out, yet answered with an error (`status`, `error`)."""
    LANDS_LATE = "lands late"
    """The connection drops; the request is carried out `delay` seconds later."""
    REORDERED_PAGE = "reordered page"
    """Data Flow only: the items of a page come in another order."""
    REPEATED_PAGE = "repeated page"
    """Data Flow only: a later page repeats the items of the page before it."""
    SHIFTED_PAGES = "shifted pages"
    """Data Flow only: a later page starts one item early, as if a run had been inserted while paging."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    kind: FaultKind
    operation: str = "*"  # a name or a pattern: "chat.postMessage", "chat.*", "*"
    times: int | None = None  # None: until the plan is cleared
    probability: float = 1.0
    status: int = 500
    error: str | None = None  # the server's own word for what is wrong; None: the usual one for the status
    retry_after: float | None = None  # seconds; None: no Retry-After header
    delay: float = 0.0  # seconds


class FaultPlan:
    """The faults still to come, taken by the server one request at a time. Safe to use from any thread."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._planned: list[tuple[Fault, int | None]] = []

    def seed(self, seed: int) -> None:
        with self._lock:
            self._random.seed(seed)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._planned.append((fault, fault.times))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def take(self, operation: str) -> Fault | None:
        """The fault for this request, or None: the earliest planned one that matches and wins its throw."""
        with self._lock:
            for place, (fault, left) in enumerate(self._planned):
                if not fnmatchcase(operation, fault.operation) or self._random.random() >= fault.probability:
                    continue
                if left == 1:
                    del self._planned[place]
                elif left is not None:
                    self._planned[place] = (fault, left - 1)
                return fault
        return None


async def answer_with(
    fault: Fault | None, request: web.Request, carry_out: CarryOut, refuse: Refuse
) -> web.StreamResponse:
    """Answer a request under a fault: `carry_out` does the work and answers it, `refuse` words an error answer."""
    await request.read()  # a fault may drop the connection before the work is done
    match fault:
        case None:
            return await carry_out()
        case Fault(kind=FaultKind.STATUS):
            return refuse(fault)
        case Fault(kind=FaultKind.HTML):
            return web.Response(text=PROXY_PAGE, content_type="text/html")
        case Fault(kind=FaultKind.RESET_BEFORE):
            return _dropped(request)
        case Fault(kind=FaultKind.HELD):
            await asyncio.sleep(fault.delay)
            return await carry_out()
        case Fault(kind=FaultKind.LANDS_LATE):
            dropped = _dropped(request)
            await asyncio.sleep(fault.delay)
            await carry_out()
            return dropped
    return await _spoil(fault, request, await carry_out(), refuse)


async def _spoil(fault: Fault, request: web.Request, answer: web.Response, refuse: Refuse) -> web.StreamResponse:
    match fault.kind:
        case FaultKind.DRIP:
            return await _drip(request, answer, fault.delay)
        case FaultKind.TRUNCATED:
            return await _truncate(request, answer)
        case FaultKind.SLOW:
            await asyncio.sleep(fault.delay)
        case FaultKind.RESET_AFTER:
            return _dropped(request)
        case FaultKind.ERROR_AFTER:
            return refuse(fault)
    return _garbled(fault, answer)


def _garbled(fault: Fault, answer: web.Response) -> web.Response:
    match fault.kind:
        case FaultKind.WRONG_SHAPE:
            return web.json_response(["unexpected", {"list": {"0": None}}])
        case FaultKind.CUT_JSON:
            return web.Response(body=_first_half(answer), content_type="application/json")
        case FaultKind.EMPTY:
            return web.Response()
    return answer


def _dropped(request: web.Request) -> web.Response:
    reset(request.transport)
    return web.Response()  # aiohttp wants one; it has nowhere to go


async def _drip(request: web.Request, answer: web.Response, pause: float) -> web.StreamResponse:
    dripping = _headers_only(answer)
    await dripping.prepare(request)
    for byte in _body(answer):
        await dripping.write(bytes([byte]))
        await asyncio.sleep(pause)
    await dripping.write_eof()
    return dripping


async def _truncate(request: web.Request, answer: web.Response) -> web.StreamResponse:
    cut = _headers_only(answer)
    await cut.prepare(request)
    await cut.write(_first_half(answer))
    if request.transport is not None:
        request.transport.close()
    return cut


def _headers_only(answer: web.Response) -> web.StreamResponse:
    """The answer's status and headers, its full length announced, with the body still to be written."""
    headers = answer.headers.copy()
    headers["Content-Length"] = str(len(_body(answer)))
    return web.StreamResponse(status=answer.status, headers=headers)


def _first_half(answer: web.Response) -> bytes:
    return _body(answer)[: len(_body(answer)) // 2]


def _body(answer: web.Response) -> bytes:
    if not isinstance(answer.body, bytes | bytearray):
        raise TypeError("faults spoil answers whose body is bytes")
    return bytes(answer.body)


PROXY_PAGE = """<!DOCTYPE html>
<html><head><title>Service Temporarily Unavailable</title></head>
<body><h1>Service Temporarily Unavailable</h1><hr>nginx</body></html>
"""
