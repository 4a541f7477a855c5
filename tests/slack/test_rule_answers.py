"""How answers about subscriptions, reasons and what-ifs look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.comparison import ComparedIncident
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.elements import Message
from tests.slack.rule_samples import ANSWERS, INCIDENT, SIMULATION
from tests.slack.samples import LINKS, NOON, ORDERS


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_about_rules_looks_as_agreed(name: str, golden: Callable[[str, Message], None]) -> None:
    golden(name, answer_message(ANSWERS[name], LINKS))


def test_a_span_of_no_length_is_no_difference() -> None:
    alike = ComparedIncident(ORDERS.name, INCIDENT, NOON, NOON)
    assert alike.later_by == timedelta()
    assert replace(SIMULATION, incidents=(alike,)).later == ()
