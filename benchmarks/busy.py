"""The Data Flow API of loopback.py, whose workflows all have a run under way, which fails when the caller says so.

Run by latency.py: `python -m benchmarks.busy --workflows 1000 --executions 20` prints its port; a request for
`/control/fail/7` lets the run of workflow 7 fail, and from then on the API shows it.
"""

import argparse
import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.loopback import PLACE, Account, Connection, iso, row

HISTORY = -1
"""The newest run that ended before all this."""


@dataclass
class BusyAccount(Account):
    """Page 0 is all there is."""

    failed_at: dict[int, datetime] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.added = dict.fromkeys(range(self.workflows), 1)
        ended = (json.dumps(row(HISTORY - past)) for past in range(self.executions - 1))
        self._history = ", ".join(ended).encode()

    def page(self, number: int, page: int, limit: int) -> bytes:
        tail = b'], "count": %d, "page": %d, "limit": %d}' % (self.executions, page, limit)
        listed = b"%b, %b" % (json.dumps(self._newest(number)).encode(), self._history) if page == 0 else b""
        return (b'{"list": [' + listed + tail).replace(PLACE.encode(), b"%05d" % number)

    def fail(self, number: int) -> None:
        self.failed_at[number] = datetime.now(UTC)

    def _newest(self, number: int) -> dict[str, object]:
        """No two readings of a run under way are the same: how long it has been running is part of it."""
        ended = self.failed_at.get(number)
        moving = {"status": "RUNNING", "endDate": None, "runningTime": int(time.monotonic() - self.began)}
        return row(0) | ({"status": "FAILED", "endDate": iso(ended)} if ended else moving)


class BusyConnection(Connection):
    def _answer(self, target: str) -> None:
        if target.startswith("/control/fail/"):
            self._account.fail(int(target.rpartition("/")[2]))
        super()._answer(target)

    _account: BusyAccount


async def serve(account: BusyAccount) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: BusyConnection(account, latency=0.0), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workflows", type=int, required=True)
    parser.add_argument("--executions", type=int, required=True)
    options = parser.parse_args()
    asyncio.run(serve(BusyAccount(options.workflows, options.executions)))


if __name__ == "__main__":
    main()
