"""What else a message may have in Slack, drawn on the page: files, images, reactions, replies shown in the channel."""

import base64
import re

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.demo.slack_server.files import File
from bot.demo.stage import CHANNEL, READER
from tests.browser.conftest import opened
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""


def with_a_picture(screen: Screen) -> File:
    files = screen.stage.slack.workspace.files
    files["F1"] = File(id="F1", name="runs.png", size=len(DOT), title="Runs of a week", content=DOT, is_complete=True)
    return files["F1"]


def test_a_file_and_an_image_block_show_their_picture_with_its_text(screen: Screen) -> None:
    workspace, file = screen.stage.slack.workspace, with_a_picture(screen)
    block = {"type": "image", "block_id": "i", "slack_file": {"id": file.id}, "alt_text": "Runs as a chart"}
    channel = workspace.channel(CHANNEL)
    workspace.post(channel, workspace.bot.id, "as a file", files=(file.render(),))
    workspace.post(channel, workspace.bot.id, "as a block", blocks=(block,))
    for alternative in ("Runs of a week", "Runs as a chart"):
        picture = screen.page.get_by_role("img", name=alternative)
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_reactions_are_counted_below_the_message(screen: Screen) -> None:
    workspace = screen.stage.slack.workspace
    reader = workspace.person(READER).id
    reactions = {"eyes": (reader, workspace.bot.id), "tada": (reader,)}
    workspace.post(workspace.channel(CHANNEL), workspace.bot.id, "look at this", reactions=reactions)
    reacted = screen.message("look at this").get_by_role("group", name="Reactions")
    expect(reacted).to_contain_text("👀 2")
    expect(reacted).to_contain_text("🎉 1")


def test_a_reply_that_is_shown_in_the_channel_too_says_so(screen: Screen) -> None:
    workspace = screen.stage.slack.workspace
    channel = workspace.channel(CHANNEL)
    first = workspace.post(channel, workspace.bot.id, "the beginning")
    workspace.post(channel, workspace.bot.id, "and its end", thread_ts=first.ts, is_broadcast=True)
    expect(screen.message("and its end")).to_contain_text("replied to a thread")
    expect(screen.message("the beginning")).to_contain_text("1 reply")


def test_names_in_a_question_keep_their_underscores(screen: Screen) -> None:
    workspace = screen.stage.slack.workspace
    confirm = {"title": plain("Run?"), "text": plain("This starts orders_daily_load now."), "confirm": plain("Yes")}
    button = {"type": "button", "action_id": "a", "text": plain("Ask me"), "confirm": {**confirm, "deny": plain("No")}}
    actions = {"type": "actions", "block_id": "b", "elements": [button]}
    workspace.post(workspace.channel(CHANNEL), workspace.bot.id, "a question", blocks=(actions,))
    screen.page.get_by_role("article", name=re.compile("a question")).get_by_role("button", name="Ask me").click()
    expect(screen.dialog()).to_contain_text("orders_daily_load")


def test_the_conversation_with_the_bot_is_one_click_away_also_the_first_time(screen: Screen) -> None:
    screen.go_to("Messages")
    expect(screen.page.get_by_role("combobox", name="Message Data Flow")).to_be_visible()


def test_nothing_can_be_pressed_before_the_page_knows_whose_it_is(browser: Browser, address: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    with opened(browser, address) as page:
        page.route("**/changes?*", hold)
        page.reload()
        expect(page.get_by_role("status")).to_have_text("Waiting for the demo…")
        expect(page.get_by_role("button")).to_have_text(["Dark"])
        held.pop().continue_()
        page.get_by_role("button", name=re.compile("Messages")).click()
        expect(page.get_by_role("combobox", name="Message Data Flow")).to_be_visible()


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}
