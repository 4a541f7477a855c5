"""The table of commands, which is parser, help text and documentation in one."""

from difflib import get_close_matches

from bot.services.answers import Answer, CommandHelp, Help
from bot.services.commands import health, past, runs
from bot.services.commands.command import Asked, Command, Tools


def show_help(_tools: Tools, asked: Asked) -> Answer:
    """`help [command]`: all commands, or the one that is named."""
    named = [COMMANDS[name].help for name in asked.words if name in COMMANDS]
    return Help(tuple(named) or ALL_HELP)


def unknown(name: str) -> Help:
    close = get_close_matches(name, COMMANDS, n=2, cutoff=0.5)
    meant = tuple(COMMANDS[match].help for match in close)
    return Help(meant or ALL_HELP, f"There is no command “{name}”." + (" Did you mean this?" if meant else ""))


_TABLE = (
    Command(CommandHelp("help [command]", "What you can ask.", "help"), show_help),
    Command(
        CommandHelp(
            "runs <workflow id or name> [status] [count]",
            "The newest runs of a workflow: status, start, duration, waiting.",
            "runs orders-daily-load failed 5",
        ),
        runs.runs,
    ),
    Command(
        CommandHelp("workflows [search]", "The watched workflows with their newest run.", "workflows orders"),
        runs.workflow_list,
    ),
    Command(
        CommandHelp("status", "How the bot is doing: last polls, lag, queue, Data Flow API and Slack.", "status"),
        health.status,
    ),
    Command(
        CommandHelp(
            "digest [today|yesterday|YYYY-MM-DD]",
            "A day in numbers: outcomes, success rate, failures, slowest runs.",
            "digest yesterday",
        ),
        past.digest,
    ),
    Command(
        CommandHelp(
            "why <execution id>",
            "Why a run was told of, or was not: when it was seen, each rule and mute, the message.",
            "why TsP5R0sOX7QW8f1mA2Vd",
        ),
        past.why,
    ),
    Command(
        CommandHelp(
            "simulate [7d] <rule>=<value> …",
            "What other rules would have told of the past, such as nth, wait, quiet, remind, outcomes.",
            "simulate 7d nth=2 wait=10m",
        ),
        past.simulate,
    ),
    Command(
        CommandHelp(
            "audit [24h]",
            "Whether every failure of that time stands in its channel: Data Flow, database and Slack compared.",
            "audit 7d",
        ),
        health.audit,
    ),
)

COMMANDS = {command.name: command for command in _TABLE}
ALL_HELP = tuple(command.help for command in _TABLE)
