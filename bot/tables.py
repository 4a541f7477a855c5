"""Tables for a terminal, as values, and those of the answers about rules. The others are in terminal.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.comparison import Simulation
from bot.core.comparison_words import difference, kinds, lasted, notes, verdict
from bot.core.durations import spell
from bot.core.explanation import Explanation, WorkflowExplanation
from bot.core.explanation_words import Line, Voice, lines_of, lines_of_workflow
from bot.core.rule_words import spell_rules
from bot.core.rules import Rules
from bot.services.answers import SubscriptionList, SubscriptionUpdate

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, with lines of text before and after."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    before: Sequence[str] = ()
    after: Sequence[str] = field(default=())


def when(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else NOTHING


def spelled(duration: timedelta | None) -> str:
    return NOTHING if duration is None else spell(duration)


def rules_table(
    answer: SubscriptionList | SubscriptionUpdate | Explanation | WorkflowExplanation | Simulation, zone: ZoneInfo
) -> Table:
    """Answers about who is told what, and why."""
    match answer:
        case SubscriptionList():
            return _subscriptions_table(answer)
        case SubscriptionUpdate():
            return _update_table(answer)
        case Explanation():
            return _why_table(answer, zone)
        case WorkflowExplanation():
            return _workflow_table(answer, zone)
        case Simulation():
            return _simulation_table(answer, zone)


def _subscriptions_table(answer: SubscriptionList) -> Table:
    rows = [(one.channel, one.workflows, _rules(one.rules), one.origin) for one in answer.subscriptions]
    return Table(("channel", "workflows", "rules", "asked for by"), rows)


def _update_table(answer: SubscriptionUpdate) -> Table:
    changes = answer.changes
    rows = [("added", wish.channel, wish.workflows, _rules(wish.rules)) for wish in changes.added]
    for change in changes.changed:
        rules = f"{_rules(change.before.rules)} -> {_rules(change.wish.rules)}"
        rows.append(("changed", change.wish.channel, change.wish.workflows, rules))
    rows += [("removed", old.channel, old.workflows, _rules(old.rules)) for old in changes.removed]
    counts = f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
    tense = "this would change: " if answer.is_dry_run else ""
    return Table(("change", "channel", "workflows", "rules"), rows, before=[tense + counts])


def _why_table(answer: Explanation, zone: ZoneInfo) -> Table:
    """A chain is no table: it stands in indented lines, above the one row that says which run it is about."""
    execution = answer.execution
    chain = _indented(lines_of(answer, _voice(zone)))
    row = (execution.status, answer.workflow_name, execution.job.name, execution.job_execution_id)
    return Table(("status", "workflow", "job", "execution"), [row], before=chain)


def _workflow_table(answer: WorkflowExplanation, zone: ZoneInfo) -> Table:
    lines = _indented(lines_of_workflow(answer, _voice(zone)))
    return Table(("id", "workflow"), [(answer.workflow_id, answer.workflow_name)], before=lines)


def _voice(zone: ZoneInfo) -> Voice:
    return Voice(lambda moment: when(moment, zone), str, str, lambda ref: f"message {ref.channel} {ref.ts}")


def _indented(lines: Iterable[Line]) -> list[str]:
    return [f"{'  ' * line.depth}{line.text}" for line in lines]


def _simulation_table(answer: Simulation, zone: ZoneInfo) -> Table:
    lines = [
        verdict(answer),
        f"now: {kinds(answer.present)}",
        f"with these rules: {kinds(answer.changed)}",
        f"{answer.runs} runs from {when(answer.since, zone)} to {when(answer.until, zone)}",
        *notes(answer),
    ]
    rows = [
        (
            one.workflow_name,
            ", ".join(trouble.job.name for trouble in one.incident.jobs),
            when(one.incident.opened_at, zone),
            lasted(one),
            when(one.told_at, zone),
            when(one.would_be_told_at, zone),
            difference(one),
        )
        for one in answer.incidents
    ]
    columns = ("workflow", "jobs", "opened", "incident", "told now", "told then", "difference")
    return Table(columns, rows, before=lines)


def _rules(rules: Rules) -> str:
    return "; ".join(f"{name} {text}" for name, text in spell_rules(rules).items()) or "default"
