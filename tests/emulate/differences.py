"""Where our Slack stand-in and `emulate` answer differently, who is right by Slack's documentation, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Difference:
    """`pattern` is as in fnmatch, over the lines of `differences`."""

    pattern: str
    right: Right
    why: str


NOT_READ = "Slack sends these; the bot does not read them, so the stand-in leaves them out"

DIFFERENCES = (
    Difference(
        "auth.test: only here *",
        Right.OURS,
        "auth.test answers bot_id to a bot's token, and is_enterprise_install (Slack docs, auth.test)",
    ),
    Difference(
        "auth.test with*: * here, ok there",
        Right.OURS,
        "a token that Slack does not know is refused with invalid_auth, none with not_authed; there any is an admin",
    ),
    Difference(
        "conversations.*: only here channel*is_*shared",
        Right.OURS,
        "a conversation says whether it is shared with another workspace (Slack docs, conversation object)",
    ),
    Difference("conversations.*: only there channel*", Right.THEIRS, NOT_READ),
    Difference(
        "users.*: only here *",
        Right.OURS,
        "a user says whether they are a guest or a stranger, and their zone (Slack docs, user object)",
    ),
    Difference("users.*: only there *.profile.*", Right.THEIRS, NOT_READ),
    Difference(
        "*: only here *blocks.*block_id",
        Right.OURS,
        "Slack gives a block_id to each block that comes without (Slack docs, blocks)",
    ),
    Difference(
        "*: only here message*bot_id",
        Right.OURS,
        "a message by an app carries its bot_id (Slack docs, message event); the bot knows its own by it",
    ),
    Difference(
        "*: only here message*.latest_reply",
        Right.OURS,
        "the first message of a thread carries latest_reply, reply_users_count and thread_ts (conversations.replies)",
    ),
    Difference("*: only here message*.reply_users_count", Right.OURS, "as above"),
    Difference("*: only here message*.thread_ts", Right.OURS, "as above"),
    Difference("conversations.history: only here pin_count", Right.OURS, "as in the documented example"),
    Difference(
        "conversations.replies: only here response_metadata.next_cursor",
        Right.BOTH,
        "an empty cursor and none both mean that this is the last page (Slack docs, Pagination)",
    ),
    Difference(
        "conversations.replies: only there messages.*.metadata.*",
        Right.OURS,
        "metadata comes only with include_all_metadata (Slack docs, conversations.replies)",
    ),
    Difference(
        "conversations.replies of none: thread_not_found here, ok there",
        Right.OURS,
        "thread_not_found is documented for a ts that is no message (Slack docs, conversations.replies)",
    ),
    Difference(
        "views.publish: only there view.*",
        Right.BOTH,
        "null fields of a modal in a Home view: the documented example has them, no app needs them",
    ),
    Difference(
        "a method that is none: unknown_method here, None there",
        Right.OURS,
        "unknown_method, as ok: false (Slack docs, Web API, errors)",
    ),
)
