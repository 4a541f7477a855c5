"""Answers to people: through the response URL of a command or click, or as a message where they wrote to the bot.

Unlike what the outbox holds, an answer that gets lost both ways is logged and forgotten: whoever asked can ask again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk.webhook import WebhookClient

from bot.slack.blocks.elements import Message
from bot.slack.wire import Lost, Wire

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Replies:
    wire: Wire

    def back(
        self,
        user_id: str,
        response_url: str | None,
        message: Message,
        *,
        replace: bool = False,
        is_shared: bool = False,
    ) -> None:
        """Answer where somebody clicked or typed. App Home has no such place, and a response URL lives half an hour
        (Slack docs, "Handling user interaction"), which a modal may outlive: then in the conversation with the bot."""
        if response_url is None or not self.to_url(response_url, message, replace=replace, is_shared=is_shared):
            self.to_event({"channel": user_id, "channel_type": "im"}, message)

    def to_url(self, response_url: str, message: Message, *, replace: bool = False, is_shared: bool = False) -> bool:
        """Answer for the person's eyes only, or for everybody in the channel; `replace` puts it in the place of the
        message that was clicked. Whether Slack took it."""
        body = {
            "response_type": "in_channel" if is_shared else "ephemeral",
            "replace_original": replace and not is_shared,
            "text": message.text,
            "blocks": list(message.blocks),
        }
        try:
            answer = WebhookClient(response_url, timeout=round(self.wire.timeout), ssl=self.wire.tls).send_dict(body)
        except (OSError, HTTPException) as error:
            log.warning("an answer was lost on the way to Slack: %s", error)
            return False
        if answer.status_code != 200:
            log.warning("Slack did not take an answer: HTTP %s %s", answer.status_code, answer.body)
        return answer.status_code == 200

    def to_event(self, event: Mapping[str, Any], message: Message, *, is_shared: bool = False) -> None:
        """Answer a message: in the conversation with the bot just so, in a channel for the person's eyes only, or,
        where it is shared, in the message's thread."""
        is_direct = event.get("channel_type") == "im"
        is_public = is_direct or is_shared
        thread = event.get("thread_ts") or (event.get("ts") if is_shared and not is_direct else None)
        arguments = {
            "channel": event["channel"],
            "text": message.text,
            "blocks": message.blocks,
            **({"thread_ts": thread} if thread else {}),
            "parse": "none",
            **({"unfurl_links": False, "unfurl_media": False} if is_public else {"user": event["user"]}),
        }
        self._call("chat.postMessage" if is_public else "chat.postEphemeral", arguments)

    def _call(self, method: str, arguments: Mapping[str, Any]) -> None:
        answer = self.wire.call(method, arguments, as_json=True)
        if isinstance(answer, Lost) or not answer.is_ok:
            log.warning("%s did not work: %s", method, answer.error)
