"""The refusals of the Slack stand-in: one exception that carries Slack's own error name."""

from collections.abc import Sequence
from typing import Any


class SlackError(Exception):
    """A call refused: `name` is Slack's word for it, and `messages` say what exactly is wrong."""

    def __init__(self, name: str, messages: Sequence[str] = (), *, status: int = 200, **details: Any) -> None:
        super().__init__(name, *messages)
        self.name = name
        self.messages = tuple(messages)
        self.status = status
        self.details = details
        self.retry_after: int | None = None

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.name, **self.details}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class RateLimitedError(SlackError):
    """Too many calls: HTTP 429 with Retry-After in whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited", status=429)
        self.retry_after = retry_after
