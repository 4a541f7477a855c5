"""The methods of the Web API, one module for each family, and the table of them all."""

from collections.abc import Mapping

from bot.demo.slack_server.methods import app, chat, conversations, files, people, views
from bot.demo.slack_server.methods.method import Method

METHODS: Mapping[str, Method] = {
    method.name: method
    for family in (app.METHODS, chat.METHODS, conversations.METHODS, files.METHODS, people.METHODS, views.METHODS)
    for method in family
}
