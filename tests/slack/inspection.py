"""What is wrong with something rendered, held against Slack's rules without a server. See tests/block_kit."""

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.blocks.elements import Message
from tests.block_kit.surfaces import message_problems, view_problems


def body(message: Message) -> Mapping[str, Any]:
    return {"text": message.text, "blocks": list(message.blocks)}


def problems(shown: Message | Mapping[str, Any]) -> list[str]:
    """Of a message, or of a modal or Home tab. What JSON cannot say raises."""
    sent = json.loads(json.dumps(body(shown) if isinstance(shown, Message) else shown))
    return view_problems(sent) if "type" in sent else message_problems(sent)
