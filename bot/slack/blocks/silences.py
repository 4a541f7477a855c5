"""Mutes and maintenance windows as answers: what holds alerts back, until when, and how much it holds."""

from collections.abc import Iterator

from bot.core.durations import spell
from bot.core.silence import SilenceKind, Weekly
from bot.core.silence_words import NAMES
from bot.language import N_, _, counted
from bot.services.silence_answers import SilenceAnswer, SilenceEnded, SilenceList, SilenceStarted, SilenceView
from bot.slack.blocks.card_answers import mute_message, scope_words
from bot.slack.blocks.elements import TEXT_LIMIT, Message, fitting, list_sections, section
from bot.slack.text import moment, words

NAME, NOTE = 100, 200
DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


def silence_message(answer: SilenceAnswer) -> Message:
    match answer:
        case SilenceStarted(made) if made.silence.kind is SilenceKind.MAINTENANCE:
            planned = _("Planned: {window}. What it holds back is told once when it is over.")
            return _said(planned.format(window=", ".join(_parts(made))))
        case SilenceEnded(ended) if ended.silence.kind is SilenceKind.MAINTENANCE:
            over = _("The maintenance window of {scope} has ended. What it held back is told now.")
            return _said(over.format(scope=scope_words(ended)))
        case SilenceStarted() | SilenceEnded():
            return mute_message(answer)
        case SilenceList():
            return _listed(answer)


def _listed(answer: SilenceList) -> Message:
    lines = [f"• {', '.join(_parts(one))}" for one in answer.silences]
    if not lines:
        return _said(_("Nothing is held back, and nothing is planned."))
    if answer.silences[0].silence.kind is SilenceKind.MUTE:
        title = counted("{count:,} mute", "{count:,} mutes", len(lines))
    else:
        title = counted("{count:,} maintenance window", "{count:,} maintenance windows", len(lines))
    if answer.asked_for:
        title = _("Not just one is meant by {name}. Say its number:").format(name=words(answer.asked_for, NAME))
    return Message("\n".join(fitting([title, *lines], TEXT_LIMIT)), tuple(list_sections(f"*{title}*", lines)))


def _parts(one: SilenceView) -> Iterator[str]:
    silence = one.silence
    yield _("{kind} {number} of {what}").format(
        kind=_(NAMES[silence.kind]), number=silence.silence_id, what=scope_words(one)
    )
    if silence.weekly:
        yield _week(silence.weekly)
    elif silence.kind is SilenceKind.MAINTENANCE:
        yield _("from {when}").format(when=moment(silence.starts_at))
    if silence.ends_at:
        yield _("until {when}").format(when=moment(silence.ends_at))
    if not one.is_active:
        yield _("not active now")
    if one.held:
        yield counted("{count:,} alert held back", "{count:,} alerts held back", one.held)
    if silence.created_by:
        yield _("by {person}").format(person=words(silence.created_by, NAME))
    if silence.note:
        yield words(silence.note, NOTE)


def _week(weekly: Weekly) -> str:
    days = ", ".join(_(DAYS[day]) for day in sorted(weekly.weekdays))
    return _("each {days} {start} for {span} ({zone})").format(
        days=days, start=f"{weekly.start:%H:%M}", span=spell(weekly.lasts), zone=words(weekly.zone, NAME)
    )


def _said(text: str) -> Message:
    return Message(text, (section(text),))
