"""A simulation in sentences, the same in Slack and at a terminal."""

from collections.abc import Iterator

from bot.core.comparison import ComparedIncident, MessageCounts, Simulation
from bot.core.durations import spell
from bot.language import _, counted


def verdict(simulation: Simulation) -> str:
    """61 alerts now, 9 with these rules; 2 of 40 incidents would have come later, by 20 min at most."""
    alerts = counted("{count:,} alert", "{count:,} alerts", simulation.present.alerts)
    compared = _("{alerts} now, {count:,} with these rules").format(alerts=alerts, count=simulation.changed.alerts)
    return "; ".join([compared, *_later(simulation), *_untold(simulation)])


def kinds(counts: MessageCounts) -> str:
    """What the alerts are, and what else would have been sent."""
    return _(
        "{new:,} new, {summaries} of what was held back, {reminders}; besides {replies} in threads and {edits}"
    ).format(
        new=counts.new,
        summaries=counted("{count:,} summary", "{count:,} summaries", counts.summaries),
        reminders=counted("{count:,} reminder", "{count:,} reminders", counts.reminders),
        replies=counted("{count:,} reply", "{count:,} replies", counts.replies),
        edits=counted("{count:,} edit", "{count:,} edits", counts.edits),
    )


def difference(compared: ComparedIncident) -> str:
    """How one incident would have been told differently."""
    if compared.would_be_told_at is None:
        return _("would not have been told")
    if compared.later_by is None:
        return _("would have been told")
    moved = _("{delay} later") if compared.later_by.total_seconds() > 0 else _("{delay} earlier")
    return moved.format(delay=spell(abs(compared.later_by)))


def lasted(compared: ComparedIncident) -> str:
    """How long it was, and how often it failed."""
    incident = compared.incident
    failures = counted("{count:,} failure", "{count:,} failures", incident.failures)
    if incident.lasted is None:
        return _("still open, {failures}").format(failures=failures)
    return _("lasted {duration}, {failures}").format(duration=spell(incident.lasted), failures=failures)


def notes(simulation: Simulation) -> Iterator[str]:
    """What was replayed besides ended runs, and what could not be."""
    yield counted(
        "{count:,} time something took too long or did not start.",
        "{count:,} times something took too long or did not start.",
        simulation.late_count,
    )
    if crowded := max(simulation.present.crowded, simulation.changed.crowded):
        yield counted(
            "{count:,} of the alerts would have come folded into a catch-up message; here each is counted.",
            "Up to {count:,} of the alerts would have come folded into catch-up messages; here each is counted.",
            crowded,
        )
    yield _(
        "Left out: runs whose end has no date, and starts from before their schedule was known. "
        "Each end counts as seen at once."
    )


def _later(simulation: Simulation) -> Iterator[str]:
    if delays := [one.later_by for one in simulation.later if one.later_by]:
        later = _("{count:,} of {incidents} would have come later, by {delay} at most")
        yield later.format(count=len(delays), incidents=_incidents(simulation), delay=spell(max(delays)))


def _untold(simulation: Simulation) -> Iterator[str]:
    untold = simulation.untold
    if not untold:
        return
    told = _("{count:,} of {incidents} would not have been told").format(
        count=len(untold), incidents=_incidents(simulation)
    )
    spans = [one.incident.lasted for one in untold if one.incident.lasted is not None]
    longest = [_("the longest of {duration}").format(duration=spell(max(spans)))] if spans else []
    still = [_("some of them still open")] if any(one.incident.is_open for one in untold) else []
    yield ", ".join([told, *longest, *still])


def _incidents(simulation: Simulation) -> str:
    return counted("{count:,} incident", "{count:,} incidents", simulation.incident_count)
