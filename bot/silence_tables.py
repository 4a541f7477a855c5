"""Tables of mutes and maintenance windows for a terminal."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.durations import spell
from bot.core.silence import Silence, SilenceKind, Weekly
from bot.core.silence_words import NAMES
from bot.services.silence_answers import SilenceAnswer, SilenceEnded, SilenceList, SilenceStarted, SilenceView
from bot.tables import NOTHING, Table, when

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_COLUMNS = ("id", "covers", "in", "from", "until", "each week", "now", "held back", "note")


def silence_table(answer: SilenceAnswer, zone: ZoneInfo) -> Table:
    match answer:
        case SilenceStarted(view):
            line = f"{_title(view)} holds back alerts {_times(view.silence, zone)}; its end is told with what it held"
            return Table(_COLUMNS, [_row(view, zone)], before=[line])
        case SilenceEnded(view):
            told = f"{view.held} held back, told now" if view.held else "nothing was held back"
            return Table(_COLUMNS, [], before=[f"{_title(view)} has ended: {told}"])
        case SilenceList(views):
            return Table(_COLUMNS, [_row(view, zone) for view in views])


def _title(view: SilenceView) -> str:
    return f"{NAMES[view.silence.kind]} {view.silence.silence_id} of {view.scope}"


def _times(silence: Silence, zone: ZoneInfo) -> str:
    end = f"until {_minute(silence.ends_at, zone)}" if silence.ends_at else "until it is removed"
    if silence.weekly:
        return f"each {_week(silence.weekly)}, {end}"
    is_mute = silence.kind is SilenceKind.MUTE
    return end if is_mute else f"from {_minute(silence.starts_at, zone)} {end}"


def _row(view: SilenceView, zone: ZoneInfo) -> tuple[str, ...]:
    silence = view.silence
    return (
        str(silence.silence_id),
        view.scope,
        ", ".join(view.channels) or NOTHING,
        when(silence.starts_at, zone),
        when(silence.ends_at, zone),
        _week(silence.weekly) if silence.weekly else NOTHING,
        "active" if view.is_active else "waits",
        str(view.held),
        silence.note or NOTHING,
    )


def _week(weekly: Weekly) -> str:
    days = ", ".join(_DAYS[day] for day in sorted(weekly.weekdays))
    return f"{days} {weekly.start:%H:%M} for {spell(weekly.lasts)} ({weekly.zone})"


def _minute(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})"
