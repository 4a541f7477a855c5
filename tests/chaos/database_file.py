"""An SQLite file from outside: read as a copy, so that looking changes nothing, and harmed as disks and people do."""

import json
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.checker import CardState, Place, Stored

_FRAME_HEADER, _WAL_HEADER = 24, 32
_FIELDS = ((16, 4), (96, 4), (14, 2))
"""Where the -shm file says how many frames the log has, how many of them were copied into the main file, and how large
a page is: offset and size (SQLite docs, "WAL-mode File Format")."""

_PLACES = """
    SELECT executions.job_execution_id, outbox.message_channel, outbox.message_ts
    FROM decisions
    JOIN transitions ON transitions.id = decisions.transition_key
    JOIN executions ON executions.id = transitions.execution_key
    LEFT JOIN outbox ON outbox.id = decisions.outbox_key
    WHERE decisions.verdict = 'tell'
"""


_CARDS = """
    SELECT outbox.message_channel, outbox.message_ts, incidents.snapshot
    FROM cards
    JOIN incidents ON incidents.id = cards.incident_key
    JOIN outbox ON outbox.id = cards.outbox_key
    WHERE outbox.state = 'sent'
"""


@dataclass(frozen=True, slots=True)
class DatabaseFile:
    """The file and its two companions. Where nothing else is said, the bot is not alive."""

    path: Path

    @property
    def parts(self) -> list[Path]:
        return [self.path, self._companion("-wal"), self._companion("-shm")]

    def delete(self) -> None:
        for part in self.parts:
            part.unlink(missing_ok=True)

    def copy_to(self, folder: Path) -> "DatabaseFile":
        """A backup as a careless operator makes it: the file and its log, whatever state they are in."""
        folder.mkdir(parents=True, exist_ok=True)
        for part in self.parts[:2]:
            if part.exists():
                shutil.copy(part, folder / part.name)
        return DatabaseFile(folder / self.path.name)

    def restore(self, backup: "DatabaseFile") -> None:
        self.delete()
        for part, kept in zip(self.parts[:2], backup.parts[:2], strict=True):
            if kept.exists():
                shutil.copy(kept, part)

    def cut_log(self, dice: random.Random) -> int:
        """Lose the end of the write-ahead log, as a disk does that had lied about it; returns how many pages.

        Only what the main file does not hold yet: what was copied over had been synced before.
        """
        log, index = self._companion("-wal"), self._companion("-shm")
        if not (log.exists() and index.exists()):
            return 0
        header = index.read_bytes()
        newest, copied, page_size = (int.from_bytes(header[at : at + size], sys.byteorder) for at, size in _FIELDS)
        kept = dice.randint(min(copied, newest), newest)
        torn = dice.randrange(_FRAME_HEADER + page_size) if kept < newest else 0
        with log.open("r+b") as file:
            file.truncate(_WAL_HEADER + kept * (_FRAME_HEADER + page_size) + torn)
        index.unlink()
        return newest - kept

    def read(self) -> Stored:
        """What it says of alerts and cards, and whether it is intact."""
        with self._opened_copy() as copy:
            return Stored(_places(copy), _cards(copy), tuple(self.damage()))

    def damage(self) -> list[str]:
        """What SQLite finds wrong with it."""
        with self._opened_copy() as copy:
            try:
                found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check")]
                orphans = [f"no parent: {row}" for row in copy.execute("PRAGMA foreign_key_check")]
            except sqlite3.DatabaseError as error:
                return [str(error)]
            return [line for line in found if line != "ok"] + orphans

    def count(self, query: str) -> int:
        """The answer to a query for a number; 0 while the tables are not there yet."""
        with self._opened_copy() as copy:
            return _number(copy, query) if _has_tables(copy) else 0

    def change(self, statements: str) -> None:
        """Write to it as somebody with a console does."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(statements)

    def ask(self, query: str) -> int:
        """The answer to a query for a number, while the bot is at work."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return _number(connection, query)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else can write meanwhile."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield

    @contextmanager
    def _opened_copy(self) -> Iterator[sqlite3.Connection]:
        with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(self.copy_to(Path(folder)).path)) as copy:
            yield copy

    def _companion(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)


def _places(copy: sqlite3.Connection) -> Mapping[str, Place | None]:
    if not _has_tables(copy):
        return {}
    rows = copy.execute(_PLACES)
    return {run: (channel, ts) if channel and ts else None for run, channel, ts in rows}


def _has_tables(copy: sqlite3.Connection) -> bool:
    return _number(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'outbox'") > 0


def _cards(copy: sqlite3.Connection) -> Mapping[Place, CardState]:
    if not _has_tables(copy):
        return {}
    cards = {}
    for channel, ts, snapshot in copy.execute(_CARDS):
        jobs = json.loads(snapshot)["jobs"]
        is_over = all(job.get("recovered_at") for job in jobs)
        cards[channel, ts] = CardState(sum(job["failures"] for job in jobs), len(jobs), is_over)
    return cards


def _number(connection: sqlite3.Connection, query: str) -> int:
    (number,) = connection.execute(query).fetchone()
    return int(number)
