"""Commands that hold alerts back: mutes and maintenance windows."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.permissions import ChannelKind
from bot.core.rule_words import NotUnderstood
from bot.core.silence import Silence, SilenceKind
from bot.core.until import ACCEPTED, parse_until
from bot.language import _
from bot.services.commands.command import Asked, Tools
from bot.services.commands.places import HERE, hearing, is_channel, with_ids
from bot.services.commands.words import flag
from bot.services.desk_answers import DeskAnswer
from bot.services.find_workflow import is_exact
from bot.services.manage_silences import ManageSilences, WindowWords
from bot.services.reach import Unreached
from bot.services.silence_scope import Scope, read_scope
from bot.store import workflows

USUAL = "4h"
EVERYTHING = ("all", "everything", "*", "모두", "전체")
ENDS = ("for", "until", "till")


def mute(tools: Tools, asked: Asked) -> DeskAnswer:
    """`mute <what> [for 4h | until tomorrow 9:00]`. Everything means everything that this channel hears of."""
    words, until = _split_end(tools, asked)
    what = _what(tools, asked, words)
    return what if isinstance(what, Unreached) else _silences(tools, asked).mute(asked.permit, what, until)


def unmute(tools: Tools, asked: Asked) -> DeskAnswer:
    """`unmute <number or what>`."""
    if len(asked.words) == 1 and asked.text.isdecimal():
        return tools.silences.end(asked.permit, SilenceKind.MUTE, int(asked.text[:9]))
    what = _what(tools, asked, asked.words)
    if isinstance(what, Unreached):
        return what
    with tools.database.snapshot() as session:
        scope = read_scope(session, what)
    if not isinstance(scope, Scope):
        return scope
    listed = tools.silences.listed(SilenceKind.MUTE)
    meant = [one.silence for one in listed.silences if _scope_of(one.silence) == scope]
    if len(meant) != 1:
        return replace(listed, asked_for=asked.text)
    return tools.silences.end(asked.permit, SilenceKind.MUTE, meant[0].silence_id)


def mutes(tools: Tools, _asked: Asked) -> DeskAnswer:
    """`mutes`."""
    return tools.silences.listed(SilenceKind.MUTE)


def windows(tools: Tools, _asked: Asked) -> DeskAnswer:
    """`maintenance`."""
    return tools.silences.listed(SilenceKind.MAINTENANCE)


def add_window(tools: Tools, asked: Asked) -> DeskAnswer:
    """`maintenance add <what> from <start> until <end>`, or `… weekly <days> <time> <duration>`."""
    parts = _sections(asked.words, ("from", "until", "weekly"))
    if not parts[""]:
        raise NotUnderstood(_("What? Name a workflow, a job or a channel."))
    weekly = parts["weekly"]
    if weekly and len(weekly) != 3:
        raise NotUnderstood(_("Say weekly, then days, a time and how long: weekly mon,wed 02:00 90m."))
    what = _what(tools, asked, parts[""])
    if isinstance(what, Unreached):
        return what
    window = WindowWords(
        " ".join(parts["from"]) or None,
        " ".join(parts["until"]) or None,
        (weekly[0], weekly[1], weekly[2]) if weekly else None,
    )
    return _silences(tools, asked).add_window(asked.permit, what, window)


def end_window(tools: Tools, asked: Asked) -> DeskAnswer:
    """`maintenance end <number>`."""
    if not asked.text.isdecimal():
        raise NotUnderstood(_("Which one? `maintenance` shows their numbers."))
    return tools.silences.end(asked.permit, SilenceKind.MAINTENANCE, int(asked.text[:9]))


def _silences(tools: Tools, asked: Asked) -> ManageSilences:
    """Times that somebody types are those of their own clock."""
    return replace(tools.silences, zone=asked.request.asker.zone or tools.silences.zone)


def _split_end(tools: Tools, asked: Asked) -> tuple[Sequence[str], str]:
    """The words for what is meant, and the end: what stands last and reads as one, unless it is all of a workflow's own
    name. After `for` or `until` there must be one."""
    words, zone = list(asked.words), asked.request.asker.zone or tools.silences.zone
    with tools.database.snapshot() as session:
        if is_exact(asked.text, workflows.names(session)):
            return words, USUAL
    ends = [at for at in range(1, len(words)) if parse_until(" ".join(words[at:]), tools.clock(), zone)]
    marked = [at for at in ends if _keyword(words[at - 1]) in ENDS and at > 1]
    if marked:
        return words[: marked[0] - 1], " ".join(words[marked[0] :])
    plain = [at for at in ends if len(words) - at == 1 or not words[at].isdecimal()]
    if plain:
        return words[: plain[0]], " ".join(words[plain[0] :])
    if any(_keyword(word) in ENDS for word in words[1:-1]):
        raise NotUnderstood(_("Until when? Say {accepted}.").format(accepted=_(ACCEPTED)))
    return words, USUAL


def _what(tools: Tools, asked: Asked, words: Sequence[str]) -> list[str] | Unreached:
    """The same words with channels by Slack's ids, and this one where it is meant."""
    with tools.database.snapshot() as session:
        known = hearing(session)
    if len(words) != 1 or words[0].lower() not in (*EVERYTHING, *HERE):
        return with_ids([word for word in words if not _is_preposition(word, words)], tools.reach, known)
    is_own = asked.request.channel_kind is ChannelKind.DIRECT or asked.request.channel_id is None
    place = asked.request.user_id if is_own else str(asked.request.channel_id)
    if place not in known:
        raise NotUnderstood(_("No alerts come here, so there are none to hold back."))
    return [place]


def _is_preposition(word: str, words: Sequence[str]) -> bool:
    """The "in" of "orders in #data-alerts"."""
    return word.lower() == "in" and any(map(is_channel, words))


def _scope_of(silence: Silence) -> Scope:
    return Scope(silence.channel, silence.workflow_id, silence.job_id)


def _sections(words: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    """The words after each of these, and under "" those before the first."""
    found: dict[str, list[str]] = {name: [] for name in ("", *names)}
    current = ""
    for word in words:
        if (name := _keyword(word)) in names and not found[name]:
            current = name
        else:
            found[current].append(word)
    return found


def _keyword(word: str) -> str:
    """Also as the flag that it is at the terminal: --until."""
    return flag(word) or word.lower()
