"""One call of a Web API method: its arguments, taken from JSON, a form or the query, and its token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.messages import MICROSECONDS, parse_ts

BEARER = "Bearer "


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    arguments: Mapping[str, Any]
    token: str
    token_is_in_header: bool
    base_url: str  # of this server, for the URLs in answers

    def get(self, name: str) -> Any:
        return self.arguments.get(name)

    def text(self, name: str) -> str:
        """A string argument; "" when absent."""
        value = self.arguments.get(name)
        return "" if value is None else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"missing required field: {name}"])
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def limit(self, default: int, most: int) -> int:
        """The `limit` argument of paged methods."""
        value = self.text("limit")
        if not value:
            return default
        if not value.isdecimal() or not 1 <= int(value) <= most:
            raise SlackError("invalid_limit")
        return int(value)

    def names(self, name: str) -> list[str]:
        """A list argument, which forms send comma-separated."""
        value = self.arguments.get(name)
        parts = value if isinstance(value, list) else str(value or "").split(",")
        return [str(part).strip() for part in parts if str(part).strip()]

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """An object or list argument, which forms send as JSON text. None when absent."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def moment(self, name: str, default: int) -> int:
        """A ts argument in microseconds, written as a ts or as seconds."""
        value = self.text(name)
        if not value:
            return default
        try:
            return parse_ts(value)
        except ValueError:
            pass
        try:
            return round(float(value) * MICROSECONDS)
        except (ValueError, OverflowError):
            raise SlackError(f"invalid_ts_{name}") from None


async def read_call(request: web.Request) -> Call:
    """Raises the SlackErrors for bodies Slack cannot read."""
    arguments: Json = {**request.query, **await _body_arguments(request)}
    header = request.headers.get("Authorization", "")
    token = header.removeprefix(BEARER) if header.startswith(BEARER) else str(arguments.pop("token", ""))
    arguments.pop("token", None)
    return Call(
        method=request.match_info["method"],
        arguments=arguments,
        token=token,
        token_is_in_header=bool(header),
        base_url=f"{request.scheme}://{request.host}",
    )


async def _body_arguments(request: web.Request) -> Json:
    if not await request.read():
        return {}
    match request.content_type:
        case "application/json":
            try:
                body = await request.json()
            except ValueError:
                raise SlackError("invalid_json") from None
            if not isinstance(body, dict):
                raise SlackError("json_not_object")
            return body
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            return dict(await request.post())
    raise SlackError("invalid_post_type")
