"""The table of commands, which is parser, help text, permissions and documentation in one."""

from difflib import get_close_matches

from bot.core.permissions import Action
from bot.language import N_, _
from bot.services.answers import Answer, CommandHelp, Help
from bot.services.commands import health, past, runs, troubles
from bot.services.commands.command import Asked, Command, Tools
from bot.services.commands.line import Phrase


def show_help(_tools: Tools, asked: Asked) -> Answer:
    """`help [command]`: all commands, or those that are named."""
    named = [command.help for command in _TABLE if command.name in (asked.text.lower(), *asked.words)]
    return Help(tuple(named) or ALL_HELP)


def unknown(called: str) -> Help:
    """Nothing is called that: those that come nearest, or else all."""
    close = get_close_matches(called.casefold(), COMMANDS, n=2, cutoff=0.5)
    meant = tuple(COMMANDS[match].help for match in close)
    problem = _("There is no command “{name}”.").format(name=called)
    return Help(meant or ALL_HELP, " ".join([problem, _("Did you mean this?")]) if meant else problem)


_TABLE = (
    Command(
        "help",
        CommandHelp("help [command]", N_("What you can ask."), "help"),
        Action.HELP,
        show_help,
        ("what can you do", "commands", "도움말", "도와줘", "명령어"),
    ),
    Command(
        "runs",
        CommandHelp(
            "runs <workflow> [status] [count]",
            N_("The newest runs of a workflow, by its id or name: status, start, duration, waiting."),
            "runs orders-daily-load failed 5",
        ),
        Action.RUNS,
        runs.runs,
        ("runs of", "history", "history of", "last runs of", "latest runs of", "실행", "실행 내역",
         "실행 목록", "내역"),
    ),
    Command(
        "run",
        CommandHelp(
            "run <execution id>",
            N_("Everything known of one run: times, job, trigger, log, incident, and where it was told."),
            "run TsP5R0sOX7QW8f1mA2Vd",
        ),
        Action.RUN,
        runs.run,
        ("execution", "실행 상세"),
    ),
    Command(
        "workflows",
        CommandHelp("workflows [search]", N_("The watched workflows with their newest run."), "workflows orders"),
        Action.WORKFLOWS,
        runs.workflow_list,
        ("list workflows", "list of workflows", "워크플로", "워크플로우", "워크플로 목록", "워크플로우 목록"),
    ),
    Command(
        "failures",
        CommandHelp("failures [24h]", N_("The open incidents, and what failed in that time."), "failures 24h"),
        Action.FAILURES,
        troubles.failures,
        ("what failed", "what is failing", "what is broken", "failed runs", "incidents", "open incidents",
         "실패", "실패 목록", "장애", "뭐가 실패했어"),
    ),
    Command(
        "status",
        CommandHelp("status", N_("How the bot is doing: last polls, lag, queue, Data Flow API and Slack."), "status"),
        Action.STATUS,
        health.status,
        ("how are you", "are you ok", "are you alive", "everything ok", "상태", "잘 지내"),
    ),
    Command(
        "digest",
        CommandHelp(
            "digest [today|yesterday|YYYY-MM-DD]",
            N_("A day in numbers: outcomes, success rate, failures, slowest runs."),
            "digest yesterday",
        ),
        Action.DIGEST,
        past.digest,
        ("summary", "summary of", "요약"),
    ),
    Command(
        "why",
        CommandHelp(
            "why <execution id, or workflow>",
            N_("Why a run was told of or not, or what was decided on a workflow lately: each rule, mute, message."),
            "why TsP5R0sOX7QW8f1mA2Vd",
        ),
        Action.WHY,
        past.why,
        ("why did", "why was", "explain", "왜", "이유"),
    ),
    Command(
        "simulate",
        CommandHelp(
            "simulate [7d] <rule>=<value> …",
            N_("What other rules would have told of the past, such as nth, wait, quiet, remind, outcomes."),
            "simulate 7d nth=2 wait=10m",
        ),
        Action.SIMULATE,
        past.simulate,
        ("시뮬레이션",),
    ),
    Command(
        "audit",
        CommandHelp(
            "audit [24h]",
            N_("Whether every failure of that time stands in its channel: Data Flow, database and Slack compared."),
            "audit 7d",
        ),
        Action.AUDIT,
        health.audit,
        ("점검",),
    ),
    Command(
        "log",
        CommandHelp("log [text] [count]", N_("Who changed what from Slack, or was refused to."), "log mute 50"),
        Action.LOG,
        health.log,
        ("who changed", "who muted", "changes", "기록", "변경 기록"),
    ),
)  # fmt: skip

COMMANDS = {command.name: command for command in _TABLE}
ALL_HELP = tuple(command.help for command in _TABLE)
PHRASES: dict[Phrase, Command] = {
    tuple(called.split()): command for command in _TABLE for called in (command.name, *command.called)
}
"""What each command goes by."""
