"""The part of the composition root that puts together what listens to people in Slack."""

from slack_bolt import App

from bot.slack.app import build_app
from bot.slack.blocks.links import Links
from bot.slack.listeners.services import Desk, Services
from bot.wiring_edges import Edges


def slack_app(edges: Edges, desk: Desk) -> App:
    template = edges.settings.console_url_template
    return build_app(edges.wire, Services(desk), lambda: Links(edges.workspace.url, template))
