"""The floor: what a poll cycle costs at least. http.client, msgspec for the fields needed, ids in memory, sqlite3.

It signs nothing, retries nothing, tells nobody and forgets its ids with its process.
"""

import http.client
import sqlite3
from pathlib import Path

import msgspec

PAGE = 1000


class Listed(msgspec.Struct, rename="camel", gc=False):
    workflow_id: str


class Listing(msgspec.Struct):
    rows: list[Listed] = msgspec.field(name="list")


class Run(msgspec.Struct, rename="camel", gc=False):
    job_execution_id: str
    status: str
    start_date: str | None = None
    end_date: str | None = None


class Runs(msgspec.Struct):
    rows: list[Run] = msgspec.field(name="list")


class Floor:
    """`cycle` reads everything and returns how many workflows there were."""

    def __init__(self, port: int, folder: Path) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._database = sqlite3.connect(folder / "floor.db", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(
            "CREATE TABLE executions (id TEXT PRIMARY KEY, workflow TEXT, status TEXT, started TEXT, ended TEXT)"
        )
        self._known: dict[str, tuple[str, str | None, str | None]] = {}
        self._decode_listing = msgspec.json.Decoder(Listing).decode
        self._decode_runs = msgspec.json.Decoder(Runs).decode

    def cycle(self) -> int:
        ids = self._workflow_ids()
        self._database.execute("BEGIN IMMEDIATE")
        for workflow_id in ids:
            self._poll(workflow_id)
        self._database.execute("COMMIT")
        return len(ids)

    def _workflow_ids(self) -> list[str]:
        ids: list[str] = []
        page, is_full = 0, True
        while is_full:
            rows = self._decode_listing(self._get(f"/api/v1/workflows?page={page}&limit={PAGE}")).rows
            ids += [listed.workflow_id for listed in rows]
            page, is_full = page + 1, len(rows) == PAGE
        return ids

    def _poll(self, workflow_id: str) -> None:
        changed = []
        page, is_full = 0, True
        while is_full:
            body = self._get(f"/api/v1/workflows/{workflow_id}/executions?page={page}&limit={PAGE}")
            runs = self._decode_runs(body).rows
            page, is_full = page + 1, len(runs) == PAGE
            for run in runs:
                state = (run.status, run.start_date, run.end_date)
                if self._known.get(run.job_execution_id) != state:
                    self._known[run.job_execution_id] = state
                    changed.append((run.job_execution_id, workflow_id, *state))
        if changed:
            self._database.executemany("INSERT OR REPLACE INTO executions VALUES (?, ?, ?, ?, ?)", changed)

    def _get(self, target: str) -> bytes:
        self._connection.request("GET", target)
        return self._connection.getresponse().read()
