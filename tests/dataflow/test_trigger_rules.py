"""What getTriggers says of a trigger becomes a rule, or none: never a wrong one."""

import json
from datetime import time
from typing import Any

import pytest

from bot.core.recurrence import Interval, Recurrence, ScheduledTrigger
from bot.dataflow import payloads


def read(rule: Any) -> ScheduledTrigger:
    item = {"triggerId": "t1", "name": "nightly", "type": "SCHEDULED", "triggerRule": rule}
    [trigger] = payloads.triggers_page(json.dumps({"list": [item]}).encode(), "test").items
    return trigger


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"interval": "HOUR", "time": "05"}, Recurrence(Interval.HOUR, time(0, 5))),
        ({"interval": "DAY", "time": "10:00"}, Recurrence(Interval.DAY, time(10))),
        ({"interval": "DAY", "time": "10:00:30"}, Recurrence(Interval.DAY, time(10, 0, 30))),
        (
            {"interval": "WEEK", "time": "07:30", "dayOfWeek": ["MONDAY", "SUNDAY"]},
            Recurrence(Interval.WEEK, time(7, 30), frozenset({0, 6})),
        ),
        (
            {"interval": "MONTH", "time": "00:00", "dateOfMonth": 31},
            Recurrence(Interval.MONTH, time(), day_of_month=31),
        ),
        (
            {"interval": "MONTH", "time": "00:00", "dateOfMonth": -1},
            Recurrence(Interval.MONTH, time(), day_of_month=-1),
        ),
        ({"interval": "MONTH", "time": "0:00", "dateOfMonth": "7"}, Recurrence(Interval.MONTH, time(), day_of_month=7)),
    ],
)
def test_a_recurring_trigger_has_a_rule(rule: dict[str, Any], expected: Recurrence) -> None:
    assert read({"type": "RECURRING", **rule}) == ScheduledTrigger("t1", "nightly", expected)


@pytest.mark.parametrize(
    "rule",
    [
        None,
        [],
        "RECURRING",
        {"type": "NONE"},
        {"type": "ONE_TIME", "executionDate": "2030-01-01T10:00:00+09:00"},
        {"type": "RECURRING"},
        {"type": "RECURRING", "interval": "YEAR", "time": "10:00"},
        {"type": "RECURRING", "interval": "DAY", "time": "25:00"},
        {"type": "RECURRING", "interval": "DAY", "time": "10"},
        {"type": "RECURRING", "interval": "HOUR", "time": "60"},
        {"type": "RECURRING", "interval": "HOUR", "time": ""},
        {"type": "RECURRING", "interval": "WEEK", "time": "10:00", "dayOfWeek": ["MONDAY", "FUNDAY"]},
        {"type": "RECURRING", "interval": "MONTH", "time": "10:00", "dateOfMonth": 0},
        {"type": "RECURRING", "interval": "MONTH", "time": "10:00"},
    ],
)
def test_what_cannot_be_read_as_a_rule_is_none(rule: Any) -> None:
    assert read(rule) == ScheduledTrigger("t1", "nightly", None)
