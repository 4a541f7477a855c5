"""The part of the composition root that puts together what listens to people in Slack."""

from slack_bolt import App

from bot.core.flapping import FlappingRule
from bot.services.commands.command import Tools
from bot.services.commands.health import status_report
from bot.services.edit_rules import EditRules
from bot.services.list_choices import ListChoices
from bot.services.schedule_digests import ScheduleDigests
from bot.services.show_home import ShowHome
from bot.slack.app import build_app
from bot.slack.blocks.links import Links
from bot.slack.home.keeper import HomeKeeper
from bot.slack.home.places import find_places
from bot.slack.listeners.services import Desk, Services
from bot.slack.screen import Screen
from bot.wiring_cards import answer_cards
from bot.wiring_edges import Edges


def slack_app(edges: Edges, desk: Desk, home: HomeKeeper, digests: ScheduleDigests) -> App:
    return build_app(edges.wire, services(edges, desk, home, digests), lambda: _links(edges))


def home_keeper(edges: Edges, tools: Tools) -> HomeKeeper:
    """What keeps App Home current: its step wants a lane of its own, as it waits for Slack."""
    return HomeKeeper(
        look=ShowHome(edges.database, edges.clock, lambda: status_report(tools)).home,
        places=find_places(edges.wire),
        screen=Screen(edges.wire),
        links=lambda: _links(edges),
        clock=edges.clock,
    )


def services(edges: Edges, desk: Desk, home: HomeKeeper, digests: ScheduleDigests) -> Services:
    settings = edges.settings
    flapping = FlappingRule(settings.flapping_changes, settings.flapping_within, settings.flapping_stable_runs)
    return Services(
        desk=desk,
        asking=edges.asking,
        clock=edges.clock,
        cards=answer_cards(edges, desk.runs),
        choices=ListChoices(edges.database),
        rules=EditRules(edges.database, edges.clock, edges.authority, flapping, digests),
        home=home,
    )


def _links(edges: Edges) -> Links:
    return Links(edges.workspace.url, edges.settings.console_url_template)
