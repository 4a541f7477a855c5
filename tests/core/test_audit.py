"""What the audit calls a gap, and how long alerts took."""

from datetime import timedelta

import pytest

from bot.core.audit import AuditReport, Expected, Gap, GapKind, StoredAlert, count_visible, delays, find_gaps
from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryState, Purpose, message_key
from tests.doubles import START, an_ended_execution

SECOND = timedelta(seconds=1)
KEY = message_key("C1", Purpose.ALERT, "e1")
TS = "1772413241.000100"
SENT = StoredAlert(DeliveryState.SENT, TS)


def expected(alert: StoredAlert | None, *, is_stored: bool = True) -> Expected:
    return Expected(an_ended_execution(at=START), "orders", "C1", KEY, is_stored, alert)


@pytest.mark.parametrize(
    ("failure", "visible", "unread", "kind"),
    [
        (expected(SENT), {KEY}, set(), None),
        (expected(SENT), {carried_mark(KEY)}, set(), None),
        (expected(StoredAlert(DeliveryState.FOLDED, TS)), {carried_mark(KEY)}, set(), None),
        (expected(SENT), set(), {"C1"}, None),  # nobody looked
        (expected(SENT), set(), {"C2"}, GapKind.NOT_VISIBLE),
        (expected(SENT), {"another"}, set(), GapKind.NOT_VISIBLE),
        (expected(None, is_stored=False), set(), set(), GapKind.NOT_STORED),
        (expected(None), set(), set(), GapKind.NOT_QUEUED),
        (expected(StoredAlert(DeliveryState.PENDING, None)), set(), set(), GapKind.WAITING),
        (expected(StoredAlert(DeliveryState.SENDING, None)), set(), {"C1"}, GapKind.WAITING),
        (expected(StoredAlert(DeliveryState.UNCLEAR, None)), set(), set(), GapKind.WAITING),
        (expected(StoredAlert(DeliveryState.FOLDED, None)), set(), set(), GapKind.WAITING),
        (expected(StoredAlert(DeliveryState.DEAD, None)), set(), set(), GapKind.GIVEN_UP),
    ],
)
def test_a_failure_that_nobody_can_see_is_a_gap(
    failure: Expected, visible: set[str], unread: set[str], kind: GapKind | None
) -> None:
    assert find_gaps([failure], visible, unread) == ([Gap(kind, failure)] if kind else [])


@pytest.mark.parametrize(
    ("failure", "visible", "count"),
    [
        (expected(SENT), {KEY}, 1),
        (expected(SENT), set(), 0),
        (expected(StoredAlert(DeliveryState.UNCLEAR, None)), {KEY}, 0),  # it waits to be looked for, and is a gap
    ],
)
def test_visible_is_what_was_seen_and_is_no_gap(failure: Expected, visible: set[str], count: int) -> None:
    assert count_visible([failure], visible) == count


def test_delays_run_from_the_end_of_a_run_to_its_message() -> None:
    def told_after(seconds: int) -> Expected:
        return expected(StoredAlert(DeliveryState.SENT, f"{START.timestamp() + seconds:.6f}"))

    median, slowest = delays([told_after(seconds) for seconds in (5, 1, 130, -3)] + [expected(None)])
    assert (median, slowest) == (3 * SECOND, 130 * SECOND)
    assert delays([expected(None)]) == (None, None)


@pytest.mark.parametrize(
    ("gaps", "unread", "unasked", "is_complete"),
    [
        ((), (), (), True),
        ((Gap(GapKind.WAITING, expected(None)),), (), (), False),
        ((), (("C1", "missing_scope"),), (), False),
        ((), (), (("orders", "no connection"),), False),
    ],
)
def test_an_audit_is_complete_when_everybody_was_asked_and_nothing_is_missing(
    gaps: tuple[Gap, ...], unread: tuple[tuple[str, str], ...], unasked: tuple[tuple[str, str], ...], is_complete: bool
) -> None:
    report = AuditReport(START, START, 1, 1, None, None, gaps, None, unread, unasked)
    assert report.is_complete is is_complete
