"""What listeners turn to: the services that know the answers."""

from dataclasses import dataclass
from typing import Protocol

from bot.services.answers import Answer, RunsQuery
from bot.services.edit_rules import EditRules
from bot.slack.asking import Asking


class Desk(Protocol):
    """Answers questions from the database, quickly enough for a person who waits."""

    def answer(self, text: str) -> Answer: ...
    def runs(self, query: RunsQuery) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Services:
    """`asking` tells who somebody is, and may ask Slack for that."""

    desk: Desk
    asking: Asking
    rules: EditRules
