"""What the services need of the two networks. The real ends are bot/dataflow and bot/slack; wiring joins them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.core.delivery import Facts, Outcome
from bot.core.model import Execution, Workflow
from bot.core.retry import Form

Item_co = TypeVar("Item_co", covariant=True)


class Listing(Protocol[Item_co]):
    """What a listing of the API held, and the items in it that could not be read, as "path: reason"."""

    @property
    def items(self) -> Sequence[Item_co]: ...
    @property
    def skipped(self) -> Sequence[object]: ...


class ExecutionSource(Protocol):
    """The Data Flow API, for reading. Every method raises a DataFlowError when there is no usable answer."""

    @property
    def clock_offset(self) -> timedelta:
        """How far the API's clock is ahead of ours."""

    def workflows(self) -> Listing[Workflow]: ...
    def executions(self, workflow_id: str) -> Listing[Execution]: ...
    def execution(self, workflow_id: str, job_id: str, job_execution_id: str) -> Execution:
        """One execution; raises ApiNotFound when the API no longer knows it."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to post: facts, not blocks. `channel` is Slack's id where we know it, else the configured name."""

    key: str
    channel: str
    facts: Facts
    form: Form = Form.BLOCKS
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that stands in a channel."""

    key: str
    ts: str


class MessageSender(Protocol):
    """Slack, for posting. Network trouble is an outcome, never an exception."""

    def send(self, message: Outgoing) -> Outcome:
        """Post once, without retries, within the time-out."""

    def read_back(self, channel: str, since: datetime) -> Sequence[Found] | None:
        """Every message of ours in the channel since then; None when they could not all be read."""

    def delete(self, channel: str, ts: str) -> bool:
        """Remove a message of ours; returns whether it is gone."""
