"""Takes the pictures in docs/images, of what stands in README and docs: the page as it is, in both languages.

Each is also a test, of what has to be there to be taken. They follow each other on one stage, as in a real channel.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot.demo.stage import Stage, set_stage
from bot.demo.story import load
from tests.browser.conftest import opened, page_address, wait_for_the_bot
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

ORDERS = "orders-daily-load"
SALES = "일별 매출 집계"
LOGS = "log-compaction"
LOCALES = {"en": "en-US", "ko": "ko-KR"}
DIGEST_COMES_WITHIN = 100_000  # milliseconds: at a full minute, and not before the bot is up


@dataclass(frozen=True, slots=True)
class Studio:
    """A stage whose channel and people speak one language."""

    browser: Browser
    folder: Path
    language: str
    stage: Stage
    address: str

    def take(self, screen: Screen, name: str) -> None:
        screen.page.mouse.move(0, 0)
        screen.page.evaluate("document.activeElement?.closest('dialog') || document.activeElement?.blur()")
        screen.page.screenshot(path=self.folder / f"{name}-{self.language}.png", animations="disabled", caret="hide")


@pytest.fixture(scope="module", params=list(LOCALES))
def studio(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Studio]:
    folder = request.config.getoption("--pictures")
    if folder is None:
        pytest.skip("no folder for pictures is given: make screenshots")
    with set_stage(load(), {"LANGUAGE": request.param}) as stage, page_address(stage) as address:
        wait_for_the_bot(stage)
        for person in stage.slack.workspace.people.values():
            person.locale = LOCALES[request.param]
        yield Studio(browser, folder, request.param, stage, address)


@pytest.fixture
def screen(studio: Studio) -> Iterator[Screen]:
    with opened(studio.browser, studio.address) as page:
        yield Screen(page, studio.stage)


def card_of(screen: Screen, workflow: str) -> Locator:
    return screen.sees(re.compile(f"(FAILED|실패): {workflow}"))


def test_an_alert_is_acknowledged_and_recovers(studio: Studio, screen: Screen) -> None:
    screen.let(ORDERS, "Fail")
    card = card_of(screen, ORDERS)
    studio.take(screen, "alert")
    card.locator(".button.primary").click()
    expect(card).to_contain_text("Kim Mina")
    studio.take(screen, "acknowledged")
    screen.let(ORDERS, "Start")
    recovered = screen.sees(re.compile("RECOVERED|복구"))
    recovered.get_by_role("button", name=re.compile(r"\d repl")).click()
    expect(screen.page.get_by_role("log", name="Messages in the thread").get_by_role("article")).to_have_count(2)
    studio.take(screen, "recovered")


def test_a_failing_job_is_muted(studio: Studio, screen: Screen) -> None:
    screen.let(SALES, "Fail")
    card = card_of(screen, SALES)
    card.get_by_role("combobox").select_option(index=2)
    expect(card).to_contain_text(re.compile("Muted|음소거.*까지"))
    studio.take(screen, "mute")


def test_runs_are_listed(studio: Studio, screen: Screen) -> None:
    screen.type(f"/dataflow runs {ORDERS} 5")
    screen.sees(re.compile(f"Runs of {ORDERS}|{ORDERS}.*실행 이력, 최신순"))
    studio.take(screen, "runs")


def test_settings_with_a_mistake_are_refused(studio: Studio, screen: Screen) -> None:
    screen.type("/dataflow settings")
    dialog = screen.dialog()
    dialog.locator("input[type=text]").first.fill("soon")
    dialog.locator("button[type=submit]").click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_role("alert").scroll_into_view_if_needed()
    studio.take(screen, "settings")
    screen.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_home_shows_what_is_wrong_and_what_is_muted(studio: Studio, screen: Screen) -> None:
    screen.let(LOGS, "Fail")
    card_of(screen, LOGS)
    screen.go_to("Home")
    expect(screen.page.get_by_role("region", name=re.compile("Home"))).to_contain_text(LOGS)
    studio.take(screen, "home")


def test_the_digest_comes_with_its_chart(studio: Studio, screen: Screen) -> None:
    digest = screen.page.get_by_role("article").filter(has_text=re.compile("📊")).last
    expect(digest.get_by_role("img")).to_be_visible(timeout=DIGEST_COMES_WITHIN)
    digest.evaluate("message => message.scrollIntoView()")
    studio.take(screen, "digest")


def test_it_fits_a_narrow_dark_screen(studio: Studio) -> None:
    with opened(studio.browser, studio.address, width=400, theme="dark") as page:
        screen = Screen(page, studio.stage)
        card_of(screen, LOGS).evaluate("message => message.scrollIntoView()")
        studio.take(screen, "narrow")
