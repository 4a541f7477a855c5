"""A browser before the demo's page: the system's Chromium, the real bot, and no request that leaves the machine."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from bot.demo.page_server import Offer, PageServer
from bot.demo.stage import Stage, set_stage
from bot.demo.story import load
from bot.services.commands.table import ALL_HELP
from bot.slack.listeners.shortcuts import EXPLAIN, NAMES
from tests.browser.screen import Screen

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
READY_WITHIN = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="there is no Chromium on this machine"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", type=Path, default=None, help="folder that takes the pictures of the page")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """The demo without its story: what happens in the account is up to the test. Everybody reads English at first."""
    with set_stage(load()) as stage:
        wait_for_the_bot(stage)
        yield stage


@pytest.fixture(scope="module")
def address(stage: Stage) -> Iterator[str]:
    with page_address(stage) as address:
        yield address


@contextmanager
def page_address(stage: Stage) -> Iterator[str]:
    shortcuts = tuple((callback, name, callback == EXPLAIN) for callback, name in NAMES.items())
    with PageServer(stage.clouds, Offer(tuple((each.usage, each.summary) for each in ALL_HELP), shortcuts)) as page:
        yield page.address


def wait_for_the_bot(stage: Stage) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while not stage.is_ready():
        stage.bot.require()
        assert time.monotonic() < deadline, stage.bot.log.read_text()
        time.sleep(0.2)


@contextmanager
def opened(browser: Browser, address: str, *, width: int = 1280, theme: str = "light") -> Iterator[Page]:
    """A page that may talk to the demo only; whatever its scripts complain of fails the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if theme == "dark" else "light"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: complaints.append(request.url) if _leaves(request, address) else None)
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def screen(browser: Browser, address: str, stage: Stage) -> Iterator[Screen]:
    with opened(browser, address) as page:
        yield Screen(page, stage)


def _leaves(request: Request, address: str) -> bool:
    return not request.url.startswith((address, "data:", "blob:"))
