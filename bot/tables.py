"""Tables for a terminal, as values, and those of the answers about rules. The others are in terminal.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.durations import spell

NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings, with lines of text before and after."""

    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    before: Sequence[str] = ()
    after: Sequence[str] = field(default=())


def when(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else NOTHING


def spelled(duration: timedelta | None) -> str:
    return NOTHING if duration is None else spell(duration)
