"""What listeners turn to: the services that know the answers."""

from dataclasses import dataclass
from typing import Protocol

from bot.clock import Clock
from bot.services.answer_cards import AnswerCards
from bot.services.answer_commands import Reply
from bot.services.answers import RunsPage, RunsQuery
from bot.services.edit_rules import EditRules
from bot.services.list_choices import ListChoices
from bot.services.requests import Request
from bot.slack.asking import Asking
from bot.slack.home.keeper import HomeKeeper


class Desk(Protocol):
    """Answers questions from the database, quickly enough for a person who waits."""

    def reply(self, text: str, request: Request) -> Reply: ...
    def again(self, text: str, request: Request) -> Reply: ...
    def runs(self, query: RunsQuery) -> RunsPage: ...
    def runs_page(self, query: RunsQuery, request: Request) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Services:
    """`asking` tells who somebody is, and may ask Slack for that."""

    desk: Desk
    asking: Asking
    clock: Clock
    cards: AnswerCards
    choices: ListChoices
    rules: EditRules
    home: HomeKeeper
