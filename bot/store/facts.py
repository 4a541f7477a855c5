"""The facts of a message as JSON text in the outbox, and back."""

import msgspec

from bot import typed_json
from bot.core.alerting import Alert
from bot.core.blindness import Blind
from bot.core.catch_up import CatchUp, CatchUpPage
from bot.core.delivery import Facts, Notice, NoticeKind, Purpose
from bot.core.digest import Digest
from bot.core.reruns import RerunNews
from bot.core.telling import HeldSummary, Maintenance, Overdue, Recovery, Reminder
from bot.core.trial import Trial

_TYPES: dict[Purpose, type[Facts]] = {
    Purpose.ALERT: Alert,
    Purpose.CATCH_UP: CatchUp,
    Purpose.CATCH_UP_PAGE: CatchUpPage,
    Purpose.RECOVERY: Recovery,
    Purpose.REMINDER: Reminder,
    Purpose.HELD: HeldSummary,
    Purpose.MAINTENANCE: Maintenance,
    Purpose.OVERDUE: Overdue,
    Purpose.BLIND: Blind,
    Purpose.DIGEST: Digest,
    Purpose.NOTICE: Notice,
    Purpose.RERUN: RerunNews,
    Purpose.TRIAL: Trial,
}


def purpose_of(facts: Facts) -> Purpose:
    return next(purpose for purpose, kind in _TYPES.items() if isinstance(facts, kind))


def encode(facts: Facts) -> str:
    return msgspec.json.encode(facts).decode()


def decode(purpose: Purpose, text: str) -> Facts:
    """What another version of the bot queued, and this one cannot read, is told as it stands: one such row must
    neither be lost nor hold up all that is behind it."""
    try:
        return typed_json.decode(text, _TYPES[purpose])
    except msgspec.DecodeError:
        return Notice(NoticeKind.UNREADABLE, purpose, text)
