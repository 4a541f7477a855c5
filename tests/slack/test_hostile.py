"""Whatever the API calls things: every message fits, and no name is more than text."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.core.alerting import Alert
from bot.core.catch_up import ALERTS_PER_PAGE, CatchUpPage, FoldedRun, PageJob
from bot.core.delivery import Facts
from bot.core.model import ExecutionStatus
from bot.core.retry import Form
from bot.demo.slack_server.blocks import block_problems
from bot.services.answers import Answer
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.facts import facts_message, with_notes
from bot.slack.home import home_view
from bot.slack.text import mention
from tests.slack import hostile, samples
from tests.slack.hostile import assert_harmless, assert_slack_takes

few = settings(deadline=None, max_examples=30, phases=[Phase.explicit, Phase.reuse, Phase.generate])
"""Not shrunk: with values of this size that takes minutes, and the assertion shows the message."""

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")


@few
@given(hostile.alerts)
def test_every_alert_fits_and_is_harmless_in_every_form(alert: Alert) -> None:
    for form in Form:
        message = with_notes(facts_message(alert, form, samples.LINKS), may_repeat=True, instead_of="#data-alerts")
        assert_slack_takes(message)
        assert_harmless(message)


@few
@given(hostile.alerts)
def test_every_alert_in_a_thread_fits_and_is_harmless_in_every_form(alert: Alert) -> None:
    for form in Form:
        message = with_notes(facts_message(alert, form, samples.LINKS, is_reply=True), may_repeat=True)
        assert_slack_takes(message)
        assert_harmless(message)


@few
@given(hostile.cards)
def test_every_card_fits_and_is_harmless_in_every_form(card: Alert) -> None:
    for form in Form:
        message = facts_message(card, form, samples.LINKS)
        assert_slack_takes(with_notes(message, may_repeat=True, instead_of="#data-alerts"))
        assert_harmless(message, mention=mention(card.mention or ""))


@few
@given(hostile.told)
def test_whatever_is_told_beside_the_cards_fits_and_is_harmless_in_every_form(facts: Facts) -> None:
    for form in Form:
        message = with_notes(facts_message(facts, form, samples.LINKS), may_repeat=True, instead_of="#data-alerts")
        assert_slack_takes(message)
        assert_harmless(message)


@few
@given(st.one_of(hostile.cards, hostile.told))
def test_the_plainest_form_of_them_is_one_short_line(facts: Facts) -> None:
    message = facts_message(facts, Form.LINE, samples.LINKS)
    assert "\n" not in message.text
    assert len(message.text) <= 300
    assert not message.blocks


@few
@given(hostile.alerts)
def test_the_plainest_alert_is_one_short_line(alert: Alert) -> None:
    message = facts_message(alert, Form.LINE, samples.LINKS)
    assert "\n" not in message.text
    assert len(message.text) <= 300
    assert not message.blocks


@few
@given(st.one_of(hostile.digests, hostile.notices, hostile.catch_ups))
def test_whatever_else_is_posted_fits_and_is_harmless_in_every_form(facts: Facts) -> None:
    for form in Form:
        message = with_notes(facts_message(facts, form, samples.LINKS), may_repeat=True, instead_of="#data-alerts")
        assert_slack_takes(message)
        assert_harmless(message)


@few
@given(hostile.catch_up_pages)
def test_every_page_of_a_catch_up_fits_and_is_harmless_in_every_form(facts: CatchUpPage) -> None:
    for form in Form:
        message = with_notes(facts_message(facts, form, samples.LINKS), may_repeat=True, instead_of="#data-alerts")
        assert_slack_takes(message, text_limit=12_000)
        assert_harmless(message)


@pytest.mark.parametrize("jobs", [1, 17, ALERTS_PER_PAGE])
@pytest.mark.parametrize("form", [Form.BLOCKS, Form.TEXT])
def test_every_failure_on_a_full_page_has_its_line(jobs: int, form: Form) -> None:
    runs = [FoldedRun(f"ex{number:010d}", ExecutionStatus.FAILED, samples.NOON) for number in range(ALERTS_PER_PAGE)]
    parts = [
        PageJob(f"a workflow with the number {job}", "a-rather-long-job-name", (*runs[job::jobs],))
        for job in range(jobs)
    ]
    message = facts_message(CatchUpPage(1, 1, tuple(parts), ()), form, samples.LINKS)
    assert_slack_takes(message, text_limit=12_000)
    shown = message.text if form is Form.TEXT else str(message.blocks)
    assert all(run.job_execution_id in shown for run in runs)


@few
@given(hostile.answers)
def test_every_answer_fits_and_is_harmless(answer: Answer) -> None:
    message = answer_message(answer, samples.LINKS)
    assert_slack_takes(message)
    assert_harmless(message)


@few
@given(hostile.answers, hostile.answers)
def test_the_home_tab_fits_whatever_it_shows(status: Answer, commands: Answer) -> None:
    blocks = home_view(status, commands)["blocks"]
    assert len(blocks) <= 100
    assert list(block_problems(blocks, "home", "/blocks")) == []
