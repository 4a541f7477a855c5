"""What the bot posts by itself, as a message in one of the forms that get plainer."""

from bot.core.alerting import Alert
from bot.core.blindness import Blind
from bot.core.catch_up import CatchUp, CatchUpPage
from bot.core.delivery import Facts, Notice
from bot.core.digest import Digest
from bot.core.reruns import RerunNews
from bot.core.retry import Form
from bot.core.telling import HeldSummary, Maintenance, Overdue, Recovery, Reminder
from bot.core.trial import Trial
from bot.language import N_, _
from bot.slack.blocks.alert import alert_message
from bot.slack.blocks.blind import blind_message
from bot.slack.blocks.catch_up import catch_up_message, catch_up_page_message
from bot.slack.blocks.digest import digest_message
from bot.slack.blocks.elements import Message, context
from bot.slack.blocks.links import Links
from bot.slack.blocks.maintenance import maintenance_message
from bot.slack.blocks.notice import notice_message
from bot.slack.blocks.overdue import overdue_message
from bot.slack.blocks.rerun import rerun_message
from bot.slack.blocks.telling import held_message, recovery_message, reminder_message
from bot.slack.blocks.trial import trial_message
from bot.slack.text import place, words

REPEAT = N_(
    "This may be a repeat: Slack did not confirm the first message, and the bot cannot read whether it arrived."
)


def facts_message(facts: Facts, form: Form, links: Links, *, is_reply: bool = False) -> Message:
    """A reply may leave out what the message above it tells. Only a digest has a chart."""
    if isinstance(facts, Digest):
        return digest_message(facts, form, links)
    form = Form.BLOCKS if form is Form.CHART else form
    match facts:
        case Alert():
            return alert_message(facts, form, links, is_reply=is_reply)
        case Recovery():
            return recovery_message(facts, form, links)
        case Reminder():
            return reminder_message(facts, form, links)
        case Overdue():
            return overdue_message(facts, form, links)
        case RerunNews():
            return rerun_message(facts, form, links)
        case _:
            return _unlinked_message(facts, form)


_Unlinked = CatchUp | CatchUpPage | HeldSummary | Maintenance | Blind | Notice | Trial


def _unlinked_message(facts: _Unlinked, form: Form) -> Message:
    """What tells of no single run leads to none."""
    match facts:
        case CatchUp():
            return catch_up_message(facts, form)
        case CatchUpPage():
            return catch_up_page_message(facts, form)
        case HeldSummary():
            return held_message(facts, form)
        case Maintenance():
            return maintenance_message(facts, form)
        case Blind():
            return blind_message(facts, form)
        case Notice():
            return notice_message(facts, form)
        case Trial():
            return trial_message(facts, form)


def with_notes(message: Message, *, may_repeat: bool = False, instead_of: str | None = None) -> Message:
    """The same message, saying that it may be a repeat, and which channel it should have stood in."""
    notes = [_(REPEAT)] if may_repeat else []
    if instead_of:
        meant_for = _("This is for {channel}, which does not take messages now.")
        notes.append(meant_for.format(channel=place(instead_of, 80, words)))
    if not notes:
        return message
    blocks = (*message.blocks, context(f"⚠️ {' '.join(notes)}")) if message.blocks else ()
    return Message("\n".join([message.text, *notes]), blocks)
