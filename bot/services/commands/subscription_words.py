"""How a subscription is written in one line: what of, which outcomes, by which rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.rule_words import BY_NAME, NotUnderstood
from bot.core.rules import Outcome
from bot.core.subscribing import EVERYTHING, read_workflows
from bot.language import _
from bot.services.answers import NoSuchWorkflow, SeveralWorkflows, WorkflowName
from bot.services.find_workflow import find_workflow, is_exact

Known = Sequence[tuple[str, str]]

ALL = ("all", "everything", "*", "모두", "전체", "전부")
_SPELLINGS = {"cancelled": "canceled", "failure": "failed", "failures": "failed", "recovery": "recovered"}


@dataclass(frozen=True, slots=True)
class Written:
    """`what` as it was typed; the rules by their names."""

    what: str
    rules: dict[str, str] = field(default_factory=dict)


def read_written(words: Sequence[str], known: Known) -> Written:
    """Take the rules and the outcomes off the end, unless what is there is the workflow's own name."""
    first = next((at for at in range(1, len(words)) if "=" in words[at]), len(words))
    what, rules = list(words[:first]), written_rules(words[first:])
    outcomes: list[str] = []
    while len(what) > 1 and (found := _outcomes(what[-1])) and not is_exact(" ".join(what), known):
        outcomes = [*found, *outcomes]
        what.pop()
    if outcomes:
        rules["outcomes"] = ",".join(dict.fromkeys(outcomes))
    if "mention" in rules:
        raise NotUnderstood(
            _(
                "Whom I mention is said in the file of subscriptions only, by whoever runs this bot: "
                "see docs/subscriptions.md."
            )
        )
    return Written(" ".join(what), rules)


def find_what(what: str, known: Known) -> str | WorkflowName | NoSuchWorkflow | SeveralWorkflows:
    """A pattern, or the one workflow that is meant."""
    if what.lower() in ALL:
        return EVERYTHING
    if any(mark in what for mark in "*?") and not is_exact(what, known):
        return read_workflows(what)
    return find_workflow(what, known)


def written_rules(words: Sequence[str]) -> dict[str, str]:
    """By their names; the first word is one's. A value may have spaces, as in quiet=22:00-07:00 Asia/Seoul: what
    follows a rule belongs to it."""
    found: dict[str, str] = {}
    last = ""
    for word in words:
        name, equals, text = word.partition("=")
        if equals:
            last = _canonical(name)
            found[last] = text
        else:
            found[last] = f"{found[last]} {word}"
    return found


def _canonical(name: str) -> str:
    word = BY_NAME.get(name.lower())
    return word.name if word else name.lower()


def _outcomes(word: str) -> list[str]:
    """Several may stand between commas; empty when any of them is none."""
    parts = [_SPELLINGS.get(part, part) for part in word.lower().split(",") if part]
    return parts if all(part in list(Outcome) for part in parts) else []
