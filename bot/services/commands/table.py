"""The table of commands, which is parser, help text, permissions and documentation in one."""

from difflib import get_close_matches

from bot.core.permissions import Action
from bot.language import N_, _
from bot.services.answers import Help
from bot.services.commands import health, past, runs, silences, subscribing, troubles
from bot.services.commands.command import Asked, Command, Tools
from bot.services.commands.line import Phrase
from bot.services.desk_answers import DeskAnswer


def show_help(_tools: Tools, asked: Asked) -> DeskAnswer:
    """`help [command]`: all commands, the one that goes by this name, those that are named, or those that come near."""
    words = asked.text.casefold().split()
    command = PHRASES.get(tuple(words))
    named = [command] if command else [one for one in _TABLE if one.name in words]
    if named:
        return Help(tuple(one.help for one in named))
    near = unknown(asked.text)
    return near if near.commands != ALL_HELP else Help(ALL_HELP)


def unknown(called: str) -> Help:
    """Nothing is called that: those that come nearest by name, or else by another name, or else all."""
    others = {" ".join(phrase): command for phrase, command in PHRASES.items()}
    found = (get_close_matches(called.casefold(), names, n=2, cutoff=0.6) for names in (COMMANDS, others))
    close = dict.fromkeys(others[match].name for match in next(filter(None, found), ()))
    meant = tuple(COMMANDS[name].help for name in close)
    problem = _("There is no command “{name}”.").format(name=called)
    return Help(meant or ALL_HELP, " ".join([problem, _("Did you mean this?")]) if meant else problem)


