"""The page as a person uses it: by what is written on it and by roles, never by classes."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from bot.demo.stage import Stage

expect.set_options(timeout=30_000)  # milliseconds: a poll, a delivery and an edit may lie between two things one sees


@dataclass(frozen=True, slots=True)
class Screen:
    page: Page
    stage: Stage

    def become(self, person: str) -> None:
        who = self.page.get_by_role("combobox", name="You are")
        chosen = who.locator("option").filter(has_text=person).get_attribute("value") or ""
        who.select_option(value=chosen)
        expect(who).to_have_value(chosen)  # the page asks for that person's view first

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The newest message with these words."""
        return self.page.get_by_role("article").filter(has_text=text).last

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        found = self.message(text)
        expect(found).to_be_visible()
        return found

    def type(self, line: str) -> None:
        box = self.page.get_by_role("combobox", name=re.compile("^Message"))
        box.fill(line)
        box.press("Enter")

    def let(self, workflow: str, what: str) -> None:
        """Press a button beside a workflow: Start, Fail, Run long, Cancel, Complete."""
        names = {
            "Start": f"Start {workflow}",
            "Fail": f"Start {workflow} and let it fail",
            "Run long": f"Start {workflow} and let it run long",
            "Cancel": f"Cancel the run of {workflow}",
            "Complete": f"Complete the run of {workflow}",
        }
        self.page.get_by_role("button", name=names[what], exact=True).click()

    def go_to(self, place: str) -> None:
        self.page.get_by_role("navigation", name="Channels").get_by_role("button", name=re.compile(place)).click()

    def dialog(self) -> Locator:
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        return dialog
