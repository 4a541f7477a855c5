"""The desk that every question goes to, whether typed in Slack or at a terminal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.permissions import MATRIX, Action, ChannelKind
from bot.core.rule_words import NotUnderstood
from bot.language import _
from bot.services.answers import Help, RunsPage, RunsQuery
from bot.services.authority import Authority, Permit, Refused
from bot.services.commands import health, runs
from bot.services.commands.command import Asked, Command, Tools
from bot.services.commands.line import Line, read_line
from bot.services.commands.places import is_about_oneself
from bot.services.commands.table import COMMANDS, PHRASES, unknown
from bot.services.desk_answers import DeskAnswer, page_of
from bot.services.page import Page
from bot.services.requests import FROM_TERMINAL, Request


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, and what can be done with it. `again` asks for it once more, and is empty where a click may not. It
    `can_be_shared` where there is anybody else to show it to."""

    answer: DeskAnswer
    again: str = ""
    is_shared: bool = False
    can_be_shared: bool = True

    @property
    def page(self) -> Page | None:
        """Where the answer is one of several pages."""
        return page_of(self.answer)


@dataclass(frozen=True, slots=True)
class AnswerCommands:
    """Finds the line of the table that is meant, asks whether whoever asks may, and has it answered."""

    tools: Tools
    authority: Authority

    def answer(self, text: str, request: Request) -> DeskAnswer:
        """Answer a command as typed, without its slash and name; nothing typed means `help`."""
        return self.reply(text, request).answer

    def reply(self, text: str, request: Request) -> Reply:
        """The same, with what can be done with the answer. What changes something is never asked for again by a click.

        A refusal is for the asker alone, also where the answer was to be shared.
        """
        return self._reply(read_line(text, PHRASES, "help"), request)

    def again(self, text: str, request: Request) -> Reply:
        """The same for a button below an answer, which can turn pages and share, and never changes anything."""
        line = read_line(text, PHRASES, "help")
        if line.command is None or MATRIX[line.command.action].is_change:
            return Reply(Help((), _("This button leads nowhere any more. Ask again, and use the new one.")))
        return self._reply(line, request)

    def _reply(self, line: Line, request: Request) -> Reply:
        if line.command is None:
            permit = self.authority.check(request, Action.HELP)
            return Reply(permit if isinstance(permit, Refused) else unknown(line.called))
        permit = self._permit(line.command, line, request)
        if isinstance(permit, Refused):
            return Reply(permit)
        answer = self._run(line.command, Asked(line.words, permit, line.page))
        is_change = MATRIX[permit.action].is_change
        again = "" if is_change or isinstance(answer, Help) else _spelled(line.command, line.words)
        has_others = request.channel_kind is not ChannelKind.DIRECT
        return Reply(answer, again, line.is_shared and not isinstance(answer, Help), has_others)

    def run(self, name: str, words: Sequence[str] = ()) -> DeskAnswer:
        """Answer the command of this name, for whoever sits at the bot's own machine."""
        command = COMMANDS[name]
        permit = Permit(FROM_TERMINAL, command.action, " ".join(words), self.tools.clock())
        return self._run(command, Asked(words, permit))

    def audit(self, words: Sequence[str], *, should_repair: bool) -> DeskAnswer:
        """The audit of some time; what is missing can be queued again at the machine only."""
        return _answered(COMMANDS["audit"], lambda: health.audit_since(self.tools, words, should_repair=should_repair))

    def runs(self, query: RunsQuery) -> RunsPage:
        """One page of a workflow's runs, for whoever has asked whether they may."""
        return runs.page(self.tools, query)

    def runs_page(self, query: RunsQuery, request: Request) -> Reply:
        """One page of a workflow's runs."""
        permit = self.authority.check(request, Action.RUNS, query.workflow_id)
        if isinstance(permit, Refused):
            return Reply(permit)
        found = self.runs(query)
        shown = found.query
        words = [shown.workflow_id, *([shown.status] if shown.status else []), str(shown.count)]
        page = f" --page {shown.skip // shown.count + 1}" if shown.skip else ""
        has_others = request.channel_kind is not ChannelKind.DIRECT
        return Reply(found, _spelled(COMMANDS["runs"], words) + page, can_be_shared=has_others)

    def _permit(self, command: Command, line: Line, request: Request) -> Permit | Refused:
        """Of a change the target is what was typed; sharing an answer is asked about before it is made."""
        target = " ".join(line.words)
        permit = self.authority.check(request, _action(command, line, request), target)
        if isinstance(permit, Permit) and line.is_shared:
            shared = self.authority.check(request, Action.SHARE, f"{command.name} {target}")
            return shared if isinstance(shared, Refused) else permit
        return permit

    def _run(self, command: Command, asked: Asked) -> DeskAnswer:
        return _answered(command, lambda: command.answer(self.tools, asked))


def _action(command: Command, line: Line, request: Request) -> Action:
    """People do for themselves what they ask for in the conversation with the bot, without naming a channel."""
    is_own = is_about_oneself(line.words, request)
    return command.own_action if command.own_action and is_own else command.action


def _spelled(command: Command, words: Sequence[str]) -> str:
    """As it can be typed, also where a name has spaces."""
    return " ".join([command.name, *(f'"{word}"' if " " in word else word for word in words)])


def _answered(command: Command, answer: Callable[[], DeskAnswer]) -> DeskAnswer:
    try:
        return answer()
    except NotUnderstood as mistake:
        return Help((command.help,), str(mistake))
