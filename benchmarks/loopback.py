"""A Data Flow API, and as much of Slack as a post needs, on loopback: in a process of its own and cheap enough never to
be what is measured. Pages are rendered from a template; `POST /control/…` lets time pass.

Run by the other modules here: `python -m benchmarks.loopback --workflows 1000 --executions 50` prints its port.
"""

import argparse
import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

PLACE = "WWWWW"
"""Stands in the template where a page has the number of its workflow."""
KST = timedelta(hours=9)
ROW_BYTES = 828
FAILS_EACH = 10


@dataclass
class Account:
    """`added` counts the runs that each workflow has had since the start: a page holds the newest `executions`."""

    workflows: int
    executions: int
    added: dict[int, int] = field(default_factory=dict)
    requests: int = 0
    posts: int = 0

    def listing(self, page: int, limit: int) -> bytes:
        first = page * limit
        rows = [self._workflow(number) for number in range(first, min(first + limit, self.workflows))]
        return json.dumps({"list": rows, "count": len(rows), "page": page, "limit": limit}).encode()

    def page(self, number: int, page: int, limit: int) -> bytes:
        newest = self.added.get(number, 0) - 1
        span = range(newest, newest - self.executions, -1)[page * limit : (page + 1) * limit]
        return template(span, page, limit).replace(PLACE.encode(), b"%05d" % number)

    def add_runs(self, share_of_workflows: float, runs_each: int) -> None:
        """Spread evenly, so that every size of account changes alike."""
        changing = max(round(self.workflows * share_of_workflows), 1)
        for number in range(0, self.workflows, self.workflows // changing):
            self.added[number] = self.added.get(number, 0) + runs_each

    def _workflow(self, number: int) -> dict[str, object]:
        last = began_at(self.added.get(number, 0) - 1)
        return {
            "workflowId": f"w{number:011}",
            "name": f"workflow-{number:05}",
            "createdDate": iso(began_at(-100_000)),
            "updatedDate": iso(began_at(-100_000)),
            "lastExecutionDate": iso(last),
            "isTemp": False,
            "triggerRuleType": "NONE",
            "nodes": [{"id": f"job0000{number:05}", "name": "load", "type": "JOB"}],
            "disabled": False,
        }


START = datetime.now(UTC).replace(microsecond=0)


def began_at(run: int) -> datetime:
    """Runs below 0 are history: one an hour. The others happen now."""
    return START + (timedelta(hours=run) if run < 0 else timedelta(seconds=run))


def iso(moment: datetime) -> str:
    return (moment + KST).strftime("%Y-%m-%dT%H:%M:%S+09:00")


def run_id(run: int) -> str:
    """Scattered as real ids are: neighbours in time are no neighbours in an index."""
    return f"{run * 7_654_321 % 10**7:07}{PLACE}"


def row(run: int) -> dict[str, object]:
    began = began_at(run)
    item: dict[str, object] = {
        "jobExecutionId": run_id(run),
        "jobId": f"job0000{PLACE}",
        "jobName": "load-to-warehouse",
        "jobCondition": {
            "workerType": "DEFAULT",
            "numWorker": 2,
            "timeout": 360,
            "nrn": "nrn:PUB:DataFlow:KR:1234567:Job/abcdefghijkl",
            "scriptPath": "bucket/dataflow/scripts/abcdefghijkl.py",
            "logPath": "bucket/dataflow/logs/abcdefghijkl",
        },
        "status": "FAILED" if run >= 0 and run % FAILS_EACH == FAILS_EACH - 1 else "COMPLETED",
        "createdDate": iso(began),
        "startDate": iso(began),
        "endDate": iso(began + timedelta(seconds=95 if run < 0 else 0)),
        "triggerId": "trg123456789",
        "triggerName": "every-morning",
        "waitingTime": 36,
        "runningTime": 18,
        "executorNum": 2,
        "parsedParameters": [],
        "type": "WORKFLOW",
    }
    item["consoleLogPath"] = "x" * (ROW_BYTES - len(json.dumps(item)) - 22)
    return item


@lru_cache(maxsize=64)
def template(runs: range, page: int, limit: int) -> bytes:
    rows = [row(run) for run in runs]
    return json.dumps({"list": rows, "count": len(rows), "page": page, "limit": limit}).encode()


class Connection(asyncio.Protocol):
    """HTTP/1.1 as far as our own clients speak it: kept alive, no chunked requests."""

    def __init__(self, account: Account, latency: float) -> None:
        self._account = account
        self._latency = latency
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            length = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            target = head.split(" ", 2)[1]
            if self._latency and not target.startswith("/control"):
                asyncio.get_running_loop().call_later(self._latency, self._answer, target)
            else:
                self._answer(target)

    def _answer(self, target: str) -> None:
        body = answer(self._account, target)
        date = format_datetime(datetime.now(UTC), usegmt=True)
        head = (
            f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode())
        self._transport.write(body)


def answer(account: Account, target: str) -> bytes:
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    segments = parts.path.strip("/").split("/")
    match segments:
        case ["control", "add"]:
            account.add_runs(float(query["share"]), int(query["runs"]))
        case ["control", "counts"]:
            return json.dumps({"requests": account.requests, "posts": account.posts}).encode()
        case ["api", "v1", "workflows"]:
            account.requests += 1
            return account.listing(int(query["page"]), int(query["limit"]))
        case ["api", "v1", "workflows", workflow_id, "executions"]:
            account.requests += 1
            return account.page(int(workflow_id[1:]), int(query["page"]), int(query["limit"]))
        case ["api", "v1", "triggers"]:
            return b'{"list": [], "count": 0, "page": 0, "limit": 1000}'
        case ["slack", "chat.postMessage"]:
            account.posts += 1
            return json.dumps({"ok": True, "channel": "C1", "ts": f"1772413200.{account.posts:06}"}).encode()
    return b"{}"


async def serve(account: Account, latency: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(account, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workflows", type=int, required=True)
    parser.add_argument("--executions", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    asyncio.run(serve(Account(options.workflows, options.executions), options.latency))


if __name__ == "__main__":
    main()
