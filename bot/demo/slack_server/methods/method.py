"""What a Web API method is made of: its name, its work, the token and the scopes it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.calls import Call
from bot.demo.slack_server.errors import SlackError
from bot.demo.slack_server.workspace import Workspace


class TokenKind(Enum):
    BOT = "xoxb-"
    APP = "xapp-"


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    work: Callable[[Workspace, Call], Json]
    scope: str | None = None
    token: TokenKind = TokenKind.BOT
    is_rated_by_channel: bool = False


def require_scope(workspace: Workspace, scope: str) -> None:
    """Raises missing_scope. For scopes that depend on the arguments; the others stand in the table of methods."""
    if scope not in workspace.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(workspace.scopes)))
