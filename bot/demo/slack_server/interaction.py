"""What came of one thing a person did: the ack, what the person was told, and the answers that followed."""

from dataclasses import dataclass, field

from bot.demo.slack_server.block_rules import Json
from bot.demo.slack_server.callbacks import Response, ResponseUrl
from bot.demo.slack_server.workspace import PATIENCE, Workspace


@dataclass(slots=True)
class Interaction:
    ack_seconds: float | None  # None: no ack in time
    ack: Json  # what came with the ack
    error: str | None  # what Slack told the person went wrong, such as "operation_timeout"
    _workspace: Workspace = field(repr=False)
    _url: ResponseUrl | None = field(default=None, repr=False)
    _read: int = field(default=0, repr=False)

    @property
    def responses(self) -> list[Response]:
        """The answers so far, oldest first."""
        return list(self._url.responses) if self._url else []

    def wait_for_response(self, timeout: float = PATIENCE) -> Response:
        """The next answer that this has not returned yet. Raises TimeoutError."""
        response = self._workspace.wait_for(lambda: next(iter(self.responses[self._read :]), None), timeout)
        self._read += 1
        return response
