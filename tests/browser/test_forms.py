"""What people change from the page: mutes, settings, App Home, and in which language they are answered."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ORDERS = "orders-daily-load"
LOGS = "log-compaction"
FEATURES = "ml-feature-refresh"
DIGEST_COMES_WITHIN = 100_000  # milliseconds: at a full minute, and not before the bot is up


def failed(screen: Screen, workflow: str) -> Locator:
    screen.let(workflow, "Fail")
    return screen.sees(re.compile(f"FAILED: {workflow}"))


def test_a_mute_from_the_card_is_shown_on_it_and_ended_there(screen: Screen) -> None:
    card = failed(screen, ORDERS)
    mute = card.get_by_role("combobox", name="Mute")
    ends = mute.locator("option").all_text_contents()
    assert ends[1:] == ["for 30 minutes", "for 4 hours", "until tomorrow 9:00", "until a date and time …"]
    mute.select_option("for 4 hours")
    expect(card).to_contain_text("Muted until")
    expect(screen.sees("Only visible to you")).to_contain_text("is muted until")
    card.get_by_role("button", name="Unmute").click()
    expect(card).not_to_contain_text("Muted until")
    screen.sees(re.compile("The mute of .* has ended"))


def test_a_mute_may_end_at_a_date_and_time(screen: Screen) -> None:
    card = failed(screen, LOGS)
    card.get_by_role("combobox", name="Mute").select_option("until a date and time …")
    dialog = screen.dialog()
    until = dialog.get_by_label("Mute until")
    proposed = until.input_value()
    until.fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="Mute").click()
    expect(dialog.get_by_role("alert")).to_contain_text("within a year")
    until.fill(proposed)
    dialog.get_by_role("button", name="Mute").click()
    expect(dialog).to_have_count(0)
    expect(card).to_contain_text("Muted until")


def test_a_mistake_in_the_settings_is_shown_beside_its_field_and_then_they_are_saved(screen: Screen) -> None:
    screen.type("/dataflow settings")
    dialog = screen.dialog()
    wait = dialog.get_by_label(re.compile("^Wait for a recovery"))
    wait.fill("soon")
    dialog.get_by_role("button", name="Save").click()
    expect(wait).to_have_accessible_description(re.compile("10m or 1h30m"))
    expect(wait).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("alert")).to_have_count(1)
    wait.fill("1m")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog).to_contain_text("In the last 7 days")
    expect(wait).to_have_value("1m")
    wait.fill("")
    dialog.get_by_label("From which failure in a row on").fill("2")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    saved = screen.sees("Settings saved")
    saved.get_by_role("button", name="Undo").click()
    expect(screen.message("Settings saved").get_by_text("2 now")).to_have_count(0)


def test_home_shows_an_open_incident_and_takes_an_acknowledgement(screen: Screen) -> None:
    failed(screen, FEATURES)
    screen.go_to("Home")
    home = screen.page.get_by_role("region", name="Data Flow, Home")
    expect(home).to_contain_text(re.compile(f"FAILED: {FEATURES}.*Nobody has acknowledged it", re.DOTALL))
    home.get_by_role("button", name="Acknowledge").first.click()
    expect(home).to_contain_text("Acknowledged by Kim Mina")
    home.get_by_role("button", name="Undo acknowledge").first.click()
    expect(home.get_by_role("button", name="Undo acknowledge")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "refusal"),
    [("English", "Guests and people of other workspaces"), ("한국어", "게스트")],
    ids=["english", "korean"],
)
def test_a_guest_is_refused_in_the_language_of_their_slack(screen: Screen, language: str, refusal: str) -> None:
    """Of a guest each: for up to two minutes the bot remembers in which language somebody reads."""
    name = f"guest-{'en' if language == 'English' else 'ko'}"
    screen.stage.slack.workspace.add_user(name, is_restricted=True)
    screen.become(name)
    speaks = screen.page.get_by_role("combobox", name="Language")
    speaks.select_option(language)
    expect(speaks.locator("option:checked")).to_have_text(language)
    screen.type(f"/dataflow mute {ORDERS} for 4h")
    expect(screen.sees("Only visible to you")).to_contain_text(refusal)
    screen.type(f"/dataflow runs {LOGS} 2")
    screen.sees(re.compile(f"Only visible to you.*{LOGS}"))


@pytest.mark.parametrize(("person", "answer"), [("Jun", "workflows"), ("Nari", "워크플로")])
def test_each_is_answered_in_their_own_language(screen: Screen, person: str, answer: str) -> None:
    if person == "Nari":
        screen.stage.slack.workspace.add_user("nari", real_name="Nari", locale="ko-KR")
    screen.become(person)
    screen.type("/dataflow status")
    expect(screen.sees("Only visible to you")).to_contain_text(answer)


def test_both_shortcuts_lead_to_an_answer(screen: Screen) -> None:
    screen.become("Jun")
    message = screen.sees("I am watching Data Flow")
    message.hover()
    message.get_by_role("button", name="Explain this alert").click()
    screen.sees("Only visible to you")
    screen.page.get_by_role("button", name="Ask about a workflow").click()
    dialog = screen.dialog()
    expect(dialog.get_by_role("combobox").first).to_be_visible()
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_digest_comes_with_its_chart(screen: Screen) -> None:
    digest = screen.page.get_by_role("article").filter(has_text="📊").last
    expect(digest).to_contain_text("Runs by outcome", timeout=DIGEST_COMES_WITHIN)
    expect(digest.get_by_role("img").first).to_be_visible()
