"""Judges a run: what people saw in Slack, against what Data Flow lists and what the database says.

Reads the stand-in's append-only journal and the database file, never the bot's own word. An end is told by the message
that was posted under its key, whatever that message says later: a card goes on living. What it says is looked at, too.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields

from bot.demo.slack_server import Entry, Happening

Place = tuple[str, str]
"""A message: its channel and its ts."""

_NAMED = re.compile(r"[Ee]xecution `?([A-Za-z0-9]{12})\b")
_FAILED_RUN = re.compile(r"^Execution (\S+), workflow", re.MULTILINE)
_PAGE = re.compile(r"Page [\d,]+ of [\d,]+: ")
_PAGE_LINE = re.compile(r"^\S+ ([A-Za-z0-9]{12})(?: |$)", re.MULTILINE)
_SUMMARY_PAGES = re.compile(r"Every run has its line in the thread, on ([\d,]+) page")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What went wrong, by kind; all empty when every end is told exactly once.

    `twice` stands twice at the end of the run, `stood_twice` did at any moment of it: an end by its execution id, any
    other message by its key. `misnamed` are messages that name another run than the one they stand for, `uncalled`
    runs that were told though nobody is to hear of them, `headless` summaries whose thread is incomplete, `stale` cards
    that do not show how their incident stands; `damaged` and `unrecorded` what the database says of itself and gets
    wrong.
    """

    lost: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    stood_twice: tuple[str, ...] = ()
    misnamed: tuple[str, ...] = ()
    uncalled: tuple[str, ...] = ()
    headless: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    unrecorded: tuple[str, ...] = ()

    @property
    def problems(self) -> list[str]:
        """A line for each kind that there is, with a few examples."""
        found = ((field.name.replace("_", " "), getattr(self, field.name)) for field in fields(self))
        return [f"{len(items)} {name}: {', '.join(items[:5])}" for name, items in found if items]


@dataclass(frozen=True, slots=True)
class CardState:
    """How an incident stands: what its card has to show."""

    failures: int
    jobs: int
    is_over: bool

    def is_shown_by(self, headline: str) -> bool:
        if self.is_over:
            return "RECOVERED" in headline
        counts = f" {self.failures:,} times" in headline if self.failures > self.jobs else True
        return "RECOVERED" not in headline and counts


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says: where it believes each alert to stand, by execution id, and the cards that live."""

    places: Mapping[str, Place | None]
    cards: Mapping[Place, CardState] = field(default_factory=dict)
    damage: tuple[str, ...] = ()


class Channels:
    """What stands in the workspace's channels, entry by entry of the journal. `keys` are the runs by their keys."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        self.visible: dict[Place, Entry] = {}
        self.stood_twice: set[str] = set()
        self._keys = keys
        self._runs: dict[Place, set[str]] = {}
        self._subjects: dict[Place, set[str]] = {}
        self._standing: defaultdict[str, set[Place]] = defaultdict(set)

    def follow(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            place = (entry.channel, entry.ts)
            match entry.what:
                case Happening.APPEARED:
                    self._put(place, entry)
                case Happening.EDITED:
                    self.visible[place] = entry
                case Happening.DELETED:
                    self._take(place)

    def told(self) -> dict[str, Place]:
        """Every run that is told, and where."""
        return {run: place for place, runs in self._runs.items() for run in runs}

    def standing_twice(self) -> list[str]:
        return sorted(subject for subject, places in self._standing.items() if len(places) > 1)

    def misnamed(self) -> Iterator[str]:
        """The card of an incident names its newest failure; every other message has to name the run it is about."""
        for place, entry in self.visible.items():
            run = self._keys.get(key_of(entry) or "")
            named = set(_NAMED.findall(entry.text))
            is_card = bool(_FAILED_RUN.search(entry.text)) and named <= set(self._keys.values())
            if run and run not in named and not is_card:
                yield f"{place} stands for {run} and names {', '.join(sorted(named)) or 'none'}"

    def headless(self) -> Iterator[str]:
        """Summaries that announce another number of pages than stand in their threads, and replies to nothing."""
        threads: defaultdict[Place, list[Entry]] = defaultdict(list)
        for entry in self.visible.values():
            if entry.thread_ts:
                threads[entry.channel, entry.thread_ts].append(entry)
        yield from (f"{place}: no such message" for place in threads if place not in self.visible)
        for place, entry in self.visible.items():
            announced = _SUMMARY_PAGES.search(entry.text)
            pages = sum(bool(_PAGE.match(reply.text)) for reply in threads.get(place, ()))
            if announced and int(announced[1].replace(",", "")) != pages:
                yield f"{place}: {announced[0]}, but {pages} there"

    def _put(self, place: Place, entry: Entry) -> None:
        self.visible[place] = entry
        key = key_of(entry)
        self._runs[place] = runs_told(entry, self._keys)
        self._subjects[place] = self._runs[place] | ({key} if key else set())
        for subject in self._subjects[place]:
            self._standing[subject].add(place)
            if len(self._standing[subject]) > 1:
                self.stood_twice.add(subject)

    def _take(self, place: Place) -> None:
        self.visible.pop(place, None)
        self._runs.pop(place, None)
        for subject in self._subjects.pop(place, ()):
            self._standing[subject].discard(place)


def judge(entries: Iterable[Entry], keys: Mapping[str, str], stored: Stored | None = None) -> Verdict:
    """The verdict on a run in which each of these executions was to be told, under these keys."""
    channels, to_tell = Channels(keys), set(keys.values())
    channels.follow(entries)
    told = channels.told()
    named = {run for entry in channels.visible.values() for run in _FAILED_RUN.findall(entry.text)}
    return Verdict(
        lost=tuple(sorted(to_tell - told.keys())),
        twice=tuple(channels.standing_twice()),
        stood_twice=tuple(sorted(channels.stood_twice)),
        misnamed=tuple(channels.misnamed()),
        uncalled=tuple(sorted((told.keys() | named) - to_tell)),
        headless=tuple(channels.headless()),
        stale=tuple(_stale(channels, stored.cards)) if stored else (),
        damaged=stored.damage if stored else (),
        unrecorded=tuple(_unrecorded(told, stored.places)) if stored else (),
    )


def runs_told(entry: Entry, keys: Mapping[str, str]) -> set[str]:
    """The executions whose end this message tells: the one of its key, or one for each line of a catch-up page."""
    if _PAGE.match(entry.text):
        return set(_PAGE_LINE.findall("\n".join([entry.text, *_texts(entry.blocks)])))
    run = keys.get(key_of(entry) or "")
    return {run} if run else set()


def key_of(entry: Entry) -> str | None:
    """The key in the message's metadata."""
    payload = (entry.metadata or {}).get("event_payload")
    key = payload.get("key") if isinstance(payload, Mapping) else None
    return key if isinstance(key, str) else None


def _unrecorded(told: Mapping[str, Place], places: Mapping[str, Place | None]) -> Iterator[str]:
    for run, place in sorted(told.items()):
        if run not in places:
            yield f"{run} has no row"
        elif places[run] != place:
            yield f"{run} stands at {place}, its row says {places[run]}"


def _stale(channels: Channels, cards: Mapping[Place, CardState]) -> Iterator[str]:
    for place, state in cards.items():
        card = channels.visible.get(place)
        headline = card.text.partition("\n")[0] if card else ""
        if card is None or not state.is_shown_by(headline):
            yield f"{place} is {state} and says {headline!r}"


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
