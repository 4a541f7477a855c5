"""What the bot says about itself and about channels."""

from collections.abc import Iterator

from bot.core.delivery import Notice, NoticeKind
from bot.core.retry import Form
from bot.language import _, ngettext
from bot.slack.blocks.elements import Message, fitting, section
from bot.slack.text import words

NAME = 100
REASON = 150
LINE = 500
ALL = 2900


def notice_message(notice: Notice, form: Form) -> Message:
    headline = f"📣 {_headline(notice)}"
    lines = [] if form is Form.LINE else _detail(notice)
    text = "\n".join(fitting([headline, *lines], ALL))
    return Message(text, (section(text),) if form is Form.BLOCKS else ())


def _headline(notice: Notice) -> str:
    about, reason = words(notice.about, NAME), words(notice.reason, REASON)
    match notice.kind:
        case NoticeKind.WATCHING:
            watching = ngettext(
                "I am watching Data Flow: {count:,} workflow.",
                "I am watching Data Flow: {count:,} workflows.",
                notice.count,
            )
            return watching.format(count=notice.count)
        case NoticeKind.CHANNEL_REFUSES:
            refuses = _("The channel {channel} does not take my messages: {reason}")
            return refuses.format(channel=about, reason=reason)
        case NoticeKind.UNREADABLE:
            unreadable = _("Another version of this bot queued this {purpose}, which I cannot show as it was meant.")
            return unreadable.format(purpose=words(_(notice.about), NAME))


def _detail(notice: Notice) -> Iterator[str]:
    match notice.kind:
        case NoticeKind.WATCHING:
            yield _(
                "When a run fails or is cancelled, this channel hears of it. Type /dataflow help to ask me something."
            )
        case NoticeKind.CHANNEL_REFUSES:
            yield _(
                "Nothing is lost: they wait, and I try again every hour. Invite me to the channel, unarchive it, or "
                "name another one in ALERT_CHANNEL. `dataflow-bot check` says more."
            )
        case NoticeKind.UNREADABLE:
            yield from (words(line, LINE) for line in notice.reason.splitlines() if line.strip())
