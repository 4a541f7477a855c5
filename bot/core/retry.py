"""When a message that could not be posted is tried again, or why it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.delivery import FailureClass, NotPosted

LONGEST_WAIT = timedelta(seconds=3)
"""While Slack is down each channel asks this often, so that what piled up is told seconds after its return."""

LONGEST_RATE_LIMIT = timedelta(seconds=30)
CHANNEL_PROBE = timedelta(hours=1)
TOKEN_PROBE = timedelta(minutes=1)


class Form(StrEnum):
    """How richly a message is rendered. What Slack refuses in one form is tried in the next plainer one."""

    CHART = "chart"
    """Blocks with a chart among them, for messages that have one: Slack lets workspaces show charts bit by bit."""
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
class PostAnew:
    """The message that was to be edited, or replied to, cannot be: say it in a message of its own."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Trying again cannot help: the message becomes a dead letter, kept and shown."""

    reason: str


NextStep = RetryAt | PostAnew | GiveUp


def after_failure(failed: NotPosted, attempts: int, form: Form, now: datetime, *, jitter: float) -> NextStep:
    """What follows a refusal. `attempts` counts this one; `jitter` is uniform in [0, 1), so that this stays pure."""
    match failed.failure:
        case FailureClass.TRANSIENT:
            return RetryAt(now + back_off(attempts, LONGEST_WAIT, jitter), Scope.CHANNEL, form)
        case FailureClass.RATE_LIMITED:
            return RetryAt(now + _rate_limit(failed, attempts, jitter), Scope.CHANNEL, form)
        case FailureClass.TOKEN:
            return RetryAt(now + TOKEN_PROBE, Scope.WORKSPACE, form)
        case FailureClass.CHANNEL:
            return RetryAt(now + CHANNEL_PROBE, Scope.CHANNEL, form)
        case FailureClass.EDIT:
            return PostAnew()
        case FailureClass.MESSAGE:
            plainer = form.plainer
            return RetryAt(now, Scope.MESSAGE, plainer) if plainer else GiveUp(failed.error)


def back_off(attempts: int, longest: timedelta, jitter: float) -> timedelta:
    """Twice as long after each attempt, up to `longest`, of which the upper half is chance."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), longest) * (0.5 + jitter / 2)


def _rate_limit(failed: NotPosted, attempts: int, jitter: float) -> timedelta:
    if failed.retry_after is None:
        return back_off(attempts, LONGEST_RATE_LIMIT, jitter)
    return timedelta(seconds=failed.retry_after)
