"""Everybody can use the page: with a keyboard alone, with a screen reader, on a narrow screen, in light and dark."""

import re
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.demo.stage import Stage
from tests.browser.conftest import opened
from tests.browser.screen import PATIENCE, Screen

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
    expect(page.get_by_role("button", name="Start orders-daily-load", exact=True)).to_be_visible(timeout=PATIENCE)
    reach(page, "Message #data-alerts")
    page.keyboard.type("/dataflow help")
    page.keyboard.press("Enter")
    screen.sees("Only visible to you")
    reach(page, "Start orders-daily-load")
    page.keyboard.press("Enter")
    runs = page.get_by_role("list", name="Newest runs of orders-daily-load")
    expect(runs).to_contain_text(re.compile("READY|RUNNING"), timeout=PATIENCE)


def reach(page: Page, name: str) -> None:
    """Press Tab until the element with this name has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.getAttribute('aria-label')") == name:
            return
    pytest.fail(f"the keyboard does not reach {name!r}")
