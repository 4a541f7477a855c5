"""What holds an alert back, and until when."""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from bot.core.alerting import Decision, Reason, Verdict, hold_back
from bot.core.rules import QuietHours, Rules, Subscription
from bot.core.silence import Silence, SilenceKind
from tests.doubles import START

HOUR = timedelta(hours=1)
ALWAYS_OPEN = Subscription(1, "C1")
QUIET = Subscription(1, "C1", rules=Rules(quiet=QuietHours(time(9), time(13), "Asia/Seoul")))  # it is 10:00 there

SHORT = Silence(1, SilenceKind.MUTE, START - HOUR, START + HOUR)
LONG = replace(SHORT, silence_id=2, ends_at=START + 5 * HOUR)
WINDOW = Silence(3, SilenceKind.MAINTENANCE, START - HOUR, START + 2 * HOUR)


def held(reason: Reason, hours: int, silence: Silence | None = None) -> Decision:
    return Decision(Verdict.HOLD, reason, START + hours * HOUR, silence)


@pytest.mark.parametrize(
    ("subscription", "covering", "decision"),
    [
        pytest.param(ALWAYS_OPEN, [], None, id="nothing"),
        pytest.param(ALWAYS_OPEN, [SHORT], held(Reason.MUTED, 1, SHORT), id="a mute"),
        pytest.param(ALWAYS_OPEN, [SHORT, LONG], held(Reason.MUTED, 5, LONG), id="of two mutes the longer"),
        pytest.param(ALWAYS_OPEN, [WINDOW], held(Reason.MAINTENANCE, 2, WINDOW), id="a window"),
        pytest.param(ALWAYS_OPEN, [SHORT, WINDOW], held(Reason.MAINTENANCE, 2, WINDOW), id="a window beyond a mute"),
        pytest.param(QUIET, [], held(Reason.QUIET_HOURS, 3), id="quiet hours"),
        pytest.param(QUIET, [SHORT], held(Reason.MUTED, 1, SHORT), id="a mute before quiet hours"),
    ],
)
def test_the_silence_that_ends_last_holds_back_else_quiet_hours(
    subscription: Subscription, covering: list[Silence], decision: Decision | None
) -> None:
    assert hold_back(subscription, covering, START) == decision


def test_quiet_hours_that_are_over_hold_nothing_back() -> None:
    assert hold_back(QUIET, [], START + 3 * HOUR) is None
