"""What somebody is told who may not do what they asked for: why, and what would change that."""

from datetime import timedelta

from bot.core.durations import spell
from bot.core.permissions import Reason
from bot.language import _
from bot.services.authority import Refused
from bot.slack.blocks.elements import Message, section
from bot.slack.text import code


def refused_message(refused: Refused) -> Message:
    text = f"🚫 {_why(refused)}"
    return Message(text, (section(text),))


def _why(refused: Refused) -> str:
    match refused.reason:
        case Reason.TOO_OFTEN:
            span = spell(refused.wait or timedelta())
            return _("That was too much at once. Ask again in {span}.").format(span=span)
        case Reason.OUTSIDER:
            return _("Guests and people of other workspaces may read what I know, and change nothing.")
        case Reason.UNVERIFIED:
            return _(
                "Slack did not tell me all about you that I have to know ({error}), so you can change nothing for now. "
                "Try again in a minute; if it stays like this, tell whoever runs this bot."
            ).format(error=code(refused.request.asker.doubt or "-", 200))
        case Reason.NOBODY_CONFIGURED:
            return _nobody(refused)
        case Reason.NOT_HERE:
            return _("That is only for yourself: write to me in a direct message.")
    return _(
        "You may not do that here. Whoever runs this bot can allow it by adding your id {user} to {users}, or a user "
        "group of yours to {groups}."
    ).format(user=_own_id(refused), users=code("OPERATOR_USERS", 50), groups=code("OPERATOR_GROUPS", 50))


def _nobody(refused: Refused) -> str:
    """With the very line to write."""
    return _(
        "Changes from Slack are off, as nobody is named who may make them. Whoever runs this bot can switch them on by "
        "setting {users} (that is you), or {groups} with the id of a user group, and starting it again."
    ).format(users=code(f"OPERATOR_USERS={refused.request.user_id}", 100), groups=code("OPERATOR_GROUPS=S…", 50))


def _own_id(refused: Refused) -> str:
    return code(refused.request.user_id, 50)
