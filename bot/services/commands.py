"""The table of commands, which is parser, help text and documentation in one, and how a typed line is taken apart."""

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.core.model import ExecutionStatus
from bot.services.answers import Answer, CommandHelp, Help, RunsQuery
from bot.services.find_workflow import is_exact

if TYPE_CHECKING:
    from bot.services.answer_commands import AnswerCommands

MOST_RUNS = 25


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the table. `run` takes the words after the command's name."""

    help: CommandHelp
    run: "Callable[[AnswerCommands, Sequence[str]], Answer]"


COMMANDS: dict[str, Command] = {
    "help": Command(
        CommandHelp("help [command]", "What you can ask.", "help"),
        lambda desk, words: desk.help(words),
    ),
    "runs": Command(
        CommandHelp(
            "runs <workflow id or name> [status] [count]",
            "The newest runs of a workflow: status, start, duration, waiting.",
            "runs orders-daily-load failed 5",
        ),
        lambda desk, words: desk.runs_of(words),
    ),
    "workflows": Command(
        CommandHelp("workflows [search]", "The watched workflows with their newest run.", "workflows orders"),
        lambda desk, words: desk.workflow_list(words),
    ),
    "status": Command(
        CommandHelp("status", "How the bot is doing: last polls, lag, queue, Data Flow API and Slack.", "status"),
        lambda desk, words: desk.status(words),
    ),
    "digest": Command(
        CommandHelp(
            "digest [today|yesterday|YYYY-MM-DD]",
            "A day in numbers: outcomes, success rate, failures, slowest runs.",
            "digest yesterday",
        ),
        lambda desk, words: desk.digest(words),
    ),
    "why": Command(
        CommandHelp(
            "why <execution id>",
            "Why a run was told of, or was not: when it was seen, each rule and mute, the message.",
            "why TsP5R0sOX7QW8f1mA2Vd",
        ),
        lambda desk, words: desk.why(words),
    ),
    "simulate": Command(
        CommandHelp(
            "simulate [7d] <rule>=<value> …",
            "What other rules would have told of the past, such as nth, wait, quiet, remind, outcomes.",
            "simulate 7d nth=2 wait=10m",
        ),
        lambda desk, words: desk.simulate(words),
    ),
    "audit": Command(
        CommandHelp(
            "audit [24h]",
            "Whether every failure of that time stands in its channel: Data Flow, database and Slack compared.",
            "audit 7d",
        ),
        lambda desk, words: desk.audit(words),
    ),
}

ALL_HELP = tuple(command.help for command in COMMANDS.values())


def split_words(text: str) -> list[str]:
    """Split like a shell does, except that apostrophes and backslashes are ordinary characters, as in "bob's load".

    Slack's clients turn quotes into curly ones; an odd quote is an ordinary character, too.
    """
    straight = re.sub("[“”„]", '"', text)
    lexer = shlex.shlex(straight, posix=True)
    lexer.whitespace_split = True
    lexer.quotes, lexer.escape, lexer.commenters = '"', "", ""
    try:
        return list(lexer)
    except ValueError:
        return straight.split()


def parse_runs(arguments: Sequence[str], known: Sequence[tuple[str, str]]) -> tuple[str, RunsQuery]:
    """Take count and status off the end, unless what is there is the workflow's own name."""
    words = list(arguments)
    query = RunsQuery(workflow_id="")
    if len(words) > 1 and words[-1].isdecimal() and not is_exact(" ".join(words), known):
        query = replace(query, count=min(int(words.pop()[:9]), MOST_RUNS))
    status = _status(words[-1])
    if len(words) > 1 and status and not is_exact(" ".join(words), known):
        query = replace(query, status=status)
        words.pop()
    return " ".join(words), query


def _status(word: str) -> ExecutionStatus | None:
    word = word.upper().replace("CANCELLED", "CANCELED")
    return next((status for status in ExecutionStatus if status == word), None)


def unknown(name: str) -> Help:
    close = get_close_matches(name, COMMANDS, n=2, cutoff=0.5)
    meant = tuple(COMMANDS[match].help for match in close)
    return Help(meant or ALL_HELP, f"There is no command “{name}”." + (" Did you mean this?" if meant else ""))
