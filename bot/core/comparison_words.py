"""A simulation in sentences, the same in Slack and at a terminal."""

from bot.core.comparison import ComparedIncident, MessageCounts, Simulation
from bot.core.durations import spell


def verdict(simulation: Simulation) -> str:
    """61 alerts now, 9 with these rules; 2 of 40 incidents would have come later, by 20 min at most."""
    counts = f"{_count(simulation.present.alerts, 'alert')} now, {simulation.changed.alerts:,} with these rules"
    return "; ".join([counts, *_differences(simulation)])


def kinds(counts: MessageCounts) -> str:
    """What the alerts are, and what else would have been sent."""
    alerts = (
        f"{counts.new:,} new",
        _count(counts.summaries, "summary", "summaries") + " of what was held back",
        _count(counts.reminders, "reminder"),
    )
    replies, edits = _count(counts.replies, "reply", "replies"), _count(counts.edits, "edit")
    return f"{', '.join(alerts)}; besides {replies} in threads and {edits}"


def difference(compared: ComparedIncident) -> str:
    """How one incident would have been told differently."""
    if compared.would_be_told_at is None:
        return "would not have been told"
    if compared.later_by is None:
        return "would have been told"
    return f"{spell(abs(compared.later_by))} {'later' if compared.later_by.total_seconds() > 0 else 'earlier'}"


def lasted(compared: ComparedIncident) -> str:
    """How long it was, and how often it failed."""
    incident = compared.incident
    span = "still open" if incident.lasted is None else f"lasted {spell(incident.lasted)}"
    return f"{span}, {_count(incident.failures, 'failure')}"


def _differences(simulation: Simulation) -> list[str]:
    of_all = f"of {_count(simulation.incident_count, 'incident')}"
    differences = []
    if delays := [one.later_by for one in simulation.later if one.later_by]:
        differences.append(f"{len(delays):,} {of_all} would have come later, by {spell(max(delays))} at most")
    if untold := simulation.untold:
        spans = [one.incident.lasted for one in untold if one.incident.lasted is not None]
        longest = f", the longest of {spell(max(spans))}" if spans else ""
        is_open = any(one.incident.is_open for one in untold)
        still = ", some of them still open" if is_open else ""
        differences.append(f"{len(untold):,} {of_all} would not have been told{longest}{still}")
    return differences


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
