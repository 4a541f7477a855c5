"""That the API cannot be read, and what was missed once it can be again."""

from bot.core.blindness import Blind
from bot.core.durations import spell
from bot.core.retry import Form
from bot.language import _, counted
from bot.slack.blocks.elements import Message, two_lines
from bot.slack.text import moment, words

REASON = 300
SHORT_REASON = 100


def blind_message(blind: Blind, form: Form) -> Message:
    limit = SHORT_REASON if form is Form.LINE else REASON
    reason = words(blind.reason, limit) if blind.reason else _("no answer")
    if blind.over_at is None:
        return two_lines(
            _("🙈 I CANNOT SEE Data Flow since {when}: {reason}").format(when=moment(blind.since), reason=reason),
            _("Until it answers, silence does not mean that all is well. I keep trying, and make up for what I miss."),
            form,
        )
    again = _("👀 I SEE Data Flow again since {when}, after {duration}. {missed}").format(
        when=moment(blind.over_at), duration=spell(blind.over_at - blind.since), missed=_missed(blind)
    )
    before = _("It could not be read since {when}: {reason}").format(when=moment(blind.since), reason=reason)
    return two_lines(again, before, form)


def _missed(blind: Blind) -> str:
    if not blind.ended:
        return _("No run ended unseen.")
    runs = counted("{count:,} run", "{count:,} runs", blind.ended)
    if not blind.failed:
        return _("{runs} had ended unseen, no failure among them, and all have been seen now.").format(runs=runs)
    failures = counted("{count:,} failure", "{count:,} failures", blind.failed)
    told = _("{runs} had ended unseen, {failures} among them, and all have been seen now.")
    return told.format(runs=runs, failures=failures)
