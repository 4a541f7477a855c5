"""What people look at besides messages: modals and the Home tab, shown through views.*.

As with answers, what gets lost is logged and forgotten: whoever asked can ask again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.slack.wire import Lost, Reply, Wire

log = logging.getLogger(__name__)

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """Whether a tab is there, and how many seconds Slack asks us to wait before the next one."""

    is_shown: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    wire: Wire

    def open(self, trigger_id: str, view: View) -> str | None:
        """A modal's id; None when it did not open. A trigger lives three seconds (Slack docs, views.open): nothing slow
        may come before."""
        answer = self._call("views.open", {"trigger_id": trigger_id, "view": view})
        opened = answer.body.get("view") if isinstance(answer, Reply) and answer.is_ok else None
        return str(opened["id"]) if isinstance(opened, Mapping) and opened.get("id") else None

    def update(self, view_id: str, view: View) -> None:
        """Show another view in a modal's place."""
        self._call("views.update", {"view_id": view_id, "view": view})

    def publish(self, user_id: str, view: View) -> Published:
        """The Home tab of a person."""
        answer = self._call("views.publish", {"user_id": user_id, "view": view})
        return Published(answer.is_ok, answer.retry_after) if isinstance(answer, Reply) else Published(is_shown=False)

    def _call(self, method: str, arguments: Mapping[str, Any]) -> Reply | Lost:
        answer = self.wire.call(method, arguments, as_json=True)
        if isinstance(answer, Lost) or not answer.is_ok:
            log.warning("%s did not work: %s", method, answer.error)
        return answer
