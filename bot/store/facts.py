"""The facts of a message as JSON text in the outbox, and back."""

import msgspec

from bot.core.alerting import Alert
from bot.core.blindness import Blind
from bot.core.catch_up import CatchUp, CatchUpPage
from bot.core.delivery import Facts, Notice, Purpose
from bot.core.digest import Digest
from bot.core.telling import HeldSummary, Overdue, Recovery, Reminder

_TYPES: dict[Purpose, type[Facts]] = {
    Purpose.ALERT: Alert,
    Purpose.CATCH_UP: CatchUp,
    Purpose.CATCH_UP_PAGE: CatchUpPage,
    Purpose.RECOVERY: Recovery,
    Purpose.REMINDER: Reminder,
    Purpose.HELD: HeldSummary,
    Purpose.OVERDUE: Overdue,
    Purpose.BLIND: Blind,
    Purpose.DIGEST: Digest,
    Purpose.NOTICE: Notice,
}


def purpose_of(facts: Facts) -> Purpose:
    return next(purpose for purpose, kind in _TYPES.items() if isinstance(facts, kind))


def encode(facts: Facts) -> str:
    return msgspec.json.encode(facts).decode()


def decode(purpose: Purpose, text: str) -> Facts:
    return msgspec.json.decode(text, type=_TYPES[purpose])
