"""Prints what ten million stored executions cost beside a hundred thousand: bytes, answers, batches, polls and memory.

`python -m benchmarks.large` makes both databases first, which takes some minutes, three gigabytes and a quiet machine;
`--keep DIR` keeps them there, and uses those that it finds.
"""

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.years import Years

SMALL, LARGE = 100_000, 10_000_000
NOTHING_MORE = "–"

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


def print_bytes(small: dict[str, float], large: dict[str, float]) -> None:
    print("| on disk | bytes an execution | MB |\n|---|---|---|")
    watched = ("transitions", "decisions", "incidents", "cards", "outbox")
    for name, tables in (
        ("executions with their indexes", ("executions",)),
        ("of those watched live: steps, decisions, incidents, messages", watched),
        ("the whole file", ("file",)),
    ):
        size = sum(large.get(table, 0) for table in tables)
        print(f"| {name} | {size / large['rows']:.0f} | {size / 1e6:,.0f} |")
    print(f"\n{large['rows']:,.0f} executions; beside them {small['rows']:,.0f}.\n")


def print_answers(small: Figures, large: Figures, floor: dict[str, float]) -> None:
    print("| question | p50 / p99 ms, small | p50 / p99 ms, large | CPU ms, small → large | × | plain sqlite3, ms |")
    print("|---|---|---|---|---|---|")
    for name, after in large.items():
        before = small[name]
        if isinstance(after, float) or isinstance(before, float):
            print(f"| {name} | {before:.0f} | {after:.0f} | | | |")
            continue
        times = (f"{one['p50']:.1f} / {one['p99']:.1f}" for one in (before, after))
        cpu = f"{before['cpu']:.1f} → {after['cpu']:.1f} | {after['cpu'] / before['cpu']:.2f}"
        least = f"{floor[name]:.2f}" if name in floor else NOTHING_MORE
        print("| " + " | ".join([name, *times, cpu, least]) + " |")


def print_changes(small: Figures, large: Figures) -> None:
    print("\n| what changes | small | large | × |\n|---|---|---|---|")
    for name, after in large.items():
        before = small[name]
        assert isinstance(after, float | int)
        assert isinstance(before, float | int)
        print(f"| {name} | {before:,.1f} | {after:,.1f} | {after / before:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=LARGE)
    parser.add_argument("--keep", type=Path, help="where to keep the databases")
    parser.add_argument("--slow", action="store_true", help="also simulate, which takes minutes")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        small, large = made(folder, SMALL), made(folder, options.rows)
        print_bytes(bytes_of(small), bytes_of(large))
        slow = ["--slow"] if options.slow else []
        before, after = (measured("serving", str(path), *slow) for path in (small, large))
        print_answers(before, after, floors(large))
        print_changes(changes(small), changes(large))


if __name__ == "__main__":
    main()
