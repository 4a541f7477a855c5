"""What listeners turn to: the services that know the answers."""

from dataclasses import dataclass
from typing import Protocol

from bot.services.answers import Answer, RunsQuery


class Desk(Protocol):
    """Answers questions from the database, quickly enough for a person who waits."""

    def answer(self, text: str) -> Answer: ...
    def runs(self, query: RunsQuery) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Services:
    desk: Desk
