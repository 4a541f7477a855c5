"""That the API cannot be read, and what was missed once it can be again."""

from bot.core.blindness import Blind
from bot.core.durations import spell
from bot.core.retry import Form
from bot.slack.blocks.elements import Message, two_lines
from bot.slack.text import moment, number, words

REASON = 300


def blind_message(blind: Blind, form: Form) -> Message:
    reason = words(blind.reason, REASON)
    if blind.over_at is None:
        return two_lines(
            f"🙈 I CANNOT SEE Data Flow since {moment(blind.since)}: {reason}",
            "Until it answers, silence does not mean that all is well. I keep trying, and make up for what I miss.",
            form,
        )
    lasted = spell(blind.over_at - blind.since)
    return two_lines(
        f"👀 I SEE Data Flow again since {moment(blind.over_at)}, after {lasted}. {_missed(blind)}",
        f"It could not be read since {moment(blind.since)}: {reason}",
        form,
    )


def _missed(blind: Blind) -> str:
    if not blind.ended:
        return "No run ended unseen."
    failures = f"{number(blind.failed, 'failure')} among them" if blind.failed else "no failure among them"
    return f"{number(blind.ended, 'run')} had ended unseen, {failures}, and all have been seen now."
