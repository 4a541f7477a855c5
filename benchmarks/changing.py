"""Changes a database of `years`, which should be a copy: forgets the oldest hours and gives the space back, then
polls some workflows. Prints as JSON what each step took; a process of its own, like the bot's."""

import argparse
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from benchmarks.whole_bot import WholeBot
from benchmarks.years import NOW, bot_on
from bot.services.prune_executions import PruneExecutions
from bot.store.engine import Database
from bot.store.tables import ExecutionRow

FORGOTTEN = timedelta(hours=6)
POLLED, PAGE, CYCLES = 300, 20, 5


def forget(path: Path) -> dict[str, float]:
    """Milliseconds of the batches that delete, each a transaction, and of those that let the file shrink."""
    bot = bot_on(path)
    oldest = oldest_end(bot.database)
    prune = PruneExecutions(bot.database, bot.clock, NOW - oldest - FORGOTTEN)
    times: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    before = path.stat().st_size
    is_working = True
    while is_working:
        began, cpu = time.perf_counter(), time.process_time()
        is_working = prune.step()
        took = ((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)
        times[oldest_end(bot.database) < oldest + FORGOTTEN].append(took)
    bot.database.close()
    deleting, shrinking = times[True], times[False]
    return {
        "batches": len(deleting),
        "deleting, CPU": median(cpu for _, cpu in deleting),
        "deleting, p50": median(wall for wall, _ in deleting),
        "deleting, longest": max(wall for wall, _ in deleting),
        "shrinking, longest": max(wall for wall, _ in shrinking),
        "bytes before": before,
        "bytes after": path.stat().st_size,
    }


def oldest_end(database: Database) -> datetime:
    with database.snapshot() as session:
        oldest = session.execute(select(func.min(ExecutionRow.ended_at))).scalar_one()
    assert oldest
    return oldest


def poll(path: Path) -> dict[str, float]:
    """CPU milliseconds of a cycle: of the workflows all are read, and the runs of a tenth of them have changed."""
    shape = ["--workflows", str(POLLED), "--executions", str(PAGE)]
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.loopback", *shape], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        port = int(server.stdout.readline())
        bot = WholeBot(port, path)
        bot.cycle()
        bot.cycle()
        quiet = [cpu_of(bot.cycle) for _ in range(CYCLES)]
        busy = []
        for _ in range(CYCLES):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/add?share=0.1&runs=1"):
                busy.append(cpu_of(bot.cycle))
        return {"cycle without news": median(quiet), "cycle with news": median(busy)}
    finally:
        server.kill()
        server.wait()


def cpu_of(cycle: Callable[[], object]) -> float:
    began = time.process_time()
    cycle()
    return (time.process_time() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds bot.db")
    options = parser.parse_args()
    json.dump(forget(options.folder / "bot.db") | poll(options.folder), sys.stdout)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
