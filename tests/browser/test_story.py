"""The story of an alert as people see it in a browser: from failure to recovery, and what they can do about it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

# "FAILED: …" is what a card says; the digest, which comes at a full minute, says "FAILED …".
ORDERS = "orders-daily-load"
SALES = "일별 매출 집계"


def test_a_failure_is_shown_acknowledged_and_recovers_on_the_same_card(screen: Screen) -> None:
    screen.let(ORDERS, "Fail")
    card = screen.sees(f"FAILED: {ORDERS}")
    card.get_by_text("Acknowledge", exact=True).click()
    expect(card).to_contain_text("Kim Mina")

    screen.let(ORDERS, "Start")
    recovered = screen.sees(re.compile(f"RECOVERED.*{ORDERS}"))
    expect(recovered).to_contain_text("(edited)")
    recovered.get_by_role("button", name=re.compile(r"\d repl")).click()
    expect(screen.page.get_by_role("log", name="Messages in the thread")).to_contain_text("RECOVERED")


def test_somebody_who_may_only_read_is_told_so_and_changes_nothing(screen: Screen) -> None:
    screen.let(SALES, "Fail")
    screen.become("Jun")
    card = screen.sees(f"FAILED: {SALES}")
    card.get_by_text("Acknowledge", exact=True).click()
    answer = screen.sees("Only visible to you")
    expect(answer).to_contain_text("OPERATOR")
    expect(card).not_to_contain_text("Park Jun")


def test_runs_are_paged_through_by_their_buttons(screen: Screen) -> None:
    screen.become("Jun")
    screen.type(f"/dataflow runs {ORDERS} 3")
    answer = screen.sees(f"Runs of {ORDERS}")
    answer.get_by_role("button", name=re.compile("Older")).click()
    expect(screen.message(f"Runs of {ORDERS}")).to_contain_text("number 4")


def test_a_command_is_completed_while_it_is_typed(screen: Screen) -> None:
    box = screen.page.get_by_role("combobox", name=re.compile("^Message"))
    box.press_sequentially("/dataflow dig")
    expect(screen.page.get_by_role("listbox", name="Commands").get_by_role("option")).to_have_count(1)
    box.press("Tab")
    expect(box).to_have_value("/dataflow digest ")


def test_messages_that_came_while_one_was_elsewhere_are_counted(screen: Screen) -> None:
    screen.go_to("data-team")
    screen.let("log-compaction", "Fail")
    channel = screen.page.get_by_role("button", name=re.compile("data-alerts"))
    expect(channel.get_by_label(re.compile("unread"))).to_be_visible()
    channel.click()
    expect(channel.get_by_label(re.compile("unread"))).to_have_count(0)


def test_when_slack_is_down_nothing_comes_and_when_it_is_back_nothing_is_missing(screen: Screen) -> None:
    switch = screen.page.get_by_role("switch", name=re.compile("Slack"))
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    screen.let("ml-feature-refresh", "Fail")
    screen.page.wait_for_timeout(6_000)
    expect(screen.page.get_by_role("article").filter(has_text="FAILED: ml-feature")).to_have_count(0)
    switch.click()
    screen.sees("FAILED: ml-feature-refresh")
