"""What other rules would have told of the past, in numbers, and incident by incident."""

from bot.core.comparison import ComparedIncident, Simulation
from bot.core.comparison_words import difference, kinds, lasted, notes, verdict
from bot.language import _, ngettext
from bot.slack.blocks.elements import TEXT_LIMIT, Message, context, fitting, list_sections, section
from bot.slack.text import moment, words

NAME = 100


def simulation_message(simulation: Simulation) -> Message:
    headline = verdict(simulation)
    counts = [
        _("Now: {kinds}.").format(kinds=kinds(simulation.present)),
        _("With these rules: {kinds}.").format(kinds=kinds(simulation.changed)),
    ]
    lines = [_line(one) for one in simulation.incidents]
    span = ngettext(
        "{count:,} run that ended between {since} and {until}.",
        "{count:,} runs that ended between {since} and {until}.",
        simulation.runs,
    ).format(count=simulation.runs, since=moment(simulation.since), until=moment(simulation.until))
    replayed = " ".join([span, *notes(simulation)])
    text = "\n".join(fitting([headline, *counts, *lines, replayed], TEXT_LIMIT))
    blocks = [section("\n".join([f"*{headline}*", *counts]))]
    if lines:
        heading = _("Told differently, the longest incidents first")
        blocks += list_sections(f"*{heading}*", [f"• {line}" for line in lines])
    return Message(text, (*blocks, context(replayed)))


def _line(compared: ComparedIncident) -> str:
    opened = moment(compared.incident.opened_at)
    names = ", ".join(words(trouble.job.name, NAME) for trouble in compared.incident.jobs[:3])
    return f"{words(compared.workflow_name, NAME)} \u203a {names}, {opened}, {lasted(compared)}: {difference(compared)}"
