"""A Slack workspace that stands where Slack stands: Web API, Socket Mode, and people who act. See server.py.

It refuses what Slack refuses, with Slack's own errors, and imports nothing of the bot but its neighbours in bot/demo.
"""

from bot.demo.slack_server.actor import Actor
from bot.demo.slack_server.callbacks import Response
from bot.demo.slack_server.interaction import Interaction
from bot.demo.slack_server.journal import Entry, Happening, Journal
from bot.demo.slack_server.limits import Limits, unhurried
from bot.demo.slack_server.messages import Message
from bot.demo.slack_server.onlookers import Asked, look_on
from bot.demo.slack_server.server import SlackServer
from bot.demo.slack_server.submission import Submission
from bot.demo.slack_server.views import View
from bot.demo.slack_server.workspace import Workspace

__all__ = [
    "Actor",
    "Asked",
    "Entry",
    "Happening",
    "Interaction",
    "Journal",
    "Limits",
    "Message",
    "Response",
    "SlackServer",
    "Submission",
    "View",
    "Workspace",
    "look_on",
    "unhurried",
]
