"""What every listener answers with: who asks, work after the ack, an answer made a message, the way back to Slack."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.language import _, speaking
from bot.services.answer_commands import Reply
from bot.services.desk_answers import DeskAnswer
from bot.services.requests import Request
from bot.slack.asking import Asking
from bot.slack.blocks.desk import desk_message
from bot.slack.blocks.elements import Message
from bot.slack.blocks.frame import framed
from bot.slack.blocks.links import Links
from bot.slack.replies import Replies
from bot.slack.screen import Screen, View
from bot.slack.work import Json, Work


@dataclass(frozen=True, slots=True)
class Answering:
    """`links` is asked each time: the workspace's address is known only once Slack has told it."""

    replies: Replies
    screen: Screen
    work: Work
    links: Callable[[], Links]
    asking: Asking

    def message(self, answer: DeskAnswer) -> Message:
        return desk_message(answer, self.links())

    def framed(self, reply: Reply) -> Message:
        """With the buttons that belong below it."""
        return framed(self.message(reply.answer), reply)

    @contextmanager
    def asked_by(self, body: Json) -> Iterator[Request]:
        """Whoever sent this, spoken to in their own language and zone. Not before an ack: Slack may be asked for it."""
        request = self.asking.request(body)
        with speaking(request.asker.language, request.asker.zone):
            yield request

    def in_modal(self, body: Json, waiting: View, view: Callable[[Request], View]) -> None:
        """A modal at once, and what it is to show when we know who looks: a trigger lives three seconds."""

        def opened() -> None:
            view_id = self.screen.open(body["trigger_id"], waiting)
            with self.asked_by(body) as request:
                if view_id:
                    self.screen.update(view_id, view(request))
                else:
                    unopened = Message(_("Slack did not open the window. Please try again."))
                    self.replies.back(request.user_id, body.get("response_url"), unopened)

        self.work.start(body, opened)
