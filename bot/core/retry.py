"""When a message that could not be posted is tried again, or why it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.delivery import FailureClass, NotPosted

LONGEST_WAIT = timedelta(minutes=5)
CHANNEL_PROBE = timedelta(hours=1)
TOKEN_PROBE = timedelta(minutes=1)


class Form(StrEnum):
    """How richly a message is rendered. What Slack refuses in one form is tried in the next plainer one."""

    BLOCKS = "blocks"
    TEXT = "text"
    LINE = "line"

    @property
    def plainer(self) -> "Form | None":
        forms = list(Form)
        position = forms.index(self) + 1
        return forms[position] if position < len(forms) else None


class Scope(StrEnum):
    """What has to wait: this message, everything for the channel, or everything."""

    MESSAGE = "message"
    CHANNEL = "channel"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Try again at a time, in this form; until then the whole scope waits."""

    at: datetime
    scope: Scope
    form: Form


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again cannot help: the message becomes a dead letter, kept and shown."""

    reason: str


def after_failure(failed: NotPosted, attempts: int, form: Form, now: datetime, *, jitter: float) -> RetryAt | GiveUp:
    """What follows a refusal. `attempts` counts this one; `jitter` is uniform in [0, 1), so that this stays pure."""
    match failed.failure:
        case FailureClass.RATE_LIMITED:
            wait = (
                timedelta(seconds=failed.retry_after) if failed.retry_after is not None else back_off(attempts, jitter)
            )
            return RetryAt(now + wait, Scope.CHANNEL, form)
        case FailureClass.TOKEN:
            return RetryAt(now + TOKEN_PROBE, Scope.WORKSPACE, form)
        case FailureClass.CHANNEL:
            return RetryAt(now + CHANNEL_PROBE, Scope.CHANNEL, form)
        case FailureClass.MESSAGE:
            plainer = form.plainer
            return RetryAt(now, Scope.MESSAGE, plainer) if plainer else GiveUp(failed.error)
        case FailureClass.TRANSIENT:
            return RetryAt(now + back_off(attempts, jitter), Scope.CHANNEL, form)


def back_off(attempts: int, jitter: float) -> timedelta:
    """Twice as long after each attempt, up to five minutes, of which the upper half is chance."""
    longest = min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_WAIT)
    return longest * (0.5 + jitter / 2)
