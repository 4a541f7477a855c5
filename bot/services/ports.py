"""What the services need of the two networks. The real ends are bot/dataflow and bot/slack; wiring joins them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.core.delivery import Facts, Outcome
from bot.core.digest import MessageRef
from bot.core.model import Execution, Workflow
from bot.core.picture import Picture
from bot.core.recurrence import ScheduledTrigger
from bot.core.retry import Form
from bot.language import Locale

Item_co = TypeVar("Item_co", covariant=True)


class Listing(Protocol[Item_co]):
    """What a listing of the API held, and the items in it that could not be read, as "path: reason"."""

    @property
    def items(self) -> Sequence[Item_co]: ...
    @property
    def skipped(self) -> Sequence[object]: ...


class News(Listing[Execution], Protocol):
    """Executions that are new or different since the listing was read last, and what it looks like now."""

    @property
    def picture(self) -> Picture: ...


class Counts(Protocol):
    """Ended runs of a span, as the API's own statistics count them."""

    @property
    def completed(self) -> int: ...
    @property
    def failed(self) -> int: ...


class ExecutionSource(Protocol):
    """The Data Flow API, for reading. Every method raises a DataFlowError when there is no usable answer."""

    @property
    def clock_offset(self) -> timedelta:
        """How far the API's clock is ahead of ours."""

    def workflows(self) -> Listing[Workflow]: ...
    def triggers(self) -> Listing[ScheduledTrigger]: ...
    def executions(self, workflow_id: str) -> Listing[Execution]: ...
    def news(self, workflow_id: str, last: Picture | None) -> News:
        """What is new in the listing of executions since it looked like `last`; all of it where that is None."""

    def execution(self, workflow_id: str, job_id: str, job_execution_id: str) -> Execution:
        """One execution; raises ApiNotFound when the API no longer knows it."""

    def execution_counts(self, start: datetime, end: datetime) -> Counts: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message says about itself in its metadata: its key, the alerts folded into it (`carried_mark`), whether
    it only makes sense with its thread, and since when the bot watches, for the day on which the database is lost."""

    key: str
    watching_since: datetime
    carries: tuple[str, ...] = ()
    heads_thread: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """Whatever can be looked for: its own key, and what stands for those that it carries."""
        return (self.key, *self.carries)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to post: facts, not blocks. `channel` is Slack's id where we know it, else the configured name.

    `thread` is the message to reply to, in the channel as well when `is_broadcast`; `edits` is the one to change;
    `instead_of` names the broken channel that this one stands in for. `locale` is what the channel has chosen.
    """

    mark: Mark
    channel: str
    facts: Facts
    form: Form = Form.BLOCKS
    may_repeat: bool = False
    instead_of: str | None = None
    thread: MessageRef | None = None
    edits: MessageRef | None = None
    is_broadcast: bool = False
    locale: Locale = field(default_factory=Locale)


@dataclass(frozen=True, slots=True)
class Found:
    """A message of ours that stands in Slack, with its mark verified. In its thread there may be more of ours."""

    mark: Mark
    ref: MessageRef
    has_replies: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in a channel could not be read, and why. `is_lasting` when only a person can change that."""

    reason: str
    is_lasting: bool


class MessageSender(Protocol):
    """Slack, for posting. Network trouble is an outcome, never an exception."""

    def send(self, message: Outgoing) -> Outcome:
        """Post or edit once, without retries, within the time-out."""

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        """Every message of ours in the channel, or in the thread, since then: all pages of them, or none."""

    def delete(self, ref: MessageRef) -> bool:
        """Remove a message of ours; returns whether it is gone."""
