"""What the messages look like, in full: read the files in golden/ to see them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.core.alerting import Alert
from bot.core.retry import Form
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.facts import facts_message, with_notes
from bot.slack.blocks.links import Links
from bot.slack.home.view import home_view
from tests.slack import incident_samples, samples
from tests.slack.home.homes import BUSY, QUIET, VIEWER

HOMES = {"quiet": QUIET, "busy": BUSY}
Golden = Callable[[str, Message | Mapping[str, Any]], None]

FORMS = [form for form in Form if form is not Form.CHART]
"""Of what has no chart, which is everything but the digest."""

ALERTS = {"alert": samples.ALERT, "alert_late": samples.LATE, "alert_bare": samples.BARE}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_looks_as_agreed(name: str, form: Form, golden: Golden) -> None:
    golden(f"{name}_{form}", facts_message(ALERTS[name], form, Links()))


def test_an_alert_leads_to_the_console_where_an_address_is_configured(golden: Golden) -> None:
    golden("alert_with_console", facts_message(samples.ALERT, Form.BLOCKS, samples.LINKS))


def test_a_message_in_doubt_or_in_another_place_says_so(golden: Golden) -> None:
    message = facts_message(samples.ALERT, Form.BLOCKS, Links())
    golden("alert_with_notes", with_notes(message, may_repeat=True, instead_of="#broken"))


def test_a_run_that_hit_its_time_limit_is_said_to(golden: Golden) -> None:
    execution = samples.execution()
    at_limit = replace(execution, job=replace(execution.job, timeout_minutes=12))
    golden("alert_time_limit", facts_message(Alert(samples.ORDERS.name, at_limit, samples.NOON), Form.BLOCKS, Links()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", incident_samples.CARDS)
def test_a_card_looks_as_agreed(name: str, form: Form, golden: Golden) -> None:
    golden(f"{name}_{form}", facts_message(incident_samples.CARDS[name], form, samples.LINKS))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", incident_samples.TOLD)
def test_what_is_told_beside_the_cards_looks_as_agreed(name: str, form: Form, golden: Golden) -> None:
    golden(f"{name}_{form}", facts_message(incident_samples.TOLD[name], form, samples.LINKS))


@pytest.mark.parametrize("form", FORMS)
def test_an_alert_in_a_thread_is_two_lines(form: Form, golden: Golden) -> None:
    golden(f"alert_reply_{form}", facts_message(samples.LATE, form, samples.LINKS, is_reply=True))


@pytest.mark.parametrize("form", Form)
def test_a_digest_looks_as_agreed(form: Form, golden: Golden) -> None:
    golden(f"digest_{form}", facts_message(samples.DIGEST, form, samples.LINKS))


@pytest.mark.parametrize("form", Form)
def test_the_digest_of_a_quiet_day_says_that_it_was_quiet(form: Form, golden: Golden) -> None:
    golden(f"digest_quiet_{form}", facts_message(samples.QUIET, form, Links()))


@pytest.mark.parametrize("form", FORMS)
def test_a_catch_up_looks_as_agreed(form: Form, golden: Golden) -> None:
    golden(f"catch_up_{form}", facts_message(samples.CATCH_UP, form, Links()))
    golden(f"catch_up_page_{form}", facts_message(samples.CATCH_UP_PAGE, form, Links()))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", samples.NOTICES)
def test_a_notice_looks_as_agreed(form: Form, name: str, golden: Golden) -> None:
    golden(f"notice_{name}_{form}", facts_message(samples.NOTICES[name], form, Links()))


@pytest.mark.parametrize("name", samples.ANSWERS)
def test_an_answer_looks_as_agreed(name: str, golden: Golden) -> None:
    golden(name, answer_message(samples.ANSWERS[name], samples.LINKS))


@pytest.mark.parametrize("name", HOMES)
def test_the_home_tab_looks_as_agreed(name: str, golden: Golden) -> None:
    golden(f"home_{name}", home_view(HOMES[name], VIEWER, samples.LINKS))
