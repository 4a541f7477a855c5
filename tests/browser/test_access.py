"""Everybody can use the page: with a keyboard alone, with a screen reader, on a narrow screen, in light and dark."""

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from bot.demo.stage import Stage
from tests.browser.conftest import opened
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

SERIOUS = ("serious", "critical")


def objections(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found if each["impact"] in SERIOUS]


@pytest.mark.parametrize(("width", "theme"), list(product((1280, 400), ("light", "dark"))))
def test_axe_finds_nothing_serious(browser: Browser, address: str, stage: Stage, width: int, theme: str) -> None:
    with opened(browser, address, width=width, theme=theme) as page:
        screen = Screen(page, stage)
        screen.type("/dataflow status")
        screen.sees("Only visible to you")
        assert objections(page) == []


@pytest.mark.parametrize("width", [400, 1280])
def test_nothing_sticks_out_at_the_side(browser: Browser, address: str, stage: Stage, width: int) -> None:
    with opened(browser, address, width=width) as page:
        screen = Screen(page, stage)
        screen.type("/dataflow workflows")
        screen.sees("Only visible to you")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_run_is_started_and_a_question_asked_with_the_keyboard_alone(screen: Screen) -> None:
    page = screen.page
    expect(page.get_by_role("button", name="Start orders-daily-load", exact=True)).to_be_visible()
    reach(page, "Message #data-alerts")
    page.keyboard.type("/dataflow help")
    page.keyboard.press("Enter")
    screen.sees("Only visible to you")
    reach(page, "Start orders-daily-load")
    page.keyboard.press("Enter")
    runs = page.get_by_role("list", name="Newest runs of orders-daily-load")
    expect(runs).to_contain_text(re.compile("READY|RUNNING"))


def reach(page: Page, name: str) -> None:
    """Press Tab until the element with this name has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.getAttribute('aria-label')") == name:
            return
    pytest.fail(f"the keyboard does not reach {name!r}")


def test_a_window_and_home_have_nothing_serious_for_axe_to_find(screen: Screen) -> None:
    screen.type("/dataflow settings")
    dialog = screen.dialog()
    expect(dialog.get_by_role("checkbox").first).to_be_visible()
    assert objections(screen.page) == []
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    screen.go_to("Home")
    expect(screen.page.get_by_role("region", name="Data Flow, Home").get_by_role("heading")).not_to_have_count(1)
    assert objections(screen.page) == []


def test_settings_are_changed_with_the_keyboard_alone(screen: Screen) -> None:
    page = screen.page
    reach(page, "Message #data-alerts")
    page.keyboard.type("/dataflow settings")
    page.keyboard.press("Enter")
    field = screen.dialog().get_by_label(re.compile("^Remind every"))
    expect(field).to_be_visible()
    tab_to(page, field)
    page.keyboard.type("2h")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    screen.sees("Settings saved")


def test_a_question_before_a_new_run_is_answered_with_the_keyboard_alone(screen: Screen) -> None:
    page = screen.page
    screen.let("warehouse-backfill", "Fail")
    rerun = screen.sees(re.compile("FAILED: warehouse-backfill")).get_by_role("button", name="Re-run")
    expect(rerun).to_be_visible()
    tab_to(page, rerun)
    page.keyboard.press("Enter")
    question = screen.dialog()
    expect(question).to_contain_text("Run warehouse-backfill again?")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(rerun).to_be_focused()
    page.keyboard.press("Enter")
    expect(question).to_be_visible()
    tab_to(page, question.get_by_role("button", name="Re-run"))
    page.keyboard.press("Enter")
    runs = page.get_by_role("list", name="Newest runs of warehouse-backfill")
    expect(runs).to_contain_text(re.compile("READY|RUNNING"))


def test_emoji_come_with_the_page_and_are_drawn(screen: Screen) -> None:
    """Some browsers know fonts of coloured glyphs that others draw as blanks."""
    assert screen.page.evaluate(
        """async () => {
            await document.fonts.load("40px Twemoji", "❌");
            const canvas = document.createElement("canvas").getContext("2d");
            canvas.font = "40px Twemoji";
            canvas.fillText("❌", 10, 60);
            const pixels = canvas.getImageData(0, 0, 100, 100).data;
            return pixels.some((value, index) => index % 4 === 0 && value > 150 && pixels[index + 2] < 120);
        }"""
    )


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(200):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard does not reach it")
