"""What people do to the bot in Slack. Each module beside listens to one kind of it, and is registered here.

A listener acknowledges, and has the answer worked out by a service and sent by `Answering`: it decides nothing.
"""

from slack_bolt import App

from bot.slack.listeners.answering import Answering
from bot.slack.listeners.cards import CardListeners
from bot.slack.listeners.commands import CommandListeners
from bot.slack.listeners.events import SeenEvents
from bot.slack.listeners.home import HomeListeners
from bot.slack.listeners.services import Services
from bot.slack.listeners.settings import SettingsListeners
from bot.slack.listeners.shortcuts import ShortcutListeners
from bot.slack.modals.settings_dialog import SettingsDialog


def register(app: App, services: Services, answering: Answering) -> None:
    """Wire everything up. Of several that listen to the same thing Bolt asks the first."""
    is_new = SeenEvents().is_new
    SettingsListeners(SettingsDialog(services.rules), answering).register(app)
    CardListeners(services.cards, answering, services.clock).register(app)
    ShortcutListeners(services.desk, services.cards, services.choices, answering).register(app)
    CommandListeners(services.desk, answering).register(app, is_new)
    HomeListeners(services.home, services.cards, answering).register(app, is_new)
