"""The desk that every question goes to, whether typed in Slack or at a terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.rule_words import NotUnderstood
from bot.services.answers import Answer, Help, RunsPage, RunsQuery
from bot.services.commands import health, runs
from bot.services.commands.command import Asked, Command, Tools
from bot.services.commands.table import COMMANDS, unknown
from bot.services.commands.words import split_words


@dataclass(frozen=True, slots=True)
class AnswerCommands:
    """Finds the line of the table that is meant, and has it answered."""

    tools: Tools

    def answer(self, text: str) -> Answer:
        """Answer a command as typed, without its slash and name; nothing typed means `help`."""
        words = split_words(text)
        name, arguments = (words[0].lower(), words[1:]) if words else ("help", [])
        command = COMMANDS.get(name)
        return self._run(command, arguments) if command else unknown(name)

    def run(self, name: str, words: Sequence[str] = ()) -> Answer:
        """Answer the command of this name, for whoever sits at the bot's own machine."""
        return self._run(COMMANDS[name], words)

    def audit(self, words: Sequence[str], *, should_repair: bool) -> Answer:
        """The audit of some time; what is missing can be queued again at the machine only."""
        return _answered(COMMANDS["audit"], lambda: health.audit_since(self.tools, words, should_repair=should_repair))

    def runs(self, query: RunsQuery) -> RunsPage:
        """One page of a workflow's runs."""
        return runs.page(self.tools, query)

    def _run(self, command: Command, words: Sequence[str]) -> Answer:
        return _answered(command, lambda: command.answer(self.tools, Asked(words)))


def _answered(command: Command, answer: Callable[[], Answer]) -> Answer:
    try:
        return answer()
    except NotUnderstood as mistake:
        return Help((command.help,), str(mistake))
