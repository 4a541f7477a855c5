"""Slack as the bot meets it here: its next request meets the fate that the enumeration has chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted, Unclear
from bot.core.digest import MessageRef
from bot.services.ports import Found, Outgoing, Unreadable
from tests.delivery.history import History, with_sent, without
from tests.doubles import FakeClock


class Fate(Enum):
    """What becomes of a request."""

    ANSWERED = "answered"
    REFUSED = "refused unread"
    VANISHED = "never arrives"
    UNCONFIRMED = "done, but the reply is lost"
    FAILED = "done, but answered with a 500"
    LATE = "done late, and the reply is lost"


class Method(Enum):
    """What Slack is asked to do, and the fates that make a difference to it."""

    SEND = tuple(Fate)
    READ = (Fate.ANSWERED, Fate.VANISHED)
    DELETE = (Fate.ANSWERED, Fate.VANISHED, Fate.UNCONFIRMED)


OnCall = Callable[[Method, str, Mapping[str, History]], None]
"""Told of each moment of a request ("before", "during", "after"), with what will have reached Slack if the process that
asks dies at that moment: each possibility by its name."""


@dataclass(slots=True)
class Slack:
    """The next request meets `fate`, the ones after it are answered.

    Without a reply a request takes `timeout`; what is done late is done `late_by` after the sender's socket closed.
    """

    clock: FakeClock
    timeout: timedelta
    late_by: timedelta
    on_call: OnCall
    history: History
    fate: Fate

    def send(self, message: Outgoing) -> Outcome:
        fate = self._begin(Method.SEND)
        at_once = with_sent(self.history, message, self.clock.now)
        late = with_sent(self.history, message, self.clock.now + self.late_by)
        possible = {"never arrives": self.history, "arrives": at_once, "arrives late": late}
        self.on_call(Method.SEND, "during", possible)
        if fate in (Fate.VANISHED, Fate.UNCONFIRMED, Fate.LATE):
            self.clock.advance(self.timeout)
        if fate in (Fate.ANSWERED, Fate.UNCONFIRMED, Fate.FAILED):
            self.history = at_once
        elif fate is Fate.LATE:
            self.history = with_sent(self.history, message, self.clock.now + self.late_by)
        self._end(Method.SEND)
        match fate:
            case Fate.ANSWERED:
                ref = message.edits or at_once[-1].ref
                return Posted(ref.channel, ref.ts)
            case Fate.REFUSED:
                return NotPosted(FailureClass.TRANSIENT, fate.value)
            case _:
                return Unclear(fate.value)

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        fate = self._begin(Method.READ)
        now, parents = self.clock.now, {message.thread for message in self.history}
        found = [
            Found(message.mark, message.ref, has_replies=message.ref in parents)
            for message in self.history
            if (message.ref.channel, message.thread) == (channel, thread)
            if message.is_visible(now) and message.shown_at >= since
        ]
        if fate is Fate.VANISHED:
            self.clock.advance(self.timeout)
        self._end(Method.READ)
        return Unreadable(fate.value, is_lasting=False) if fate is Fate.VANISHED else found

    def delete(self, ref: MessageRef) -> bool:
        fate = self._begin(Method.DELETE)
        deleted = without(self.history, ref, self.clock.now)
        self.on_call(Method.DELETE, "during", {"never arrives": self.history, "arrives": deleted})
        if fate is not Fate.ANSWERED:
            self.clock.advance(self.timeout)
        if fate is not Fate.VANISHED:
            self.history = deleted
        self._end(Method.DELETE)
        return fate is Fate.ANSWERED

    def _begin(self, method: Method) -> Fate:
        self.on_call(method, "before", {"": self.history})
        fate, self.fate = self.fate, Fate.ANSWERED
        return fate

    def _end(self, method: Method) -> None:
        self.on_call(method, "after", {"": self.history})
