"""A maintenance window: that it has begun, until when, and that it is over, with what it held back."""

from bot.core.retry import Form
from bot.core.silence_words import spell_title
from bot.core.telling import Maintenance
from bot.language import _, counted
from bot.slack.blocks.elements import Message, two_lines
from bot.slack.text import moment, words

SHORT = 60
TITLE = 250


def maintenance_message(maintenance: Maintenance, form: Form) -> Message:
    title = words(spell_title(maintenance.title), SHORT if form is Form.LINE else TITLE)
    if maintenance.over_at is None:
        headline = _("🔧 Alerts are held back until {when}: {window}").format(
            when=moment(maintenance.until), window=title
        )
        return two_lines(headline, _("What is held back is told once, when it is over."), form)
    headline = _("🔧 Over since {when}: {window}").format(when=moment(maintenance.over_at), window=title)
    return two_lines(headline, _held(maintenance), form)


def _held(maintenance: Maintenance) -> str:
    if not maintenance.held:
        return _("No alert was held back.")
    return counted("{count:,} alert was held back.", "{count:,} alerts were held back.", maintenance.held)
