"""The bot's mark in the metadata of what it posts: written, signed, and verified when it is read back.

Without the signature anyone's app could suppress an alert by posting its key first.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.services.ports import Mark

EVENT_TYPE = "dataflow_bot_message"
_PURPOSE = b"dataflow-bot: marks of messages"
_ALWAYS = ("key", "watching_since", "carries")
_HEADS_THREAD = "heads_thread"  # only where it applies


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with a key derived from the bot token, so that nothing more has to be kept secret."""

    token: str = field(repr=False)

    def metadata(self, mark: Mark) -> dict[str, Any]:
        """Strings only, and short: Slack documents that there is a limit, but not which."""
        payload = {
            "key": mark.key,
            "watching_since": mark.watching_since.isoformat(),
            "carries": " ".join(mark.carries),
            **({_HEADS_THREAD: "yes"} if mark.heads_thread else {}),
        }
        return {"event_type": EVENT_TYPE, "event_payload": {**payload, "signature": self._signature(payload)}}

    def mark_in(self, metadata: object) -> Mark | None:
        """The mark that this metadata vouches for; None when it is not ours or not genuine."""
        if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
            return None
        payload = metadata.get("event_payload")
        if not isinstance(payload, Mapping):
            return None
        signed = {name: payload.get(name) for name in (*_ALWAYS, *({_HEADS_THREAD} & payload.keys()))}
        signature = payload.get("signature")
        if not isinstance(signature, str) or not hmac.compare_digest(
            signature.encode(errors="replace"), self._signature(signed).encode()
        ):
            return None
        return Mark(
            str(signed["key"]),
            datetime.fromisoformat(str(signed["watching_since"])),
            (*str(signed["carries"]).split(),),
            heads_thread=_HEADS_THREAD in signed,
        )

    def _signature(self, payload: Mapping[str, object]) -> str:
        derived = hmac.digest(self.token.encode(), _PURPOSE, "sha256")
        message = "\n".join(f"{name}={payload[name]}" for name in sorted(payload))
        return hmac.new(derived, message.encode(errors="replace"), "sha256").hexdigest()
