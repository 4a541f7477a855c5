"""What stands below an answer: buttons that share it or turn its pages, and, once shared, what was asked."""

from collections.abc import Iterator
from dataclasses import replace

from bot.language import _
from bot.services.answer_commands import Reply
from bot.services.page import Page
from bot.slack.blocks.answer import COMMAND
from bot.slack.blocks.elements import BUTTON_VALUE_LIMIT, Block, Message, actions, button, context, section
from bot.slack.text import code

SHARE = "answer:share"
PREVIOUS = "answer:previous"
NEXT = "answer:next"
ASKED = 300
LONGEST_QUESTION = BUTTON_VALUE_LIMIT - 20
"""With room for the number of a page."""


def framed(message: Message, reply: Reply) -> Message:
    """The answer as its reader gets it. A shared one has no buttons: its next page would be everybody's."""
    if not reply.again or len(reply.again) > LONGEST_QUESTION:
        return message
    blocks = message.blocks or (section(message.text),)
    if reply.is_shared:
        return replace(message, blocks=(*(block for block in blocks if block["type"] != "actions"), _asked(reply)))
    return replace(message, blocks=(*blocks, *_row(reply)))


def _row(reply: Reply) -> Iterator[Block]:
    if buttons := list(_buttons(reply)):
        yield actions(buttons)


def _asked(reply: Reply) -> Block:
    return context(_("Shared answer to {question}").format(question=code(f"{COMMAND} {reply.again}", ASKED)))


def _buttons(reply: Reply) -> Iterator[Block]:
    page = reply.page or Page(1, 1)
    if page.number > 1:
        yield button(_("◀ Previous"), PREVIOUS, f"{reply.again} --page {page.number - 1}", _("Show the page before"))
    if page.number < page.count:
        yield button(_("Next ▶"), NEXT, f"{reply.again} --page {page.number + 1}", _("Show the next page"))
    if reply.can_be_shared:
        shown = f"{reply.again} --page {page.number}" if page.number > 1 else reply.again
        yield button(_("Share"), SHARE, shown, _("Show this answer to everybody in this channel"))
