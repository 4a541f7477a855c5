"""The part of the composition root that puts together what listens to people in Slack."""

from slack_bolt import App

from bot.core.flapping import FlappingRule
from bot.services.edit_rules import EditRules
from bot.services.list_choices import ListChoices
from bot.slack.app import build_app
from bot.slack.blocks.links import Links
from bot.slack.listeners.services import Desk, Services
from bot.wiring_cards import answer_cards
from bot.wiring_edges import Edges


def slack_app(edges: Edges, desk: Desk) -> App:
    template = edges.settings.console_url_template
    return build_app(edges.wire, services(edges, desk), lambda: Links(edges.workspace.url, template))


def services(edges: Edges, desk: Desk) -> Services:
    settings = edges.settings
    flapping = FlappingRule(settings.flapping_changes, settings.flapping_within, settings.flapping_stable_runs)
    return Services(
        desk=desk,
        asking=edges.asking,
        clock=edges.clock,
        cards=answer_cards(edges, desk.runs),
        choices=ListChoices(edges.database),
        rules=EditRules(edges.database, edges.clock, edges.authority, flapping),
    )
