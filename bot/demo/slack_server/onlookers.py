"""Who looks on, in this process, at everything that apps ask for in any workspace, also at what is refused then.

Tests hold all of it against the rules from here. Nothing in the workspaces depends on it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any


class Asked(StrEnum):
    MESSAGE = "message"
    """The arguments of chat.postMessage, chat.update or chat.postEphemeral."""
    ANSWER = "answer"
    """What came to a response URL, or with the ack of a command or click."""
    VIEW = "view"
    """A modal or a Home tab."""


Onlooker = Callable[[Asked, Mapping[str, Any]], None]

_onlookers: list[Onlooker] = []


def look_on(onlooker: Onlooker) -> None:
    """From now on; it is called in the threads of the servers, and must not raise."""
    _onlookers.append(onlooker)


def show(asked: Asked, content: Mapping[str, Any]) -> None:
    for onlooker in _onlookers:
        onlooker(asked, content)
