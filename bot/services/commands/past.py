"""Commands that look back: a day in numbers, why a run was told of, and what other rules would have told."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.core.comparison import Simulation
from bot.core.durations import parse
from bot.core.explanation import Explanation
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import Answer, DigestAnswer, SeveralWorkflows, WorkflowName
from bot.services.commands.command import Asked, Tools
from bot.services.commands.subscription_words import written_rules
from bot.services.explain import explain
from bot.services.explain_workflow import explain_workflow
from bot.services.find_workflow import find_workflow
from bot.services.schedule_digests import make_digest
from bot.services.simulate_rules import A_WEEK, Alternative, Span, simulate_rules, with_rules
from bot.store import workflows
from bot.store.engine import Session

FIRST_DAY = date(2000, 1, 1)
MOST_WORDS = 8
LONGEST = timedelta(days=31)


def digest(tools: Tools, asked: Asked) -> Answer:
    """`digest [today|yesterday|YYYY-MM-DD]`."""
    word = asked.words[0].lower() if asked.words else "yesterday"
    day = _day(tools, word)
    if day is None:
        mistake = _("“{word}” is not a day up to today. Say today, yesterday or a date like 2026-03-21.")
        raise NotUnderstood(mistake.format(word=word))
    with tools.database.snapshot() as session:
        return DigestAnswer(make_digest(session, day, tools.times.zone, tools.clock(), None))


def why(tools: Tools, asked: Asked) -> Answer:
    """`why <execution id, or workflow id or name>`."""
    with tools.database.snapshot() as session:
        if run := _run(session, tools, asked):
            return run
        found = find_workflow(asked.text, workflows.names(session)) if asked.words else None
        if isinstance(found, WorkflowName) and (known := explain_workflow(session, found.workflow_id, tools.clock())):
            return known
    if isinstance(found, SeveralWorkflows):
        return found
    return explained(tools, asked)


def explained(tools: Tools, asked: Asked) -> Explanation:
    """All about the run that is named, also where the id stands within a sentence."""
    if not asked.words:
        raise NotUnderstood(_("Which run? Give the id of its execution, as alerts and `runs` show it."))
    with tools.database.snapshot() as session:
        explanation = _run(session, tools, asked)
    if explanation is None:
        raise NotUnderstood(_("No run is known whose execution has the id “{id}”.").format(id=asked.text))
    return explanation


def _run(session: Session, tools: Tools, asked: Asked) -> Explanation | None:
    known = (explain(session, word, tools.poll_every) for word in asked.words[:MOST_WORDS])
    return next((one for one in known if one), None)


def simulate(tools: Tools, asked: Asked) -> Answer:
    """`simulate [7d] <rule>=<value> …`."""
    span, written = read_simulation(asked.words)
    alternative = with_rules(written)
    if not written:
        raise NotUnderstood(_("By which rules? Name one that is to be different."))
    return simulation(tools, span, alternative)


def read_simulation(words: Sequence[str]) -> tuple[timedelta, dict[str, str]]:
    """`7d nth=2 wait=10m`: how far back, and the rules to change; NotUnderstood for anything else."""
    first = next((at for at, word in enumerate(words) if "=" in word), len(words))
    span = parse(" ".join(words[:first])) if first else A_WEEK
    if span is None or span > LONGEST:
        raise NotUnderstood(_("how far back? Say 24h or 7d, up to {days}d").format(days=LONGEST.days))
    return span, written_rules(words[first:])


def simulation(tools: Tools, span: timedelta, alternative: Alternative) -> Simulation:
    """The past up to now, told again by other subscriptions."""
    now = tools.clock()
    with tools.database.snapshot() as session:
        return simulate_rules(session, Span(now - span, now), tools.flapping, alternative)


def _day(tools: Tools, word: str) -> date | None:
    today = tools.clock().astimezone(tools.times.zone).date()
    match word:
        case "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= today else None
