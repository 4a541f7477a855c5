"""A line of the log: who changed what, or was refused to. What stands there are facts, which the log's reader words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.people import Person
from bot.core.permissions import Reason

State = Mapping[str, str | int | bool | None]
"""What something was before a change, or is after it: flat, by short names. A time is in ISO 8601, with its zone."""


class LogVerdict(StrEnum):
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`target` is what it was done to, as a person would name it: a workflow, a channel's id, an execution's id.

    `called` is the person's name then, `channel_id` where it was asked for. `action` is an Action, or one that a later
    version no longer knows.
    `before` and `after` are None where there was nothing, or nothing is left.
    """

    at: datetime
    person: Person
    called: str
    channel_id: str | None
    action: str
    target: str
    verdict: LogVerdict
    reason: Reason
    before: State | None = None
    after: State | None = None
