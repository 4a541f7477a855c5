"""Judges a run: what people saw in Slack, against what Data Flow lists and what the database says.

Reads the stand-in's append-only journal and the database file, never the bot's own word: which run a message tells of
is read from the words that people see.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from bot.demo.slack_server import Entry, Happening

Place = tuple[str, str]
"""A message: its channel and its ts."""

_ALERT = re.compile(r"^Execution (\S+), workflow", re.MULTILINE)
_PAGE = re.compile(r"Page [\d,]+ of [\d,]+: ")
_PAGE_LINE = re.compile(r"^\S+ ([A-Za-z0-9]{12})(?: |$)", re.MULTILINE)
_SUMMARY_PAGES = re.compile(r"Every run has its line in the thread, on ([\d,]+) page")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong, by kind; all empty when every end is told exactly once.

    `twice` stands twice at the end of the run, `stood_twice` did at any moment of it: an end by its execution id, any
    other message by its key. `uncalled` are runs that were told though nobody is to hear of them, `headless` the
    summaries whose thread is incomplete, `damaged` and `unrecorded` what the database says of itself and gets wrong.
    """

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    stood_twice: tuple[str, ...] = ()
    uncalled: tuple[str, ...] = ()
    headless: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()

    @property
    def problems(self) -> list[str]:
        """A line for each kind that there is, with a few examples."""
        found = ((field.name.replace("_", " "), getattr(self, field.name)) for field in fields(self))
        return [f"{len(items)} {name}: {', '.join(items[:5])}" for name, items in found if items]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says. `places` is where it believes each alert to stand, by execution id."""

    places: Mapping[str, Place | None]
    damage: tuple[str, ...] = ()


class Channels:
    """What stands in the workspace's channels, entry by entry of the journal."""

    def __init__(self) -> None:
        self.visible: dict[Place, Entry] = {}
        self.stood_twice: set[str] = set()
        self._standing: defaultdict[str, set[Place]] = defaultdict(set)

    def follow(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            place = (entry.channel, entry.ts)
            match entry.what:
                case Happening.APPEARED:
                    self._put(place, entry)
                case Happening.EDITED:
                    self._take(place)
                    self._put(place, entry)
                case Happening.DELETED:
                    self._take(place)

    def places_of(self, subject: str) -> set[Place]:
        return self._standing.get(subject, set())

    def told(self) -> dict[str, Place]:
        """Every run that is told, and where."""
        return {run: place for place, entry in self.visible.items() for run in runs_told(entry)}

    def standing_twice(self) -> list[str]:
        return sorted(subject for subject, places in self._standing.items() if len(places) > 1)

    def headless(self) -> Iterator[str]:
        """Summaries that announce another number of pages than stand in their threads, and pages without a summary."""
        pages: defaultdict[Place, int] = defaultdict(int)
        for entry in self.visible.values():
            if entry.thread_ts:
                pages[entry.channel, entry.thread_ts] += 1
        for place, entry in self.visible.items():
            announced = _SUMMARY_PAGES.search(entry.text)
            if announced and int(announced[1].replace(",", "")) != pages[place]:
                yield f"{place}: {announced[0]}, but {pages[place]} there"
        yield from (f"{place}: no such message" for place in pages if place not in self.visible)

    def _put(self, place: Place, entry: Entry) -> None:
        self.visible[place] = entry
        for subject in _subjects(entry):
            self._standing[subject].add(place)
            if len(self._standing[subject]) > 1:
                self.stood_twice.add(subject)

    def _take(self, place: Place) -> None:
        entry = self.visible.pop(place, None)
        for subject in _subjects(entry) if entry else ():
            self._standing[subject].discard(place)


def judge(entries: Iterable[Entry], to_tell: Collection[str], stored: Stored | None = None) -> Verdict:
    """The verdict on a run in which each of these executions was to be told."""
    channels = Channels()
    channels.follow(entries)
    told = channels.told()
    return Verdict(
        lost=tuple(sorted(set(to_tell) - told.keys())),
        twice=tuple(channels.standing_twice()),
        stood_twice=tuple(sorted(channels.stood_twice)),
        uncalled=tuple(sorted(told.keys() - set(to_tell))),
        headless=tuple(channels.headless()),
        damaged=stored.damage if stored else (),
        unrecorded=tuple(_unrecorded(told, stored.places)) if stored else (),
    )


def runs_told(entry: Entry) -> set[str]:
    """The executions whose end this message tells: one for an alert, one for each line of a catch-up page.

    A summary names the newest failures as well, and a digest the day's; neither stands for the message of its own.
    """
    shown = "\n".join([entry.text, *_texts(entry.blocks)])
    if _PAGE.match(entry.text):
        return set(_PAGE_LINE.findall(shown))
    return set(_ALERT.findall(entry.text))


def key_of(entry: Entry) -> str | None:
    """The key in the message's metadata."""
    payload = (entry.metadata or {}).get("event_payload")
    key = payload.get("key") if isinstance(payload, Mapping) else None
    return key if isinstance(key, str) else None


def _subjects(entry: Entry) -> set[str]:
    key = key_of(entry)
    return runs_told(entry) | ({key} if key else set())


def _unrecorded(told: Mapping[str, Place], places: Mapping[str, Place | None]) -> Iterator[str]:
    for run, place in sorted(told.items()):
        if run not in places:
            yield f"{run} has no row"
        elif places[run] != place:
            yield f"{run} stands at {place}, its row says {places[run]}"


def _texts(value: object) -> Iterator[str]:
    """Every text in blocks, however deep."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
