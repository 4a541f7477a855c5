"""Tells what ten million stored executions cost beside fewer: bytes, answers, batches, polls and memory.

`python -m benchmarks.large` makes the databases first, which takes some minutes, three gigabytes and a quiet machine;
`--keep DIR` keeps them there, and uses those that it finds.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.plot import Panel
from benchmarks.report import NOT_MEASURED, Section, Table, show
from benchmarks.serving import SECONDS
from benchmarks.years import Years

SMALL, MEDIUM, LARGE = 100_000, 1_000_000, 10_000_000
DRAWN = {"cycle with news": "a poll with news", "cycle without news": "a poll without news"}
DRAWN |= {f"/dataflow {words}": f"/dataflow {words}" for words in ("runs <id>", "status")}
FLOOR = "/dataflow runs <id>"
ABOUT = """
The same questions, batches and polls (of 300 workflows) with so many stored executions of 10,000 workflows. Aims:
100 ms at p99 for a command, 200 ms for digests and history, × at most 1.2, 150 MB at the peak, and 1.5 GB for ten
million executions. The floor is plain sqlite3 with the same indexes, which makes no message of what it finds.
""".strip()

Figures = dict[str, float | dict[str, float]]


def made(folder: Path, rows: int) -> Path:
    path = folder / f"{rows}.db"
    if not path.exists():
        unfinished = path.with_suffix(".new")
        Years(unfinished, rows).fill()
        unfinished.rename(path)
    return path


def bytes_of(path: Path) -> dict[str, float]:
    """By table, each with its indexes. Read with Python's own SQLite, which can tell: the bot's cannot."""
    plain = sqlite3.connect(path)
    rows = plain.execute("SELECT count(*) FROM executions").fetchone()[0]
    tables = dict(plain.execute("SELECT name, tbl_name FROM sqlite_schema"))
    sizes: dict[str, float] = {}
    for name, size in plain.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
        table = tables.get(name, name)
        sizes[table] = sizes.get(table, 0) + size
    plain.close()
    return {"rows": rows, "file": path.stat().st_size, **sizes}


def floors(path: Path) -> dict[str, float]:
    """Milliseconds at the median of the same questions by plain sqlite3, with the same indexes, as far as values."""
    plain = sqlite3.connect(path)
    end = plain.execute("SELECT max(ended_at) FROM executions").fetchone()[0]
    run = plain.execute("SELECT job_execution_id FROM executions WHERE id > 50000 LIMIT 1").fetchone()[0]
    columns = "job_execution_id, status, began_at, started_at, ended_at"
    each = ", ".join(f"count(*) FILTER (WHERE status = {code})" for code in range(1, 7))
    questions: dict[str, tuple[str, tuple[object, ...]]] = {
        "/dataflow runs <id>": (
            f"SELECT {columns} FROM executions WHERE workflow_key = ? ORDER BY began_at DESC LIMIT 11",  # noqa: S608
            (77,),
        ),
        "/dataflow run <id>": (f"SELECT {columns} FROM executions WHERE job_execution_id = ?", (run,)),  # noqa: S608
        "/dataflow failures 31d": (
            "SELECT count(*) FROM executions WHERE status = 4 AND ended_at >= ?",
            (end - 31 * 86_400_000,),
        ),
        "/dataflow digest": (
            f"SELECT {each} FROM executions WHERE ended_at BETWEEN ? AND ?",  # noqa: S608
            (end - 8 * 86_400_000, end),
        ),
    }
    found = {name: middle(lambda asked=asked: plain.execute(*asked).fetchall()) for name, asked in questions.items()}  # type: ignore[misc]
    plain.close()
    return found


def middle(ask: Callable[[], object], times: int = 21) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[times // 2]


def measured(module: str, *arguments: str) -> Figures:
    """By another module here, in a process of its own."""
    asked = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    found: Figures = json.loads(subprocess.run(asked, stdout=subprocess.PIPE, check=True).stdout)
    return found


def changes(path: Path) -> Figures:
    with TemporaryDirectory(dir=path.parent) as folder:
        shutil.copyfile(path, Path(folder) / "bot.db")
        return measured("changing", folder)


@dataclass(frozen=True, slots=True)
class Stored:
    """All that was found out about one database."""

    bytes: dict[str, float]
    answers: Figures
    changes: Figures
    floors: dict[str, float]

    @property
    def rows(self) -> str:
        return f"{self.bytes['rows']:,.0f}"

    def drawn(self, name: str) -> float:
        """CPU milliseconds."""
        found = self.answers[name] if name in self.answers else self.changes[name]
        return found["cpu"] if isinstance(found, dict) else found


def found_in(path: Path, *how: str) -> Stored:
    return Stored(bytes_of(path), measured("serving", str(path), *how), changes(path), floors(path))


def of_bytes(sizes: Sequence[Stored]) -> Table:
    watched = ("transitions", "decisions", "incidents", "cards", "outbox")
    rows = []
    for name, tables in (
        ("executions with their indexes", ("executions",)),
        ("of those watched live: steps, decisions, incidents, messages", watched),
        ("the whole file", ("file",)),
    ):
        taken = [sum(one.bytes.get(table, 0) for table in tables) for one in sizes]
        megabytes = (f"{size / 1e6:,.0f}" for size in taken)
        rows.append((name, *megabytes, f"{taken[-1] / sizes[-1].bytes['rows']:.0f}"))
    return Table(("MB on disk", *(one.rows for one in sizes), "bytes an execution"), rows)


def of_answers(sizes: Sequence[Stored]) -> Table:
    first, last = sizes[0], sizes[-1]
    rows = []
    for name, after in last.answers.items():
        before = first.answers[name]
        if isinstance(after, float) or isinstance(before, float):
            continue
        every = (one.answers[name] for one in sizes)
        times = (f"{one['p50']:.1f} / {one['p99']:.1f}" for one in every if isinstance(one, dict))
        cpu = (f"{before['cpu']:.1f} → {after['cpu']:.1f}", f"{after['cpu'] / before['cpu']:.2f}")
        rows.append((name, *times, *cpu, f"{last.floors[name]:.2f}" if name in last.floors else NOT_MEASURED))
    return Table(("p50 / p99 ms", *(one.rows for one in sizes), "CPU ms, first → last", "×", "floor, ms"), rows)


def of_changes(sizes: Sequence[Stored]) -> Table:
    """With the memory of the process that answered."""
    peaks = {name: [one.answers[name] for one in sizes] for name in sizes[0].answers if name.startswith("peak")}
    rows = []
    for name, found in ({name: [one.changes[name] for one in sizes] for name in sizes[0].changes} | peaks).items():
        figures = [figure for figure in found if not isinstance(figure, dict)]
        rows.append((name, *(f"{figure:,.1f}" for figure in figures), f"{figures[-1] / figures[0]:.2f}"))
    return Table(("ms, bytes, MB", *(one.rows for one in sizes), "×"), rows)


def growth(sizes: Sequence[Stored]) -> Panel:
    points = {"floor: runs, by sqlite3": [(one.bytes["rows"], one.floors[FLOOR]) for one in sizes]}
    for name, shown in DRAWN.items():
        points[shown] = [(one.bytes["rows"], one.drawn(name)) for one in sizes]
    return Panel("With stored executions", "stored executions", "CPU milliseconds", points)


def measure(rows: Sequence[int], how: Sequence[str] = (), keep: Path | None = None) -> Section:
    """Of databases with so many executions, in rising order."""
    with TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        sizes = [found_in(made(folder, count), *how) for count in rows]
    return Section("Stored history", ABOUT, [of_bytes(sizes), of_answers(sizes), of_changes(sizes)], growth(sizes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--keep", type=Path, help="where to keep the databases")
    parser.add_argument("--slow", action="store_true", help="also simulate, which takes minutes")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for which each question is asked, at most")
    options = parser.parse_args()
    how = ["--seconds", str(options.seconds), *(["--slow"] if options.slow else [])]
    show(measure((SMALL, options.rows), how, options.keep))


if __name__ == "__main__":
    main()
