"""Posts what the outbox holds, and reads back what of it stands in a channel.

Each call is made once, and network trouble is an outcome. When to try again is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.core.delivery import FailureClass, Outcome
from bot.core.digest import MessageRef
from bot.language import Locale, speaking
from bot.services.ports import Found, Outgoing, Unreadable
from bot.slack.blocks.elements import Message
from bot.slack.blocks.facts import facts_message, with_notes
from bot.slack.blocks.links import Links
from bot.slack.outcomes import CLASS_OF_ERROR, outcome_of
from bot.slack.signature import Signer
from bot.slack.wire import Lost, Wire
from bot.slack.workspace import Refused, Workspace, objects, pages

NEEDS_A_PERSON = frozenset(
    {
        *(error for error, failure in CLASS_OF_ERROR.items() if failure is FailureClass.CHANNEL),
        "missing_scope",
        "method_not_supported_for_channel_type",
    }
)
"""Why a channel cannot be read, where time does not help. A dead token is not among them: while it lasts nothing is
sent either, and once it is replaced the channel can be read."""


@dataclass(frozen=True, slots=True)
class SlackSender:
    """The bot's hand in Slack. `workspace` uses the same wire; `console_url` is as in Links; `locale` is that of
    channels that have chosen none."""

    wire: Wire
    workspace: Workspace
    signer: Signer
    console_url: str | None = None
    locale: Locale = field(default_factory=Locale)

    def send(self, message: Outgoing) -> Outcome:
        """chat.postMessage or chat.update, once."""
        method = "chat.update" if message.edits else "chat.postMessage"
        return outcome_of(self.wire.call(method, self.arguments(message), as_json=True), message.channel)

    def read_back(
        self, channel: str, since: datetime, thread: MessageRef | None = None
    ) -> Sequence[Found] | Unreadable:
        """Every message of ours in the channel, or in the thread, since then: all pages of them, or none.

        Slack takes a `#name` for posting but not for reading, so a name is looked up.
        """
        identity = self.workspace.identity()
        if isinstance(identity, Refused):
            return _unreadable(identity)
        channel_id = self.workspace.resolve_channel(channel) if channel.startswith("#") else channel
        if isinstance(channel_id, Refused):
            return _unreadable(channel_id)
        if channel_id is None:
            return Unreadable("channel_not_found", is_lasting=True)
        arguments = {
            "channel": channel_id,
            "oldest": f"{since.timestamp():.6f}",
            "inclusive": "true",
            "include_all_metadata": "true",
            **({"ts": thread.ts} if thread else {}),
        }
        found = []
        for page in pages(self.wire, "conversations.replies" if thread else "conversations.history", arguments):
            if isinstance(page, Refused):
                return () if page.error == "thread_not_found" else _unreadable(page)
            for posted in objects(page, "messages"):
                mark, ts = self.signer.mark_in(posted.get("metadata")), posted.get("ts")
                if mark and isinstance(ts, str) and posted.get("bot_id") == identity.bot_id:
                    found.append(Found(mark, MessageRef(channel_id, ts), has_replies=bool(posted.get("reply_count"))))
        return found

    def delete(self, ref: MessageRef) -> bool:
        """Remove a message of ours; true also when it is gone already."""
        answer = self.wire.call("chat.delete", {"channel": ref.channel, "ts": ref.ts}, as_json=True)
        return not isinstance(answer, Lost) and (answer.is_ok or answer.error == "message_not_found")

    def arguments(self, message: Outgoing) -> dict[str, Any]:
        """What is asked of Slack. Names become neither links nor mentions, and nothing unfolds below the message."""
        rendered = self._rendered(message)
        arguments = {"text": rendered.text, "blocks": rendered.blocks, "parse": "none", "link_names": False}
        if message.edits:
            # An edit says no metadata: then Slack keeps what there is, and the message can still be found by its key.
            return {**arguments, "channel": message.edits.channel, "ts": message.edits.ts}
        return {
            **arguments,
            "channel": message.channel,
            "metadata": self.signer.metadata(message.mark),
            "unfurl_links": False,
            "unfurl_media": False,
            **({"thread_ts": message.thread.ts, "reply_broadcast": message.is_broadcast} if message.thread else {}),
        }

    def _rendered(self, message: Outgoing) -> Message:
        links, locale = Links(self.workspace.url, self.console_url), message.locale.otherwise(self.locale)
        with speaking(locale.language, locale.zone):
            rendered = facts_message(message.facts, message.form, links, is_reply=message.thread is not None)
            return with_notes(rendered, may_repeat=message.may_repeat, instead_of=message.instead_of)


def _unreadable(refused: Refused) -> Unreadable:
    return Unreadable(refused.error, is_lasting=refused.error in NEEDS_A_PERSON)
