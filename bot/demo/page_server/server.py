"""The page's server on loopback: the built files, a stream of changes per person, and what people do.

Another page in the same browser could send requests here, too: only our own origin may act, and only under the
address that we gave out.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bot.demo.page_server.acts import NotPossible, act
from bot.demo.page_server.clouds import Clouds
from bot.demo.page_server.picture import Picture, account_of, difference, screen_of
from bot.demo.serving import Serving

BUILT = Path(__file__).parent.parent / "page" / "built"
LOOK_EVERY = 0.15  # seconds between two looks at what has changed
KEEP_ALIVE_EVERY = 15.0
LARGEST_ORDER = 256 * 1024  # bytes
POLICY = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the composer completes: a command's usage and what it is for; and the shortcuts in the menus."""

    commands: tuple[tuple[str, str], ...] = ()
    shortcuts: tuple[tuple[str, str, bool], ...] = ()
    """Callback id, name, and whether it is for messages."""


class PageServer:
    def __init__(self, clouds: Clouds, offer: Offer, *, port: int = 0) -> None:
        self._clouds = clouds
        self._offer = offer
        self._stopping = asyncio.Event()
        self._serving = Serving(self._make_app, port=port)

    @property
    def address(self) -> str:
        return f"{self._serving.base_url}/"

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._serving.stop()

    def _make_app(self) -> web.Application:
        self._stopping = asyncio.Event()
        app = web.Application(middlewares=[self._guard], client_max_size=LARGEST_ORDER)
        app.router.add_get("/", self._index)
        app.router.add_get("/changes", self._changes)
        app.router.add_get("/files/{file}", self._file)
        app.router.add_post("/act", self._act)
        app.router.add_post("/turn", self._turn)
        app.router.add_static("/assets", BUILT / "assets")
        app.on_shutdown.append(self._let_go)
        return app

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        here = self._serving.base_url
        if f"http://{request.host}" != here or request.headers.get("Origin", here) != here:
            raise web.HTTPForbidden(text="This page answers to its own address only.")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY
        return response

    async def _index(self, _request: web.Request) -> web.FileResponse:
        return web.FileResponse(BUILT / "index.html", headers={"Cache-Control": "no-cache"})

    async def _file(self, request: web.Request) -> web.Response:
        file = self._clouds.slack.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="image/png")

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events, each a patch of the picture; the first one holds all of it."""
        person = request.query.get("person", "")
        if person not in self._clouds.slack.workspace.people:
            person = self._first_person()
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        with suppress(ConnectionResetError):  # somebody has closed the page
            await self._follow(stream, person)
        return stream

    async def _follow(self, stream: web.StreamResponse, person: str) -> None:
        shown: Picture = {}
        silent_for = 0.0
        while not self._stopping.is_set():
            now = self._picture(person)
            patch = difference(shown, now)
            if not patch.is_empty:
                await stream.write(f"data: {json.dumps(asdict(patch))}\n\n".encode())
                silent_for = 0.0
            elif silent_for > KEEP_ALIVE_EVERY:
                await stream.write(b": still here\n\n")
                silent_for = 0.0
            shown = now
            silent_for += LOOK_EVERY
            await asyncio.sleep(LOOK_EVERY)

    def _picture(self, person: str) -> Picture:
        return {
            **screen_of(self._clouds.slack.workspace, person),
            **account_of(self._clouds.dataflow.account),
            "clouds": self._clouds.state(),
            "offer": asdict(self._offer),
            "me": person,
        }

    def _first_person(self) -> str:
        return next(person.id for person in self._clouds.slack.workspace.people.values() if not person.is_bot)

    async def _act(self, request: web.Request) -> web.Response:
        order = await _order(request)
        return await _answer(lambda: act(self._clouds.slack, str(order.get("person")), order))

    async def _turn(self, request: web.Request) -> web.Response:
        order = await _order(request)
        return await _answer(lambda: self._clouds.turn(order))

    async def _let_go(self, _app: web.Application) -> None:
        self._stopping.set()


async def _order(request: web.Request) -> Mapping[str, Any]:
    try:
        order = await request.json()
    except ValueError:
        order = None
    if request.content_type != "application/json" or not isinstance(order, dict):
        raise web.HTTPBadRequest(text="not an order")
    return order


async def _answer(carry_out: Callable[[], dict[str, Any] | None]) -> web.Response:
    """Acting waits for the bot's ack, so it gets a thread."""
    try:
        return web.json_response(await asyncio.to_thread(carry_out) or {})
    except NotPossible as impossible:
        return web.json_response({"error": str(impossible)}, status=409)
