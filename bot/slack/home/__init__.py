"""App Home: what is on it, and keeping it so for those who look at it."""

from typing import Any

from bot.services.answers import Answer
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.elements import divider, header
from bot.slack.blocks.links import Links


def home_view(status: Answer, commands: Answer) -> dict[str, Any]:
    blocks = [
        header("Data Flow"),
        *answer_message(status, Links()).blocks,
        divider(),
        *answer_message(commands, Links()).blocks,
    ]
    return {"type": "home", "blocks": blocks}
