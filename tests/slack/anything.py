"""Values of any type of the vocabulary, as bad as the outside could make them: what they hold is read off their fields.

A type of which not every value makes sense is told in KNOWN what its values are.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

BARBS = (
    "<!channel>",
    "<@U123>",
    "<!subteam^S123>",
    "<#C123>",
    "<https://evil.example|click>",
    "https://evil.example",
    "&amp;<",
    "*_~`",
    "```",
    "> quote",
    ":fire:",
    "@here #general",
    "\u202eabc",
    "שלום עולם",
    "일별 매출",
    "👩\u200d👩\u200d👧🏽",
    "a\x00b\nc\rd\x1b[31m",
    "\ud800",
    "\u2028",
    "|",
    "{name}",
    "%s",
    "",
)
names = st.one_of(
    st.text(max_size=40),
    st.lists(st.sampled_from(BARBS), max_size=4).map(" ".join),
    st.builds(lambda barb, times: barb * times, st.sampled_from(BARBS), st.sampled_from([1, 200, 3000])),
)
times = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(), timedelta(days=4000))
counts = st.integers(0, 10**12)
MANY = 60
"""Items of a long list: more than there is room for of anything."""

SCALARS: Mapping[Any, st.SearchStrategy[Any]] = {
    str: names,
    int: counts,
    float: st.floats(0, 1),
    bool: st.booleans(),
    datetime: times,
    date: st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    time: st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
    timedelta: spans,
    ZoneInfo: st.sampled_from(["Asia/Seoul", "UTC", "America/New_York"]).map(ZoneInfo),
    NoneType: st.none(),
}
KNOWN: dict[Any, st.SearchStrategy[Any]] = {}
"""By type, by type and field, or by the name that a text has everywhere. Filled by hostile.py."""


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type, or of a union of types. KNOWN is looked at when the first of them is drawn."""
    return st.deferred(lambda: _of(kind))


def some(kind: Any, *, least: int = 0, many: int = MANY) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few different items, or one many times: a long list costs no more to make than a short one then."""
    items = of(kind)
    repeated = st.builds(lambda item, times: (item,) * times, items, st.sampled_from([1, many]))
    return st.lists(items, min_size=least, max_size=4).map(tuple) | repeated


@cache
def _of(kind: Any) -> st.SearchStrategy[Any]:
    if kind in KNOWN or kind in SCALARS:
        return KNOWN[kind] if kind in KNOWN else SCALARS[kind]
    match get_origin(kind):
        case None:
            return _of_class(kind)
        case origin if origin in (Union, UnionType):
            return st.one_of([_of(part) for part in get_args(kind)])
        case origin if origin is Literal:
            return st.sampled_from(get_args(kind))
        case origin:
            return _of_collection(origin, get_args(kind))


def _of_class(kind: type) -> st.SearchStrategy[Any]:
    if issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    if not is_dataclass(kind):
        raise TypeError(f"tell KNOWN what values {kind} has")
    hints = get_type_hints(kind)
    hints = {field.name: hints[field.name] for field in fields(kind) if field.init}
    return st.builds(kind, **{name: _of_field(kind, name, hint) for name, hint in hints.items()})


def _of_field(kind: type, name: str, hint: Any) -> st.SearchStrategy[Any]:
    known = KNOWN.get((kind, name), KNOWN.get(name) if hint is str else None)
    return _of(hint) if known is None else known


def _of_collection(origin: Any, parts: Sequence[Any]) -> st.SearchStrategy[Any]:
    if origin is frozenset:
        return st.frozensets(_of(parts[0]), max_size=4)
    if origin is tuple and parts[-1] is not Ellipsis:
        return st.tuples(*map(_of, parts))
    if issubclass(origin, Mapping):
        return st.dictionaries(*map(_of, parts), max_size=4)
    if origin in (tuple, list, Sequence):
        return some(parts[0]).map(origin) if origin is list else some(parts[0])
    raise TypeError(f"what is a {origin}?")
