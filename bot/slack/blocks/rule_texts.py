"""The rules of a subscription in the reader's language: what each is called, and its value."""

from datetime import timedelta

from bot.core.durations import spell
from bot.core.rule_words import spell_rules
from bot.core.rules import Broadcast, Outcome, QuietHours, Rules
from bot.language import N_, _
from bot.slack.text import mention, words

LABELS = {
    "outcomes": N_("Tell of"),
    "nth_failure": N_("From which failure in a row on"),
    "wait_for": N_("Wait for a recovery before telling"),
    "quiet": N_("Quiet hours"),
    "remind_every": N_("Remind every"),
    "broadcast": N_("Replies shown in the channel, too"),
    "mention": N_("Mention"),
    "language": N_("Language"),
    "zone": N_("Time zone"),
}
OUTCOMES = {
    Outcome.FAILED: N_("Failed runs"),
    Outcome.CANCELED: N_("Cancelled runs"),
    Outcome.UNKNOWN: N_("Ends under a status that is not known"),
    Outcome.RECOVERED: N_("Recoveries"),
    Outcome.COMPLETED: N_("Every completed run"),
    Outcome.RUNNING_LONG: N_("Runs that take longer than usual"),
    Outcome.WAITING_LONG: N_("Runs that wait longer than usual"),
    Outcome.NEVER_STARTED: N_("Scheduled runs that never start"),
}
BROADCASTS = {
    Broadcast.NONE: N_("None"),
    Broadcast.RECOVERY: N_("Recoveries"),
    Broadcast.ALL: N_("All"),
}
LANGUAGE_NAMES = {"en": "English", "ko": "한국어"}
"""Each in itself: whoever looks for theirs may understand no other."""

LONGEST = 300


def label(name: str) -> str:
    return _(LABELS[name])


def value(rules: Rules, name: str) -> str:
    """One rule's value, harmless in mrkdwn."""
    match getattr(rules, name):
        case None:
            return _("none")
        case frozenset() as outcomes:
            return ", ".join(_(text) for outcome, text in OUTCOMES.items() if outcome in outcomes)
        case Broadcast() as broadcast:
            return _(BROADCASTS[broadcast])
        case timedelta() as span:
            return spell(span) if span else _("none")
        case QuietHours() as quiet:
            return f"{quiet.start:%H:%M}-{quiet.end:%H:%M} {words(quiet.zone, LONGEST)}"
        case str(text):
            return _called(name, text)
        case other:
            return str(other)


def summary(rules: Rules) -> str:
    """What differs from the default rules, on one line."""
    differing = [f"{label(name)}: {value(rules, name)}" for name in spell_rules(rules)]
    return "; ".join(differing) or _("By the default rules.")


def language_name(language: str | None) -> str:
    return LANGUAGE_NAMES.get(language or "", language or "")


def _called(name: str, text: str) -> str:
    """Whom it mentions is said without mentioning them."""
    if name == "mention":
        return words((mention(text) or text).strip("<>"), LONGEST)
    return words(language_name(text) if name == "language" else text, LONGEST)
