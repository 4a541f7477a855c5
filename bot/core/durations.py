"""Durations as people write and read them."""

import re
from datetime import timedelta

from bot.language import N_, _

_SPELLED = (N_("{number} d"), N_("{number} h"), N_("{number} min"), N_("{number} s"))
_UNITS = {"d": 86400.0, "h": 3600.0, "min": 60.0, "m": 60.0, "sec": 1.0, "s": 1.0}
_PART = re.compile(rf"(\d+(?:\.\d+)?)({'|'.join(_UNITS)}|)")


def spell(span: timedelta) -> str:
    """The two largest units that say something: 3 d 4 h, 12 min 3 s."""
    seconds = int(span.total_seconds())
    if seconds < 1:
        return _("under 1 s")
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = list(zip((days, hours, minutes, seconds), _SPELLED, strict=True))
    first = next(place for place, (number, _unit) in enumerate(units) if number)
    return " ".join(_(unit).format(number=number) for number, unit in units[first : first + 2] if number)


def parse(text: str) -> timedelta | None:
    """`45`, `30s`, `10m`, `1h30m`, `2 d`: seconds unless a unit says otherwise; None for anything else."""
    compact = "".join(text.lower().split())
    parts = list(_PART.finditer(compact))
    if not parts or "".join(part.group() for part in parts) != compact:
        return None
    try:
        span = timedelta(seconds=sum(float(part[1]) * _UNITS[part[2] or "s"] for part in parts))
    except OverflowError:
        return None
    return span if span > timedelta() else None
