"""What a line of the table of commands consists of, and what the function that answers it works with."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Clock
from bot.core.flapping import FlappingRule
from bot.core.permissions import Action
from bot.services.acknowledge import Acknowledge
from bot.services.answers import CommandHelp
from bot.services.audit_alerts import AuditAlerts
from bot.services.authority import Permit
from bot.services.desk_answers import DeskAnswer
from bot.services.manage_silences import ManageSilences
from bot.services.manage_subscriptions import ManageSubscriptions
from bot.services.reach import Reach
from bot.services.requests import Request
from bot.services.rerun import Rerun
from bot.services.schedule_digests import DigestTimes
from bot.store.engine import Database


@dataclass(frozen=True, slots=True)
class Tools:
    """What answers are made with."""

    database: Database
    clock: Clock
    times: DigestTimes
    poll_every: timedelta
    auditor: Callable[[], AuditAlerts]
    reach: Reach
    subscriptions: ManageSubscriptions
    silences: ManageSilences
    acknowledging: Acknowledge
    rerunning: Rerun
    flapping: FlappingRule = field(default_factory=FlappingRule)
    auditing: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words after the command's name, the page of a long answer, and that whoever asks may."""

    words: Sequence[str]
    permit: Permit
    page: int = 1

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def request(self) -> Request:
        return self.permit.request


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table.

    `action` is what has to be permitted, `own_action` instead where people do it for themselves. `called` is what else
    it goes by in plain words. `answer` raises NotUnderstood, saying what is accepted; that is shown with the help.
    """

    name: str
    usage: str
    summary: str
    example: str
    action: Action
    answer: Callable[[Tools, Asked], DeskAnswer]
    called: tuple[str, ...] = ()
    own_action: Action | None = None

    @property
    def help(self) -> CommandHelp:
        return CommandHelp(self.usage, self.summary, self.example)
