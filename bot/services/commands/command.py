"""What a line of the table of commands consists of, and what the function that answers it works with."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bot.clock import Clock
from bot.core.flapping import FlappingRule
from bot.services.answers import Answer, CommandHelp
from bot.services.audit_alerts import AuditAlerts
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
    flapping: FlappingRule = field(default_factory=FlappingRule)
    auditing: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words after the command's name."""

    words: Sequence[str]

    @property
    def text(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table. `answer` raises NotUnderstood, saying what is accepted; that is shown with the help."""

    help: CommandHelp
    answer: Callable[[Tools, Asked], Answer]

    @property
    def name(self) -> str:
        return self.help.usage.partition(" ")[0]
