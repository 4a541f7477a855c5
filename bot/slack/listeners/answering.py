"""What every listener answers with: who asks, work after the ack, an answer made a message, the way back to Slack."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.answer_commands import Reply
from bot.services.desk_answers import DeskAnswer
from bot.slack.asking import Asking
from bot.slack.blocks.desk import desk_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.frame import framed
from bot.slack.blocks.links import Links
from bot.slack.replies import Replies
from bot.slack.work import Work


@dataclass(frozen=True, slots=True)
class Answering:
    """`links` is asked each time: the workspace's address is known only once Slack has told it."""

    replies: Replies
    work: Work
    links: Callable[[], Links]
    asking: Asking

    def message(self, answer: DeskAnswer) -> Message:
        return desk_message(answer, self.links())

    def framed(self, reply: Reply) -> Message:
        """With the buttons that belong below it."""
        return framed(self.message(reply.answer), reply)