_TABLE = (
    Command(
        "help",
        "help [command]",
        N_("What you can ask."),
        "help",
        Action.HELP,
        show_help,
        ("what can you do", "commands", "도움말", "도와줘", "명령어"),
    ),
    Command(
        "runs",
        "runs <workflow> [status] [count]",
        N_("The newest runs of a workflow, by its id or name: status, start, duration, waiting."),
        "runs orders-daily-load failed 5",
        Action.RUNS,
        runs.runs,
        (
            "runs of",
            "history",
            "history of",
            "last runs of",
            "latest runs of",
            "실행",
            "실행 내역",
            "실행 목록",
            "내역",
        ),
    ),
    Command(
        "run",
        "run <execution id>",
        N_("Everything known of one run: times, job, trigger, log, incident, and where it was told."),
        "run TsP5R0sOX7QW8f1mA2Vd",
        Action.RUN,
        runs.run,
        ("execution", "실행 상세"),
    ),
    Command(
        "workflows",
        "workflows [search]",
        N_("The watched workflows with their newest run."),
        "workflows orders",
        Action.WORKFLOWS,
        runs.workflow_list,
        ("list workflows", "list of workflows", "워크플로", "워크플로우", "워크플로 목록", "워크플로우 목록"),
    ),
    Command(
        "failures",
        "failures [24h]",
        N_("The open incidents, and what failed in that time."),
        "failures 24h",
        Action.FAILURES,
        troubles.failures,
        (
            "what failed",
            "what is failing",
            "what is broken",
            "failed runs",
            "incidents",
            "open incidents",
            "실패",
            "실패 목록",
            "장애",
            "뭐가 실패했어",
        ),
    ),
    Command(
        "status",
        "status",
        N_("How the bot is doing: last polls, lag, queue, Data Flow API and Slack."),
        "status",
        Action.STATUS,
        health.status,
        ("how are you", "are you ok", "are you alive", "everything ok", "상태", "잘 지내"),
    ),
    Command(
        "digest",
        "digest [today|yesterday|YYYY-MM-DD]",
        N_("A day in numbers: outcomes, success rate, failures, slowest runs."),
        "digest yesterday",
        Action.DIGEST,
        past.digest,
        ("summary", "summary of", "요약"),
    ),
    Command(
        "why",
        "why <execution id, or workflow>",
        N_("Why a run was told of or not, or what was decided on a workflow lately: each rule, mute, message."),
        "why TsP5R0sOX7QW8f1mA2Vd",
        Action.WHY,
        past.why,
        ("why did", "why was", "explain", "왜", "이유"),
    ),
    Command(
        "simulate",
        "simulate [7d] <rule>=<value> …",
        N_("What other rules would have told of the past, such as nth, wait, quiet, remind, outcomes."),
        "simulate 7d nth=2 wait=10m",
        Action.SIMULATE,
        past.simulate,
        ("시뮬레이션",),
    ),
    Command(
        "audit",
        "audit [24h]",
        N_("Whether every failure of that time stands in its channel: Data Flow, database and Slack compared."),
        "audit 7d",
        Action.AUDIT,
        health.audit,
        ("알림 감사",),
    ),
    Command(
        "subscribe",
        "subscribe <workflow|pattern|all> [to #channel] [outcomes …] [rule=value …]",
        N_("Let this channel, another one, or you yourself in a direct message hear of workflows."),
        "subscribe orders-daily-load failed recovered nth=2",
        Action.SUBSCRIBE,
        subscribing.subscribe,
        ("subscribe to", "구독", "구독 추가"),
        own_action=Action.SUBSCRIBE_SELF,
    ),
    Command(
        "unsubscribe",
        "unsubscribe <workflow|pattern|all> [from #channel]",
        N_("Let this channel, another one, or you yourself hear of them no more."),
        "unsubscribe all",
        Action.UNSUBSCRIBE,
        subscribing.unsubscribe,
        ("unsubscribe from", "구독 취소", "구독 해지"),
        own_action=Action.UNSUBSCRIBE_SELF,
    ),
    Command(
        "list",
        "list [all|#channel]",
        N_("Who hears of what, by which rules, and what is broken about it."),
        "list all",
        Action.LIST,
        subscribing.show_list,
        ("subscriptions", "list subscriptions", "구독 목록"),
    ),
    Command(
        "settings",
        "settings [workflow|pattern|all]",
        N_("Every rule of a subscription, with a preview, in a window."),
        "settings",
        Action.SETTINGS,
        subscribing.settings,
        ("rules", "설정"),
    ),
    Command(
        "mute",
        "mute <what> [for 4h | until tomorrow 9:00]",
        N_("Hold back alerts of a workflow, a job or a channel for a while, then tell once what was held back."),
        "mute orders-daily-load for 4h",
        Action.MUTE,
        silences.mute,
        ("silence", "snooze", "음소거", "알림 끄기", "조용히"),
    ),
    Command(
        "unmute",
        "unmute <number or what>",
        N_("End a mute now, and tell what it held back."),
        "unmute orders-daily-load",
        Action.UNMUTE,
        silences.unmute,
        ("unsilence", "unsnooze", "음소거 해제", "알림 켜기"),
    ),
    Command(
        "mutes",
        "mutes",
        N_("What is muted, until when, and what is held back."),
        "mutes",
        Action.MUTES,
        silences.mutes,
        ("what is muted", "muted", "음소거 목록"),
    ),
    Command(
        "maintenance",
        "maintenance",
        N_("The planned windows in which alerts are held back."),
        "maintenance",
        Action.MUTES,
        silences.windows,
        ("maintenance list", "maintenance windows", "점검", "점검 목록", "점검 시간"),
    ),
    Command(
        "maintenance add",
        "maintenance add <what> from <start> until <end> | weekly <days> <time> <duration>",
        N_("Hold back alerts while planned work goes on, once or each week."),
        "maintenance add orders-daily-load weekly mon,wed 02:00 90m",
        Action.MUTE,
        silences.add_window,
        ("plan maintenance",),
    ),
    Command(
        "maintenance end",
        "maintenance end <number>",
        N_("End a window now and for good."),
        "maintenance end 1",
        Action.UNMUTE,
        silences.end_window,
        ("maintenance remove",),
    ),
    Command(
        "ack",
        "ack [incident or workflow]",
        N_("Say that you look after an incident: nobody is reminded of it."),
        "ack orders-daily-load",
        Action.ACK,
        troubles.ack,
        ("acknowledge", "i am on it", "담당", "담당할게", "확인", "확인했어", "내가 볼게"),
    ),
    Command(
        "unack",
        "unack [incident or workflow]",
        N_("Take that back."),
        "unack orders-daily-load",
        Action.UNACK,
        troubles.unack,
        ("unacknowledge", "담당 취소", "확인 취소"),
    ),
    Command(
        "rerun",
        "rerun <workflow>",
        N_("Start a workflow again, once you have seen what that starts."),
        "rerun orders-daily-load",
        Action.RERUN,
        troubles.rerun,
        ("re-run", "run again", "restart", "재실행", "다시 실행"),
    ),
    Command(
        "test",
        "test [#channel]",
        N_("Send a test alert on the way that every alert takes, and see how long it takes."),
        "test",
        Action.TEST,
        health.test,
        ("test alert", "send a test alert", "테스트"),
    ),
    Command(
        "log",
        "log [text] [count]",
        N_("Who changed what from Slack, or was refused to."),
        "log mute 50",
        Action.LOG,
        health.log,
        ("who changed", "who muted", "changes", "기록", "변경 기록"),
    ),
)

COMMANDS = {command.name: command for command in _TABLE}
ALL_HELP = tuple(command.help for command in _TABLE)
PHRASES: dict[Phrase, Command] = {
    tuple(called.split()): command for command in _TABLE for called in (command.name, *command.called)
}
"""What each command goes by."""
USAGE_HINT = " | ".join(command.usage for command in _TABLE)
"""What Slack shows to whoever types the slash command: at most 1,000 characters (Slack docs, "App manifest")."""
