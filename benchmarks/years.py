"""Years of made-up history in the real schema, as of `NOW`: 10,000 workflows of one to three jobs, about 25,000 runs a
day. The last part of it was watched live: what that adds is made by `watched`.

Rows go in as time goes by, with every index in place: neighbours in time are scattered over the indexes, as they are in
a database that has lived for long. SQLite makes the runs itself, and the same ones each time: nothing is drawn.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, update

from benchmarks.watched import CHANNELS, CODES, Watched
from bot import config
from bot.core.model import ExecutionStatus, Job, Trigger, TriggerRule, Workflow
from bot.core.subscribing import Wish
from bot.store import subscriptions, watch, workflows
from bot.store.engine import Session
from bot.store.tables import JobRow, TriggerRow, WorkflowRow
from bot.store.workflows import Listed
from bot.wiring import Bot

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
WORKFLOWS = 10_000
STARTS_A_DAY = (1, 4, 13), (90, 8, 2)
JOBS = (1, 2, 3), (50, 30, 20)
WATCHED = 0.15
"""How much of the time before now the bot has watched: two months of 400 days."""
DAY = 86_400_000
_NOW = int(NOW.timestamp() * 1000)
_FAILED_OF_100, _BAD_OF_100 = 3, 4

_RUNS = f"""
INSERT INTO executions (id, job_execution_id, workflow_key, job_key, trigger_key, status, is_ended, began_at,
    created_at, started_at, ended_at, waiting_time, running_time, executor_num)
SELECT key, printf('%012d', key * 654188429 % 1000000000000), workflow_key, job_key, workflow_key,
    CASE WHEN ended_at > :now THEN {CODES[ExecutionStatus.RUNNING]}
        WHEN luck < {_FAILED_OF_100} THEN {CODES[ExecutionStatus.FAILED]}
        WHEN luck < {_BAD_OF_100} THEN {CODES[ExecutionStatus.CANCELED]}
        ELSE {CODES[ExecutionStatus.COMPLETED]} END,
    ended_at <= :now, began_at, began_at, started_at, iif(ended_at <= :now, ended_at, NULL), waited, seconds, 2
FROM (
    SELECT *, started_at + seconds * 1000 AS ended_at FROM (
        SELECT *, began_at + waited * 1000 AS started_at FROM (
            SELECT :last + n AS key, workflow_key, job_key, :midnight + after AS began_at,
                (:last + n) * 7919 % 40 AS waited,
                usual * (800 + (:last + n) * 104729 % 400) / 1000 AS seconds,
                (:last + n) * 1299709 % 10007 % 100 AS luck
            FROM temp.starts
        )
    )
)
WHERE began_at >= :since
ORDER BY key
"""  # noqa: S608 - of numbers of our own


def bot_on(path: Path, **others: Any) -> Bot:
    """The bot at the end of those years."""
    settings = config.load(
        ncp_access_key="ACCESS",
        ncp_secret_key="SECRET",  # noqa: S106 - of nobody
        slack_bot_token="xoxb-1",  # noqa: S106 - of nobody
        alert_channel=CHANNELS[0],
        database_url=f"sqlite:///{path}",
        **others,
    )
    return Bot(settings, clock=lambda: NOW)


class Years:
    """Fills a new database with about so many executions."""

    def __init__(self, path: Path, rows: int) -> None:
        self._random = Random(WORKFLOWS)  # noqa: S311 - made-up names are no secret
        self._bot = bot_on(path)
        self._rows = rows

    def fill(self) -> None:
        self._bot.prepare()
        with self._bot.database.transaction() as session:
            starts, watched = self._workflows(session)
        span = self._rows * DAY // len(starts)
        since, live = _NOW - span, _NOW - int(span * WATCHED)
        with self._bot.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA cache_size = -1500000")
            connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 20000")
            connection.exec_driver_sql(
                "CREATE TEMP TABLE starts (n INTEGER PRIMARY KEY, after, workflow_key, job_key, usual)"
            )
            connection.exec_driver_sql("INSERT INTO starts VALUES (?, ?, ?, ?, ?)", starts)
            connection.commit()
            last = 0
            for day in range(span // DAY + 1, 0, -1):
                moments = {"midnight": _NOW - day * DAY, "since": since, "now": _NOW}
                connection.exec_driver_sql(_RUNS, {"last": last, **moments})
                if _NOW - (day - 1) * DAY > live:
                    watched.tell(connection, last, live)
                last += len(starts)
                connection.commit()
            _rest(connection, live)
            connection.commit()
        self._bot.database.close()

    def _workflows(self, session: Session) -> tuple[list[tuple[int, ...]], Watched]:
        listed = [
            Workflow(
                name, f"{('orders', 'billing', 'users', 'stock')[number % 4]}-load-{number:05}", TriggerRule.RECURRING
            )
            for number, name in enumerate(self._ids(WORKFLOWS))
        ]
        workflows.record_listing(session, Listed(listed, {one.workflow_id for one in listed}), NOW, NOW)
        watch.settle(session, NOW)
        for channel in CHANNELS[1:]:
            subscriptions.put(session, Wish(channel, "orders-*"), NOW)
        triggers = [Trigger(name, f"every-{number:05}") for number, name in enumerate(self._ids(WORKFLOWS))]
        values = [{"trigger_id": one.trigger_id, "name": one.name} for one in triggers]
        session.connection().execute(insert(TriggerRow), values)
        counts = self._random.choices(*JOBS, k=WORKFLOWS)
        of = [key for key, count in enumerate(counts, 1) for _ in range(count)]
        jobs = [
            Job(name, f"step-{number:05}", 360, "bucket/dataflow/scripts/load.py", "bucket/dataflow/logs/load")
            for number, name in enumerate(self._ids(len(of)))
        ]
        session.connection().execute(insert(JobRow), [_job_values(*one) for one in zip(of, jobs, strict=True)])
        starts = [(n, *start) for n, start in enumerate(sorted(self._starts(counts)), 1)]
        return starts, Watched(listed, jobs, triggers)

    def _starts(self, jobs: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """What happens each day: so many milliseconds after midnight a job of a workflow begins, both by their rows,
        and usually takes so many seconds."""
        each = self._random.choices(*STARTS_A_DAY, k=WORKFLOWS)
        job_key = 0
        for workflow_key, (count, starts) in enumerate(zip(jobs, each, strict=True), 1):
            first = self._random.randrange(DAY // 1000) * 1000
            for _ in range(count):
                job_key += 1
                usual = self._random.randint(30, 3000)
                for number in range(starts):
                    yield (first + number * (DAY // starts)) % DAY // 1000 * 1000, workflow_key, job_key, usual

    def _ids(self, count: int) -> Iterator[str]:
        """Twelve characters each, as those of the API are."""
        drawn = b64encode(self._random.randbytes(9 * count), b"xy").decode()
        return (drawn[start : start + 12] for start in range(0, len(drawn), 12))


def _job_values(workflow_key: int, job: Job) -> dict[str, object]:
    return {
        "workflow_key": workflow_key,
        "job_id": job.job_id,
        "name": job.name,
        "timeout_minutes": job.timeout_minutes,
        "script_path": job.script_path,
        "log_path": job.log_path,
    }


def _rest(connection: Connection, live: int) -> None:
    """Every workflow has been polled just now."""
    since = datetime.fromtimestamp(live / 1000, UTC)
    times = {"looked_at": since, "baseline_at": since, "polled_at": NOW, "judged_at": NOW}
    connection.execute(update(WorkflowRow).values(**times, due_at=NOW + timedelta(minutes=20)))
