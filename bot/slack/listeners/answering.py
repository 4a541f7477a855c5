"""What every listener answers with: work after the ack, an answer made a message, and the way back to Slack."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.services.answers import Answer
from bot.slack.blocks.answer import answer_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.links import Links
from bot.slack.replies import Replies
from bot.slack.work import Work


@dataclass(frozen=True, slots=True)
class Answering:
    """`links` is asked each time: the workspace's address is known only once Slack has told it."""

    replies: Replies
    work: Work
    links: Callable[[], Links]

    def message(self, answer: Answer) -> Message:
        return answer_message(answer, self.links())
